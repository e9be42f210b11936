from collections.abc import Mapping
from typing import Any

from django import template
from django.db.models import Model
from django.utils.safestring import SafeString

from koogallery.languages import Text
from koogallery.templatetags.console import amount, status
from settlement.models import Bill, Recovery, Refund
from settlement.portal.next_steps import REFUND_STEPS, tone_of
from settlement.portal.states import tone_of_state
from settlement.rules.standards import detail_of

register = template.Library()


@register.simple_tag
def bill_state(bill: Bill) -> SafeString:
    """The one badge of a bill's state, wherever a bill is shown."""
    return status(bill.get_state_display(), tone_of(bill.state))


@register.simple_tag
def state(row: Model) -> SafeString:
    """The same for a refund, a recovery or a receivable."""
    shown = row.get_state_display()  # type: ignore[attr-defined]
    kind = str(row._meta.model_name)
    return status(shown, tone_of_state(kind, row.state))  # type: ignore[attr-defined]


@register.simple_tag
def taken(recovery: Recovery) -> SafeString:
    """What has been recovered so far, in a column whose neighbour names the currency."""
    return amount(recovery.amount - recovery.outstanding, recovery.currency, named=False)


@register.filter
def told(check: Mapping[str, Any]) -> str:
    """What a standard says that is stored with a refund."""
    return detail_of(check)


@register.simple_tag
def next_actor(refund: Refund) -> Text:
    """Who has the next move."""
    return REFUND_STEPS[refund.state].actor
