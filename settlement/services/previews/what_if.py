"""What if: the real act is done for some sellers, looked at, and rolled back (R1.6, R4.3, R5.6).

Nothing is estimated by other code than the one that acts, so what is shown is exactly what would
happen if nothing arrived in between. The sellers are locked meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F, Q, Sum

from koogallery.guards import as_refusals
from koogallery.kit.money import ZERO
from koogallery.second_person import rehearsal
from sellers.models import Order, UsageRecord
from sellers.services.closing import lock_sellers
from settlement.choices import AdjustmentKind, RecoveryState
from settlement.models import Adjustment, Deposit, Recovery

#: So many due transactions are closed and rolled back in well under a second.
QUICK = 20_000
#: Who waits for it does not wait for a bill run that holds the seller; they are refused.
PATIENCE = "1s"
#: Nor does one statement of it take longer, whatever the planner made of it.
LONGEST = "10s"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a seller's money stands beside its bills.

    `receivable` is owed by other means, `to_be_recovered` is taken from coming bills first;
    `carried_over` is what the next bill is reduced by (R3.5).
    """

    deposit: Decimal = ZERO
    receivable: Decimal = ZERO
    to_be_recovered: Decimal = ZERO
    carried_over: Decimal = ZERO


@contextmanager
def what_if(sellers: Sequence[int], *, hurried: bool = False) -> Iterator[dict[int, Position]]:
    """Do the act within, and read what came of it: it is rolled back at the end.

    Gives the sellers' positions before it. `hurried` where a person waits: bounded in time.
    """
    with as_refusals() if hurried else nullcontext(), transaction.atomic(), rehearsal():
        if hurried:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, true), "
                    "set_config('statement_timeout', %s, true)",
                    [PATIENCE, LONGEST],
                )
        lock_sellers(sellers)
        yield positions_of(sellers)
        transaction.set_rollback(True)


def positions_of(sellers: Sequence[int]) -> dict[int, Position]:
    deposits = Deposit.objects.filter(seller__in=sellers).values_list("seller", "balance")
    recoveries = Recovery.objects.filter(seller__in=sellers).order_by()
    carried = Adjustment.objects.filter(
        seller__in=sellers, kind=AdjustmentKind.CARRY_OVER, bill_lines=None
    ).order_by()
    deposit = dict(deposits)
    open_ = {
        (seller, state): amount
        for seller, state, amount in recoveries.values_list("seller", "state").annotate(
            Sum("outstanding")
        )
    }
    carried_over = dict(carried.values_list("seller").annotate(Sum("amount")))
    return {
        seller: Position(
            deposit=deposit.get(seller, ZERO),
            receivable=open_.get((seller, RecoveryState.RECEIVABLE), ZERO),
            to_be_recovered=open_.get((seller, RecoveryState.OPEN), ZERO),
            carried_over=-carried_over.get(seller, ZERO),
        )
        for seller in sellers
    }


def is_quick(sellers: Sequence[int]) -> bool:
    """Whether these sellers' unbilled transactions are few enough to be closed while one waits."""
    return sum(_unbilled(facts, sellers) for facts in (Order, UsageRecord)) <= QUICK


def _unbilled(facts: type[Order] | type[UsageRecord], sellers: Sequence[int]) -> int:
    """How many are due from the sellers' open cycles on; counted no further than needed."""
    rows = facts.objects.filter(seller__in=sellers, due_cycle__isnull=False)
    due = rows.filter(Q(seller__open_cycle=None) | Q(due_cycle__gte=F("seller__open_cycle")))
    return due.order_by()[: QUICK + 1].count()
