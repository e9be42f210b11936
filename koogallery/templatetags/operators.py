"""How the operators' pages write amounts and name other rows; the admin's lists do the same."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Model
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from koogallery import dates, handing, telling
from koogallery.attachments import attachments_of
from koogallery.countries import country_name
from koogallery.kit.figures import amount_text, exact_amount_text, percent_text
from koogallery.models import Act
from koogallery.models.attachments import AttachmentQuerySet
from koogallery.vocabulary import word

register = template.Library()

register.filter("country", country_name)
register.filter("cycle_label", dates.cycle_label)
register.filter("percent", percent_text)
register.filter("fact_name", telling.fact_name)
register.filter("fact_value", telling.fact_value)
register.filter("last_looks", telling.last_looks)


@register.simple_tag
def amount(value: Decimal, currency: str, *, exact: bool = False) -> SafeString:
    """A total at its minor unit; `exact` as exact as it is kept (R2.4)."""
    write = exact_amount_text if exact else amount_text
    return format_html('<span class="amount">{} {}</span>', write(value, currency), currency)


def address_of(row: Model) -> str:
    """Of the page of a row."""
    shown: Any = admin.site._registry[type(row)]  # noqa: SLF001  # as Django's own pages
    address: str = shown.page_address(row)
    return address


@register.simple_tag
def page_of(row: Model | None) -> SafeString | str:
    """A link to the page of a row, by the row's public name."""
    if row is None:
        return "–"
    return format_html('<a class="link" href="{}">{}</a>', address_of(row), row)


@register.simple_tag
def act_origin(act: Act) -> str:
    return telling.origin(act)


@register.simple_tag
def holder(acts: Iterable[Act]) -> str:
    return handing.holder(acts)


@register.simple_tag
def act_changes(act: Act) -> SafeString:
    return telling.changes(act)


@register.simple_tag
def documents_of(kind: str, number: str) -> AttachmentQuerySet:
    """What hangs on a row, for `admin/components/attachments.html`."""
    return attachments_of(kind, number)


@register.filter
def entered(field: BoundField) -> str:
    """What was entered, as it was chosen: by its label, several of them with commas between."""
    value = field.value()
    several = value if isinstance(value, (list, tuple)) else [value]
    labels = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    return gettext(", ").join(labels.get(str(each), str(each)) for each in several if each) or "–"


@register.filter
def called(field: BoundField) -> str:
    """As its form says, else as columns of its name are called."""
    return str(field.field.label or capfirst(word(field.name)))


@register.filter
def unbilled(codes: Iterable[str]) -> str:
    """Why an order is on no bill."""
    return gettext(", ").join(map(word, codes))


@register.simple_tag
def act_sentence(act: Act) -> SafeString:
    return telling.sentence(act)
