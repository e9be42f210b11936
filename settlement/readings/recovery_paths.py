"""The whole path of a recovery: taken, planned, open, with dates and amounts (R5.6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter

from django.conf import settings
from django.db.models import Prefetch, TextChoices
from django.utils.translation import gettext_lazy as _

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO, format_amount
from koogallery.settlement_time import ZONE
from settlement.choices import RecoveryState, Source
from settlement.models import Allocation, Deposit, Receivable, Recovery
from settlement.readings.calendar import run_day_of


class Progress(TextChoices):
    TAKEN = "taken", _("Taken")
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open, due")


@dataclass(frozen=True, slots=True)
class Step:
    """One source of a recovery. Planned, `amount` is the most it may give, `on` the first day.

    Days are those of the settlement time zone. `document` is the number of the bill or of the
    receivable, or a payment's reference.
    """

    progress: Progress
    source: Source
    amount: Decimal
    on: date
    cycle: str = ""
    document: str = ""


def recovery_path(recovery: Recovery) -> tuple[Step, ...]:
    """Every step so far, then those to come in the order of R5.2, as things stand."""
    return (*_taken(recovery), *_to_come(recovery))


def plan_of(recovery: Recovery) -> list[dict[str, str]]:
    """What will be taken from where, and when, as a notice stores it."""
    return [
        {
            "source": str(step.source),
            "amount": format_amount(step.amount, recovery.currency),
            "on": step.on.isoformat(),
            **({"cycle": step.cycle} if step.cycle else {}),
        }
        for step in recovery_path(recovery)
        if step.progress == Progress.PLANNED
    ]


#: For a page of receivables.
WITH_ALLOCATIONS = Prefetch(
    "recovery__allocations", Allocation.objects.select_related("bill", "payment__recorded_by")
)


def taken_since_opening(receivable: Receivable) -> list[Allocation]:
    """What was paid on it, from whatever source: with what is outstanding, what it opened with.

    What bills and deposit gave before it opened comes first among the allocations.
    """
    recovery, since = receivable.recovery, []
    before = recovery.amount - receivable.amount
    for allocation in sorted(recovery.allocations.all(), key=attrgetter("pk")):
        if before > ZERO:
            before -= allocation.amount
        else:
            since.append(allocation)
    return since


def _taken(recovery: Recovery) -> Iterator[Step]:
    allocations = recovery.allocations.select_related("bill", "payment")
    for allocation in allocations.order_by("id"):
        yield Step(
            progress=Progress.TAKEN,
            source=Source(allocation.source),
            amount=allocation.amount,
            on=allocation.at.astimezone(ZONE).date(),
            cycle=allocation.bill.cycle if allocation.bill else "",
            document=_document(allocation),
        )


def _document(allocation: Allocation) -> str:
    if allocation.bill:
        return str(allocation.bill.number)
    return allocation.payment.reference if allocation.payment else ""


def _to_come(recovery: Recovery) -> Iterator[Step]:
    if recovery.state == RecoveryState.RECEIVABLE:
        receivable = recovery.receivable
        yield Step(
            progress=Progress.OPEN,
            source=Source.PAYMENT,
            amount=recovery.outstanding,
            on=receivable.due_at.astimezone(ZONE).date(),
            document=receivable.number,
        )
    elif recovery.state == RecoveryState.OPEN:
        yield from _planned(recovery)


def _planned(recovery: Recovery) -> Iterator[Step]:
    """Bills to come may give all of it; the deposit what others leave; the seller pays the rest."""
    for cycle in _cycles_to_come(recovery):
        yield Step(
            Progress.PLANNED, Source.BILL, recovery.outstanding, run_day_of(cycle), cycle=cycle
        )
    after = run_day_of(Cycle(recovery.window_end))
    if held := min(_deposit_left_for(recovery), recovery.outstanding):
        yield Step(Progress.PLANNED, Source.DEPOSIT, held, after)
    if rest := recovery.outstanding - held:
        due = after + timedelta(days=settings.RECEIVABLE_DUE_DAYS)
        yield Step(Progress.PLANNED, Source.PAYMENT, rest, due)


def _deposit_left_for(recovery: Recovery) -> Decimal:
    """One balance for all recoveries of the seller, in the order of R5.3, as if no bill gave."""
    deposit = Deposit.objects.filter(seller=recovery.seller_id).first()
    if deposit is None:
        return ZERO
    waiting = Recovery.objects.filter(seller=recovery.seller_id, outstanding__gt=ZERO)
    places = waiting.values_list("window_end", "refunded_at", "number", "outstanding")
    mine = (recovery.window_end, recovery.refunded_at, recovery.number)
    before = sum((outstanding for *place, outstanding in places if tuple(place) < mine), ZERO)
    return max(deposit.balance - before, ZERO)


def _cycles_to_come(recovery: Recovery) -> Iterator[Cycle]:
    """The window's cycles that are not closed yet for its seller."""
    seller = recovery.seller
    cycle = Cycle(max(recovery.window_start, seller.open_cycle or recovery.window_start))
    while cycle <= recovery.window_end and not seller.left_at:
        yield cycle
        cycle = cycle.following
