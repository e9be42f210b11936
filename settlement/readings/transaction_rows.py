"""The rows of Transaction Details: each with its bill, or with what keeps it from one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from sellers.models import Order
from settlement.choices import LineKind, TransactionKind
from settlement.models import Bill, BillLine, Refund
from settlement.readings.billing import facts_of, with_billing
from settlement.readings.conditions import Outlook, Unbilled, outlooks
from settlement.readings.transactions import NO_CYCLE, Transaction
from settlement.rules.amounts import line_settlement
from settlement.rules.billability import TransactionFacts


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """`bill` and `line_no` of what is billed (usage has many lines), `outlook` of the rest.

    An unsubscription has its `refund`, and the bill and line of the order it was of.
    `settlement` is what the order settles: as it is billed, or else as it was sold.
    """

    transaction: Transaction
    order: Any  # an Order with its billing
    bill: str
    line_no: int | None
    outlook: Outlook | None
    settlement: Decimal | None = None
    refund: Refund | None = None


def rows_of(transactions: Sequence[Transaction], now: datetime) -> list[TransactionRow]:
    """In five queries, however many they are."""
    orders = with_billing(Order.objects.all()).in_bulk({each.order for each in transactions})
    lines = _lines(transactions)
    bills = _bills(transactions, orders)
    refunds = Refund.objects.select_related("recovery").in_bulk(
        {each.refund for each in transactions if each.refund}
    )
    waiting = [each for each in transactions if not each.is_billed and not each.refund]
    unbilled = [_unbilled(each, orders[each.order], now) for each in waiting]
    outlook = dict(zip(waiting, outlooks(unbilled, now), strict=True))
    return [
        TransactionRow(
            each,
            orders[each.order],
            bill=_bill(each, lines, bills, orders) if each.is_billed else "",
            line_no=lines[each.order].line_no if _has_line(each, lines) else None,
            outlook=outlook.get(each),
            settlement=_settlement(each, lines, orders),
            refund=refunds.get(each.refund),
        )
        for each in transactions
    ]


class Line(NamedTuple):
    bill: str
    line_no: int
    settlement: Decimal


def _lines(transactions: Sequence[Transaction]) -> dict[int, Line]:
    orders = [each.order for each in transactions if each.kind != TransactionKind.USAGE]
    lines = BillLine.objects.filter(order__in=orders, kind=LineKind.ORDER)
    rows = lines.values_list("order", "bill__number", "line_no", "settlement")
    return {order: Line(*line) for order, *line in rows}


def _has_line(transaction: Transaction, lines: dict[int, Line]) -> bool:
    return transaction.kind != TransactionKind.USAGE and transaction.order in lines


def _settlement(
    transaction: Transaction, lines: dict[int, Line], orders: dict[int, Any]
) -> Decimal | None:
    if transaction.kind == TransactionKind.USAGE:
        return None
    if _has_line(transaction, lines):
        return lines[transaction.order].settlement
    order = orders[transaction.order]
    return line_settlement(order.sales_amount, order.customer_wht, order.platform_fee_ratio)


def _bills(
    transactions: Sequence[Transaction], orders: dict[int, Any]
) -> dict[int, list[tuple[str, str]]]:
    """The bills of the sellers of usage, oldest first, from the earliest cycle needed."""
    usage = [each for each in transactions if each.kind == TransactionKind.USAGE and each.is_billed]
    sellers = {orders[each.order].seller_id for each in usage}
    first = min((each.due_cycle or NO_CYCLE for each in usage), default=NO_CYCLE)
    bills = Bill.objects.filter(seller__in=sellers, cycle__gte=first).order_by("cycle")
    found: dict[int, list[tuple[str, str]]] = {}
    for seller, cycle, number in bills.values_list("seller", "cycle", "number"):
        found.setdefault(seller, []).append((cycle, number))
    return found


def _bill(
    transaction: Transaction,
    lines: dict[int, Line],
    bills: dict[int, list[tuple[str, str]]],
    orders: dict[int, Any],
) -> str:
    """Usage is billed in its due cycle; what was older when its seller first closed, then."""
    if _has_line(transaction, lines):
        return lines[transaction.order].bill
    of_seller = bills.get(orders[transaction.order].seller_id, [])
    due = transaction.due_cycle or NO_CYCLE
    return next((number for cycle, number in of_seller if cycle >= due), "")


def _unbilled(transaction: Transaction, order: Any, now: datetime) -> Unbilled:
    facts = facts_of(order)
    if transaction.kind == TransactionKind.ORDER:
        return Unbilled(facts)
    return Unbilled(usage_facts(facts, transaction.due_cycle, now), is_usage=True)


def usage_facts(order: TransactionFacts, due_cycle: str | None, now: datetime) -> TransactionFacts:
    """Payment and supervision are its order's; it took effect when it was consumed (R1.2)."""
    due = Cycle(due_cycle) if due_cycle else None
    return replace(
        order,
        effective_at=now,
        due_cycle=due,
        paid_amount=ZERO,
        refunded=ZERO,
        refund_pending=False,
    )


def recovery_of(refund: Refund | None) -> str:
    """The number of the recovery that takes it back from the seller; none before billing (R4.6)."""
    recovery = getattr(refund, "recovery", None)
    return recovery.number if recovery else ""
