"""What a closed cycle means for facts: later ones are due in the next cycle (R1.5, R1.6)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q

from koogallery.fields import AnyOf
from koogallery.kit.cycles import Cycle
from koogallery.statements import run_statement
from sellers.models import Order, Seller, UsageRecord


def lock_sellers(seller_ids: Sequence[int]) -> dict[int, Cycle | None]:
    """Take the one lock of each seller, in order of id; returns their open cycles as of the lock.

    NO KEY leaves unblocked whoever only refers to a seller; intake takes the share lock and waits.
    """
    rows = (
        Seller.objects.filter(AnyOf(F("id"), seller_ids))
        .order_by("id")
        .select_for_update(no_key=True)
        .values_list("id", "open_cycle")
    )
    return {id_: Cycle(open_cycle) if open_cycle else None for id_, open_cycle in rows}


def first_due(seller_ids: Sequence[int]) -> dict[int, Cycle]:
    """The earliest cycle in which something is due on no bill yet; only of sellers who have any."""
    rows = run_statement("sellers/first_due", {"sellers": list(seller_ids)})
    return {id_: Cycle(due) for id_, due in rows if due}


def carry_over_uncertified(seller_ids: Sequence[int], cycle: Cycle, now: datetime) -> None:
    """Nothing of a seller without certification is billed; all that was due waits (R1.3, R1.4)."""
    uncertified = Seller.objects.filter(AnyOf(F("id"), seller_ids)).exclude(certified_at__lte=now)
    for facts in (Order, UsageRecord):
        facts.objects.filter(
            Q(seller__open_cycle=None) | Q(due_cycle__gte=F("seller__open_cycle")),
            AnyOf(F("seller"), list(uncertified.values_list("id", flat=True))),
            due_cycle__lte=cycle,
        ).update(due_cycle=cycle.following)


def hold_back(order_ids: Sequence[int], cycle: Cycle) -> None:
    """Orders that wait for a refund to be paid out are due one cycle later (R4.6)."""
    Order.objects.filter(id__in=order_ids).update(due_cycle=cycle.following)


def retire(order_ids: Sequence[int]) -> None:
    """Orders refunded in full are never due again (R4.6)."""
    Order.objects.filter(id__in=order_ids).update(due_cycle=None)


def open_next(seller_ids: Sequence[int], cycle: Cycle) -> None:
    """Close the cycle: whatever arrives from here on is due in the following one or later."""
    Seller.objects.filter(AnyOf(F("id"), seller_ids)).update(open_cycle=cycle.following)
