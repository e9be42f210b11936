"""How the operators' pages write amounts and name other rows; the admin's lists do the same."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from koogallery import telling
from koogallery.attachments import attachments_of
from koogallery.models import Act
from koogallery.models.attachments import AttachmentQuerySet
from koogallery.portal.formats import amount_text, exact_amount_text, percent_text

register = template.Library()

register.filter("percent", percent_text)


@register.simple_tag
def amount(value: Decimal, currency: str, *, exact: bool = False) -> SafeString:
    """A total at its minor unit; `exact` as exact as it is kept (R2.4)."""
    write = exact_amount_text if exact else amount_text
    return format_html('<span class="amount">{} {}</span>', write(value, currency), currency)


@register.simple_tag
def page_of(row: Model | None) -> SafeString | str:
    """A link to the page of a row, by the row's public name."""
    if row is None:
        return "–"
    options = row._meta
    page = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    return format_html('<a class="link" href="{}">{}</a>', page, row)


@register.simple_tag
def act_origin(act: Act) -> str:
    return telling.origin(act)


@register.simple_tag
def act_changes(act: Act) -> SafeString:
    return telling.changes(act)


@register.simple_tag
def documents_of(kind: str, number: str) -> AttachmentQuerySet:
    """What hangs on a row, for `admin/components/attachments.html`."""
    return attachments_of(kind, number)


@register.filter
def in_words(codes: Iterable[str]) -> str:
    return ", ".join(code.replace("_", " ") for code in codes)
