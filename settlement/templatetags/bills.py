from django import template
from django.utils.safestring import SafeString

from koogallery.templatetags.console import status
from settlement.models import Bill
from settlement.portal.next_steps import tone_of

register = template.Library()


@register.simple_tag
def bill_state(bill: Bill) -> SafeString:
    """The one badge of a bill's state, wherever a bill is shown."""
    return status(bill.get_state_display(), tone_of(bill.state))
