"""The rows of Transaction Details: each with its bill, or with what keeps it from one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from sellers.models import Order
from settlement.choices import LineKind
from settlement.models import Bill, BillLine
from settlement.rules.billability import TransactionFacts
from settlement.services.billing import facts_of, with_billing
from settlement.services.conditions import Outlook, Unbilled, outlooks
from settlement.services.transactions import NO_CYCLE, Transaction


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """`bill` and `line_no` of what is billed (usage has many lines), `outlook` of the rest."""

    transaction: Transaction
    order: Any  # an Order with its billing
    bill: str
    line_no: int | None
    outlook: Outlook | None


def rows_of(transactions: Sequence[Transaction], now: datetime) -> list[TransactionRow]:
    """In four queries, however many they are."""
    orders = with_billing(Order.objects.all()).in_bulk({each.order for each in transactions})
    lines = _lines(transactions)
    bills = _bills(transactions, orders)
    waiting = [each for each in transactions if not each.is_billed]
    unbilled = [_unbilled(each, orders[each.order], now) for each in waiting]
    outlook = dict(zip(waiting, outlooks(unbilled, now), strict=True))
    return [
        TransactionRow(
            each,
            orders[each.order],
            bill=_bill(each, lines, bills, orders) if each.is_billed else "",
            line_no=lines[each.order][1] if _has_line(each, lines) else None,
            outlook=outlook.get(each),
        )
        for each in transactions
    ]


def _lines(transactions: Sequence[Transaction]) -> dict[int, tuple[str, int]]:
    orders = [each.order for each in transactions if each.kind == LineKind.ORDER]
    lines = BillLine.objects.filter(order__in=orders, kind=LineKind.ORDER)
    return {
        order: (bill, line_no)
        for order, bill, line_no in lines.values_list("order", "bill__number", "line_no")
    }


def _has_line(transaction: Transaction, lines: dict[int, tuple[str, int]]) -> bool:
    return transaction.kind == LineKind.ORDER and transaction.order in lines


def _bills(
    transactions: Sequence[Transaction], orders: dict[int, Any]
) -> dict[int, list[tuple[str, str]]]:
    """The bills of the sellers of usage, oldest first, from the earliest cycle needed."""
    usage = [each for each in transactions if each.kind == LineKind.USAGE and each.is_billed]
    sellers = {orders[each.order].seller_id for each in usage}
    first = min((each.due_cycle or NO_CYCLE for each in usage), default=NO_CYCLE)
    bills = Bill.objects.filter(seller__in=sellers, cycle__gte=first).order_by("cycle")
    found: dict[int, list[tuple[str, str]]] = {}
    for seller, cycle, number in bills.values_list("seller", "cycle", "number"):
        found.setdefault(seller, []).append((cycle, number))
    return found


def _bill(
    transaction: Transaction,
    lines: dict[int, tuple[str, int]],
    bills: dict[int, list[tuple[str, str]]],
    orders: dict[int, Any],
) -> str:
    """Usage is billed in its due cycle; what was older when its seller first closed, then."""
    if _has_line(transaction, lines):
        return lines[transaction.order][0]
    of_seller = bills.get(orders[transaction.order].seller_id, [])
    due = transaction.due_cycle or NO_CYCLE
    return next((number for cycle, number in of_seller if cycle >= due), "")


def _unbilled(transaction: Transaction, order: Any, now: datetime) -> Unbilled:
    facts = facts_of(order)
    if transaction.kind == LineKind.ORDER:
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
