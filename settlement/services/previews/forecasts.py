"""Previews that a page may compute while somebody waits for it: bounded, and never in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, DomainError, InvalidInput, refuse
from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO
from koogallery.settlement_time import current_cycle, cycle_of
from sellers.choices import Supervision
from sellers.models import Seller
from settlement.choices import RecoveryState
from settlement.models import Recovery, Refund
from settlement.readings.calendar import run_days_of
from settlement.readings.recovery_paths import Progress, Step, recovery_path
from settlement.rules.refunds import payout_violations
from settlement.services.closing.cycles import next_cycle_of
from settlement.services.previews.preview import SellerPreview, preview_batch
from settlement.services.previews.refunds import Simulation, simulate_refund
from settlement.services.previews.what_if import is_quick

#: How many months after the running one a refund is simulated as paid out in.
FORESEEN_CYCLES = 2


@dataclass(frozen=True, slots=True)
class CycleBill:
    cycle: Cycle
    preview: SellerPreview


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next bill and, as if nothing more was sold, the one after it (R3.5)."""

    bills: tuple[CycleBill, ...]

    def of(self, cycle: Cycle) -> SellerPreview | None:
        return next((each.preview for each in self.bills if each.cycle == cycle), None)


def outlook_of(seller: Seller, *, hurried: bool = False) -> Outlook:
    shown = (
        (cycle, preview_batch([seller.pk], cycle, hurried=hurried))
        for cycle in coming_cycles(seller)
    )
    return Outlook(tuple(CycleBill(cycle, preview) for cycle, [preview] in shown))


def effect_of(refund: Refund, refunded_at: datetime | None = None) -> Simulation:
    """What it would cost, were it paid out then; only of months that are near (R4.3)."""
    if not is_quick([refund.seller_id]):
        raise Conflict(
            _("There is too much to simulate at once; the operators' page of the refund shows it."),
            code="too_much_at_once",
            rule="R4.3",
        )
    if refunded_at is not None:
        _require_near(refund, refunded_at)
    return simulate_refund(refund, refunded_at=refunded_at, hurried=True)


def _require_near(refund: Refund, refunded_at: datetime) -> None:
    """Every month up to the end of its window is closed for a simulation, so they are few."""
    furthest = current_cycle()
    for _each in range(FORESEEN_CYCLES):
        furthest = furthest.following
    refuse(payout_violations(refunded_at, refund.order.paid_at))
    if cycle_of(refunded_at) > furthest:
        raise InvalidInput(
            _("refunded_at is in cycle %(furthest)s at the latest.") % {"furthest": furthest},
            code="too_far_ahead",
            rule="R4.3",
            field="refunded_at",
        )


@dataclass(frozen=True, slots=True)
class InGuarantee:
    """Orders whose supervision is open: sold, but on no bill before it completes (R1.3)."""

    orders: int
    sales_amount: Decimal
    waiting_for_service: int


def coming_cycles(seller: Seller) -> tuple[Cycle, Cycle]:
    """The next two to be closed for the seller."""
    first = next_cycle_of(seller)
    return first, first.following


def in_guarantee(seller: Seller) -> InGuarantee:
    waiting = ~Q(supervision_status__in=(Supervision.NOT_APPLICABLE, Supervision.COMPLETED))
    found = (
        seller.orders.not_cancelled()
        .filter(waiting)
        .aggregate(
            orders=Count("pk"),
            sales_amount=Sum("sales_amount", default=ZERO),
            waiting_for_service=Count(
                "pk", filter=Q(supervision_status=Supervision.WAITING_FOR_SERVICE)
            ),
        )
    )
    return InGuarantee(**found)


@dataclass(frozen=True, slots=True)
class ExpectedBill:
    """The bill of a cycle as it would be issued now; without `preview`, `unavailable` says why."""

    cycle: Cycle
    run_day: date
    preview: SellerPreview | None
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes to a seller: the next two bills, and what is on neither yet."""

    seller: Seller
    bills: tuple[ExpectedBill, ...]
    in_guarantee: InGuarantee
    recoveries: tuple[tuple[Recovery, Step], ...]


def forecasts_of(sellers: Sequence[Seller]) -> list[Forecast]:
    """Of a page of sellers: those who close the same cycle next are previewed together."""
    cycles = {seller.pk: coming_cycles(seller) for seller in sellers}
    days = run_days_of({each for pair in cycles.values() for each in pair})
    previews, refused = _previews(sellers, cycles)
    planned = _planned(sellers)
    return [
        Forecast(
            seller,
            tuple(
                ExpectedBill(cycle, days[cycle], previews.get((seller.pk, cycle)), refused)
                for cycle in cycles[seller.pk]
            ),
            in_guarantee(seller),
            tuple(planned.get(seller.pk, ())),
        )
        for seller in sellers
    ]


def _previews(
    sellers: Sequence[Seller], cycles: Mapping[int, tuple[Cycle, Cycle]]
) -> tuple[dict[tuple[int, str], SellerPreview], str]:
    """By seller and cycle; or why not: too much to close while somebody waits, or a run at work."""
    if not is_quick([seller.pk for seller in sellers]):
        return {}, _("There is too much to forecast at once; ask for the preview of a bill run.")
    together: dict[Cycle, list[Seller]] = {}
    for seller in sellers:
        for cycle in cycles[seller.pk]:
            together.setdefault(cycle, []).append(seller)
    found: dict[tuple[int, str], SellerPreview] = {}
    try:
        for cycle, several in together.items():
            keys = {seller.number: (seller.pk, str(cycle)) for seller in several}
            previews = preview_batch([seller.pk for seller in several], cycle, hurried=True)
            found |= {keys[preview.seller]: preview for preview in previews}
    except DomainError as refusal:
        return {}, refusal.detail
    return found, ""


def _planned(sellers: Sequence[Seller]) -> dict[int, list[tuple[Recovery, Step]]]:
    """What is still to be taken for refunds, with dates, oldest refund first (R5.6)."""
    waiting = Recovery.objects.filter(seller__in=sellers).exclude(state=RecoveryState.RECOVERED)
    found: dict[int, list[tuple[Recovery, Step]]] = {}
    for recovery in waiting.select_related("seller", "refund").order_by("refunded_at", "number"):
        for step in recovery_path(recovery):
            if step.progress != Progress.TAKEN:
                found.setdefault(recovery.seller_id, []).append((recovery, step))
    return found
