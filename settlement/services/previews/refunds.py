"""What a refund would cost whom, before anybody decides (R4.3).

The refund is regarded as paid out, the cycles of its window are closed for its seller, and what
happened is read off.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.dates import cycle_label
from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from sellers.models import Seller
from settlement.choices import LineKind, RefundState
from settlement.models import Allocation, Bill, BillLine, Recovery, Refund
from settlement.rules.amounts import LineAmounts, order_settlement
from settlement.services.closing.cycles import close_through, next_cycle_of
from settlement.services.previews.what_if import positions_of, what_if
from settlement.services.recoveries.opening import open_recovery, settle_expired_recoveries


@dataclass(frozen=True, slots=True)
class Step:
    """One taking: from the bill of `cycle`, from the deposit, or asked of the seller.

    What no bill gives is due once the last month of the window, `after`, is closed.
    """

    source: str  # bill, deposit, receivable
    cycle: Cycle | None
    bill: str | None
    amount: Decimal
    after: Cycle

    @property
    def expected(self) -> str:
        if self.cycle:
            return _("with the bill of cycle %(cycle)s") % {"cycle": cycle_label(self.cycle)}
        return _("once cycle %(cycle)s is closed") % {"cycle": cycle_label(self.after)}


@dataclass(frozen=True, slots=True)
class Simulation:
    """Who would pay what if the refund were paid out at `refunded_at`.

    Not settled: nothing is recovered, the order's line shrinks to the retained share (R4.6), so
    that it settles `order_settlement_after` instead of `_before`, whenever it is billed.
    `next_payment_*` is the net payable, as things stand, of the bill of `next_cycle`: the seller's
    next one, or the later one on which an order not yet billed is due.
    """

    refund: str
    settled: bool
    refunded_at: datetime
    currency: str
    amount: Decimal
    steps: tuple[Step, ...]
    receivable: Decimal
    deposit_before: Decimal
    deposit_after: Decimal
    next_cycle: Cycle
    next_payment_before: Decimal
    next_payment_after: Decimal
    order_settlement_before: Decimal | None
    order_settlement_after: Decimal | None


def simulate_refund(
    refund: Refund, *, refunded_at: datetime | None = None, hurried: bool = False
) -> Simulation:
    """Close the window's cycles with and without this refund, and compare. Changes nothing."""
    at = refunded_at or refund.refunded_at or timezone.now()
    return _simulate_after([], refund, at, hurried=hurried)


def in_turn(refunds: Iterable[Refund]) -> list[Refund]:
    """The order in which none changes what those before it were said to cost.

    A refund of an order not yet billed makes the coming bill smaller, from which the settled ones
    are recovered; those are recovered by number (R4.6, R5.3).
    """
    rows = list(refunds)
    lines = BillLine.objects.filter(kind=LineKind.ORDER, order__in=[row.order_id for row in rows])
    settled = set(lines.values_list("order", flat=True))
    return sorted(rows, key=lambda row: (row.order_id in settled, row.number))


def simulate_in_turn(
    refunds: Sequence[Refund], *, refunded_at: datetime | None = None
) -> list[Simulation]:
    """One seller's refunds, `in_turn`, each as if those before it were paid out too (R4.3)."""
    at = refunded_at or timezone.now()
    ordered = list(refunds)
    return [_simulate_after(ordered[:place], refund, at) for place, refund in enumerate(ordered)]


