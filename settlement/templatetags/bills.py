from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from koogallery.languages import Text
from koogallery.templatetags.console import amount
from settlement.models import Recovery, Refund
from settlement.portal.glossary import parts_of
from settlement.portal.next_steps import REFUND_STEPS
from settlement.rules import bank_reasons
from settlement.rules.standards import detail_of

register = template.Library()


@register.filter
def explained(text: str) -> SafeString:
    """With the words of the glossary leading there, each where it is named first."""
    return format_html_join(
        "", "{}", ((_word(piece, anchor),) for piece, anchor in parts_of(str(text)))
    )


def _word(piece: str, anchor: str) -> str:
    if not anchor:
        return piece
    return format_html('<a class="word" href="{}#{}">{}</a>', reverse("glossary"), anchor, piece)


@register.simple_tag
def taken(recovery: Recovery) -> SafeString:
    """What has been recovered so far, in a column whose neighbour names the currency."""
    return amount(recovery.amount - recovery.outstanding, recovery.currency, named=False)


@register.filter
def told(check: Mapping[str, Any]) -> str:
    """What a standard says that is stored with a refund."""
    return detail_of(check)


@register.filter
def bank_reason(said: str, detail: str = "") -> str:
    """The bank's code with what it means; `said` may have the bank's words behind it (AC04: …)."""
    code, _, words = said.partition(": ")
    return bank_reasons.told(code, detail or words)


@register.simple_tag
def next_actor(refund: Refund) -> Text:
    """Who has the next move."""
    return REFUND_STEPS[refund.state].actor
