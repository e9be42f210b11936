"""What the books must say, told again in plain Python over `rules/`: no database, no cleverness.

A seller's bill of a cycle holds whatever took effect by then and was not billed before; it knows
neither due cycles nor fences, which are the product's way to get there.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from sellers.rules.cycles import transaction_cycle
from settlement.rules.amounts import (
    BillTotals,
    LineAmounts,
    bill_totals,
    carried_over,
    net_payable,
    retained,
    uncovered,
)
from settlement.rules.recovery import (
    OpenRecovery,
    allocate_bill,
    allocate_deposit,
    window,
)

CARRIED = "carried over from "


@dataclass
class Order:
    number: str
    order_type: str
    metered: bool
    paid: Decimal
    sales: Decimal
    wht: Decimal
    ratio: Decimal
    paid_at: datetime | None
    effective_at: datetime | None
    supervision: str
    completed_at: datetime | None = None
    claimed: Decimal = ZERO
    refunded: Decimal = ZERO
    returned_at: datetime | None = None  # the first refund paid out
    pending: int = 0  # refunds approved and not yet paid out
    billed_on: Cycle | None = None

    @property
    def is_billed_itself(self) -> bool:
        return not self.metered and self.order_type != "trial"

    @property
    def is_held(self) -> bool:
        return self.pending > 0 or (self.refunded > 0 and self.refunded >= self.paid)

    def cycle(self, effective_at: datetime | None) -> Cycle | None:
        return transaction_cycle(
            effective_at, self.paid_at, self.supervision, self.completed_at, ZONE
        )


@dataclass
class Usage:
    order: Order
    serial: str
    started_at: datetime
    sales: Decimal
    wht: Decimal
    billed_on: Cycle | None = None


@dataclass
class Recovery:
    number: str
    refunded_at: datetime
    amount: Decimal
    outstanding: Decimal
    window_start: Cycle
    window_end: Cycle
    state: str = "open"

    def as_open(self) -> OpenRecovery:
        return OpenRecovery(
            self.number, self.refunded_at, self.outstanding, self.window_start, self.window_end
        )

    def take(self, amount: Decimal) -> None:
        self.outstanding -= amount
        if not self.outstanding:
            self.state = "recovered"


@dataclass(frozen=True)
class Line:
    """As it is compared with a row."""

    kind: str
    name: str
    cycle: str
    catch_up: bool
    sales: Decimal
    wht: Decimal
    settlement: Decimal


@dataclass(frozen=True)
class Bill:
    totals: BillTotals
    recovered: Decimal
    net_payable: Decimal
    lines: frozenset[Line]
    line_count: int


@dataclass
class Seller:
    number: str
    currency: str
    withholding_tax: Decimal
    digital_service_tax: Decimal
    is_certified: bool = True
    open_cycle: Cycle | None = None
    deposit: Decimal = ZERO
    orders: list[Order] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    waiting: dict[str, Decimal] = field(default_factory=dict)  # adjustments for the next bill
    recoveries: list[Recovery] = field(default_factory=list)
    bills: dict[Cycle, Bill] = field(default_factory=dict)

    def close(self, cycle: Cycle) -> None:
        """R1.5, R1.6: with everything earlier, in order; closed once."""
        while self.open_cycle is None or self.open_cycle <= cycle:
            step = self.open_cycle or cycle
            if self.is_certified:
                self._issue(step)
            self.open_cycle = step.following
            self.settle_expired()

    def refund(self, order: Order, number: str, amount: Decimal, refunded_at: datetime) -> None:
        """R4.6, R5.1."""
        order.refunded += amount
        order.pending -= 1
        if order.billed_on:
            first, last = window(refunded_at, ZONE)
            self.recoveries.append(Recovery(number, refunded_at, amount, amount, first, last))
            self.settle_expired()

    def top_up(self, amount: Decimal) -> None:
        """R5.4: no receivable while the deposit is positive."""
        self.deposit += amount
        self.settle_expired()

    def move_to_next_bill(self, recovery: Recovery) -> None:
        """R5.7."""
        assert self.open_cycle is not None
        recovery.state = "open"
        recovery.window_start = recovery.window_end = self.open_cycle

    def settle_expired(self) -> None:
        """R5.3: the deposit, then a receivable, for whatever has no bill to wait for."""
        closed = self.open_cycle.previous if self.open_cycle else None
        unpaid = {r.number: r for r in self.recoveries if r.outstanding}
        moves = allocate_deposit(self.deposit, [r.as_open() for r in unpaid.values()], closed)
        for number, from_deposit, rest in moves:
            self.deposit -= from_deposit
            unpaid[number].take(from_deposit)
            if rest:
                unpaid[number].state = "receivable"

    def _issue(self, cycle: Cycle) -> None:
        lines = [*self._order_lines(cycle), *self._usage_lines(cycle)]
        adjustments, self.waiting = self.waiting, {}
        if not lines and not adjustments:
            return
        totals = bill_totals(
            [amounts for _, amounts in lines],
            adjustments.values(),
            withholding_tax_rate=self.withholding_tax,
            digital_service_tax_rate=self.digital_service_tax,
            currency=self.currency,
        )
        recovered = self._recover(cycle, totals.settlement_amount)
        adjusted = {
            Line("adjustment", number, cycle, False, ZERO, ZERO, amount)
            for number, amount in adjustments.items()
        }
        self.bills[cycle] = Bill(
            totals,
            recovered,
            net_payable(totals.settlement_amount, recovered),
            frozenset({line for line, _ in lines} | adjusted),
            len(lines),
        )
        came = sum((v for k, v in adjustments.items() if k.startswith(CARRIED)), ZERO)
        if carried := carried_over(totals.settlement_amount, came):
            self.waiting[f"{CARRIED}{cycle}"] = carried
        if left := uncovered(totals.settlement_amount, came):
            number = f"RC{cycle}-{self.number}"
            ended = cycle.end(ZONE)
            self.recoveries.append(Recovery(number, ended, left, left, cycle, cycle))

    def _order_lines(self, through: Cycle) -> list[tuple[Line, LineAmounts]]:
        lines = []
        for order in self.orders:
            cycle = order.cycle(order.effective_at)
            if order.billed_on or not order.is_billed_itself or order.is_held:
                continue
            if cycle and cycle <= through:
                order.billed_on = through
                sales = retained(order.sales, order.paid, order.refunded, self.currency)
                wht = retained(order.wht, order.paid, order.refunded, self.currency)
                lines.append(_line("order", order.number, order, cycle, through, sales, wht))
        return lines

    def _usage_lines(self, through: Cycle) -> list[tuple[Line, LineAmounts]]:
        lines = []
        for usage in self.usage:
            cycle = usage.order.cycle(usage.started_at)
            if usage.billed_on or usage.order.order_type == "trial":
                continue
            if cycle and cycle <= through:
                usage.billed_on = through
                lines.append(
                    _line(
                        "usage", usage.serial, usage.order, cycle, through, usage.sales, usage.wht
                    )
                )
        return lines

    def _recover(self, cycle: Cycle, available: Decimal) -> Decimal:
        waiting = {r.number: r for r in self.recoveries if r.state == "open"}
        taken = allocate_bill(available, [r.as_open() for r in waiting.values()], cycle)
        for number, amount in taken:
            waiting[number].take(amount)
        return sum((amount for _, amount in taken), ZERO)


def _line(
    kind: str, name: str, order: Order, cycle: Cycle, through: Cycle, sales: Decimal, wht: Decimal
) -> tuple[Line, LineAmounts]:
    amounts = LineAmounts(sales, wht, order.ratio)
    return Line(kind, name, cycle, cycle < through, sales, wht, amounts.settlement), amounts