def _simulate_after(
    earlier: Sequence[Refund], refund: Refund, at: datetime, *, hurried: bool = False
) -> Simulation:
    # The seller's next bill, or the later one on which an order not yet billed is due.
    cycle = next_cycle_of(Seller.objects.get(pk=refund.seller_id))
    due = refund.order.due_cycle
    next_cycle = max(cycle, Cycle(due)) if due else cycle
    closed_with = partial(_closed_with, subject=refund, at=at, next_cycle=next_cycle)
    before = closed_with(earlier, hurried=hurried)
    after = closed_with([*earlier, refund], hurried=hurried)
    return Simulation(
        refund=refund.number,
        settled=after.recovery is not None,
        refunded_at=at,
        currency=refund.currency,
        amount=after.recovery.amount if after.recovery else ZERO,
        steps=after.steps,
        receivable=after.recovery.outstanding if after.recovery else ZERO,
        deposit_before=before.deposit if earlier else after.deposit_at_first,
        deposit_after=after.deposit,
        next_cycle=next_cycle,
        next_payment_before=before.next_payment,
        next_payment_after=after.next_payment,
        order_settlement_before=_order_settlement(refund, earlier),
        order_settlement_after=_order_settlement(refund, [*earlier, refund]),
    )


def _order_settlement(subject: Refund, refunds: Sequence[Refund]) -> Decimal | None:
    """What the order will settle with these refunds and those granted; None once it is billed."""
    order = subject.order
    if BillLine.objects.filter(order=order, kind=LineKind.ORDER).exists():
        return None
    granted = order.refunds.filter(state__in=[RefundState.APPROVED, RefundState.REFUNDED])
    amounts = dict(granted.exclude(pk=subject.pk).values_list("pk", "amount"))
    amounts |= {each.pk: each.amount for each in refunds if each.order_id == order.pk}
    whole = LineAmounts(order.sales_amount, order.customer_wht, order.platform_fee_ratio)
    refunded = sum(amounts.values(), ZERO)
    return order_settlement(whole, order.paid_amount, refunded, order.currency)


@dataclass(frozen=True, slots=True)
class _Closed:
    """What was found once the cycles were closed; `recovery` is that of the last refund."""

    recovery: Recovery | None
    steps: tuple[Step, ...]
    deposit_at_first: Decimal
    deposit: Decimal
    next_payment: Decimal


def _closed_with(
    refunds: Sequence[Refund], *, subject: Refund, at: datetime, next_cycle: Cycle, hurried: bool
) -> _Closed:
    """Regard these refunds as paid out, and close what they reach into."""
    seller = subject.seller_id
    with what_if([seller], hurried=hurried) as at_first:
        recoveries = [_recovery_of(refund, at) for refund in refunds]
        ends = [Cycle(each.window_end) for each in recoveries if each]
        close_through(
            [seller], max([next_cycle, *ends]), as_if_refunded=[refund.pk for refund in refunds]
        )
        recovery = recoveries[-1] if recoveries and refunds[-1] == subject else None
        if recovery:
            recovery.refresh_from_db()
        bill = Bill.objects.filter(seller=seller, cycle=next_cycle).first()
        return _Closed(
            recovery=recovery,
            steps=_steps(recovery) if recovery else (),
            deposit_at_first=at_first[seller].deposit,
            deposit=positions_of([seller])[seller].deposit,
            next_payment=bill.net_payable if bill else ZERO,
        )


def _recovery_of(refund: Refund, at: datetime) -> Recovery | None:
    """The recovery there is, or the one that would open; none for an order not yet billed."""
    if refund.state == RefundState.REFUNDED:
        return Recovery.objects.filter(refund=refund).first()
    line = BillLine.objects.filter(order=refund.order_id, kind=LineKind.ORDER).first()
    if line is None:
        return None
    paid_out = copy(refund)
    paid_out.refunded_at = at
    recovery = open_recovery(paid_out, line, actor=refund.requested_by)
    settle_expired_recoveries([refund.seller_id])
    return recovery


def _steps(recovery: Recovery) -> tuple[Step, ...]:
    taken = Allocation.objects.filter(recovery=recovery).select_related("bill").order_by("id")
    end = Cycle(recovery.window_end)
    steps = [
        Step(
            source=each.source,
            cycle=Cycle(each.bill.cycle) if each.bill else None,
            bill=each.bill.number if each.bill else None,
            amount=each.amount,
            after=end,
        )
        for each in taken
    ]
    if recovery.outstanding:
        steps.append(Step("receivable", None, None, recovery.outstanding, end))
    return tuple(steps)
