"""Orders that are paid and not in effect, so that nobody who has paid waits unseen (R1.2)."""

from sellers.models import Order, OrderQuerySet
from settlement.readings.billing import not_refunded_in_full


def waiting_to_be_enabled() -> OrderQuerySet:
    """Whose money has not gone back in full (R4.6); the longest paid are the most urgent."""
    return not_refunded_in_full(Order.objects.paid_not_enabled())
