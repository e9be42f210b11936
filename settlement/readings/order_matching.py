"""A seller's own list of orders, held against the orders on record, row by row.

Both ways: what the list has and what it lacks. Each order says on which bill it is, or on which it
is expected and what it waits for (R1.3).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from koogallery.kit.figures import money_text
from koogallery.kit.names import UNSEEN
from koogallery.kit.spreadsheets import Cell, Table, amounts_of, text_of
from koogallery.settlement_time import ZONE
from sellers.choices import BillingMode
from sellers.models import Order, Seller
from settlement.choices import ListedAmount, MatchResult
from settlement.readings.billing import BillableOrder, facts_of, with_billing
from settlement.readings.conditions import Outlook, Unbilled, outlooks
from settlement.rules.amounts import LineAmounts, order_settlement

T = TypeVar("T")
_UNSEEN = re.compile(f"[{UNSEEN}]")

ROWS_A_LOOK = 1_000
#: What headings call an amount, for what its rows leave open.
CALLED = {
    ListedAmount.SETTLEMENT: re.compile(r"settle|payout|结算", re.IGNORECASE),
    ListedAmount.SALES: re.compile(r"\bnett?o?\b|excl|without|before|不含|未税", re.IGNORECASE),
    ListedAmount.PAID: re.compile(r"gross|brutto|incl|\bwith\b|paid|含税|实付", re.IGNORECASE),
}
#: Rows by which the columns of a list are guessed.
ROWS_OF_A_GUESS = 200


class Match(NamedTuple):
    """A row of the answer; amounts in the currency, None where they are not compared."""

    result: str
    result_code: str
    row: int | None
    order: str
    product_name: str
    customer_name: str
    listed_amount: Decimal | None
    amount: Decimal | None
    difference: Decimal | None
    currency: str
    bill: str
    expected_cycle: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is read: the columns by their place, and what its amounts are.

    Orders placed from `since` to `until`, both included, are missed where it lacks them; without
    these days, from the earliest to the latest order that it has.
    """

    order: int
    amount: int | None = None
    meaning: ListedAmount = ListedAmount.PAID
    since: date | None = None
    until: date | None = None


def guessed(seller: Seller, table: Sequence[Sequence[Cell]]) -> Reading | None:
    """By what its first rows hold: the column that names most orders, the amounts that fit best.

    What no row decides, the heading does.
    """
    sample = table[1 : ROWS_OF_A_GUESS + 1]
    columns = range(len(table[0]))
    texts = {_number(row[column]) for row in sample for column in columns}
    known = {order.number.upper(): order for order in _orders(seller, texts)}
    named = {
        column: sum(_number(row[column]).upper() in known for row in sample) for column in columns
    }
    order = max(columns, key=lambda column: named[column])
    if not named[order]:
        return None
    found = [known.get(_number(row[order]).upper()) for row in sample]
    amounts = {
        column: amounts_of(row[column] for row in sample) for column in columns if column != order
    }
    fitting = {
        (column, meaning): sum(
            each is not None and listed is not None and listed == _amount(each, meaning)
            for each, listed in zip(found, listed_amounts, strict=True)
        )
        for column, listed_amounts in amounts.items()
        for meaning in ListedAmount
    }
    headed = {column: _headed(str(table[0][column])) for column in amounts}

    def rank(each: tuple[int, ListedAmount]) -> tuple[int, bool, bool]:
        column, meaning = each
        return fitting[each], None not in amounts[column], headed[column] == meaning

    best = max(fitting, key=rank, default=None)
    return Reading(order, *best) if best and any(rank(best)[:2]) else Reading(order)


def _headed(heading: str) -> ListedAmount | None:
    return next((meaning for meaning, called in CALLED.items() if called.search(heading)), None)


def matches(seller: Seller, table: Table, reading: Reading, now: datetime) -> Iterator[Match]:
    """The rows of the list in their order, then the orders that it lacks."""
    rows = table[1:]
    amounts: Sequence[Decimal | None] = [None] * len(rows)
    if reading.amount is not None:
        amounts = amounts_of(row[reading.amount] for row in rows)
    listed = [
        Listed(row.place, _number(row[reading.order]), amount)
        for row, amount in zip(rows, amounts, strict=True)
    ]
    first: dict[str, int] = {}
    days: list[date] = []
    for chunk in _looks(listed):
        found = _looked_up(_orders(seller, {each.number for each in chunk}), now)
        for each in chunk:
            known = found.get(each.number) or found.get(each.number.upper())
            if known is None:
                yield _not_on_record(seller, each)
                continue
            number = known.order.number
            if number not in first:
                days.append(known.order.placed_at.astimezone(ZONE).date())
            yield _beside(known, each, reading.meaning, first.get(number))
            first.setdefault(number, each.place)
    since = reading.since or min(days, default=None)
    until = reading.until or max(days, default=None)
    yield from _not_listed(seller, first, (since, until) if since and until else None, now)


class Listed(NamedTuple):
    """A row of the list, by its number in the file."""

    place: int
    number: str
    amount: Decimal | None


class _Known(NamedTuple):
    order: BillableOrder
    outlook: Outlook | None


def _number(cell: Cell) -> str:
    """Without blanks around it and what cannot be seen, which spreadsheets bring along."""
    return _UNSEEN.sub("", text_of(cell)).strip()


def _orders(seller: Seller, numbers: set[str]) -> list[BillableOrder]:
    """As they are written, or in upper case."""
    written = numbers | {number.upper() for number in numbers}
    return list(with_billing(Order.objects.filter(seller=seller, number__in=written)))


def _looked_up(orders: Sequence[BillableOrder], now: datetime) -> Mapping[str, _Known]:
    unbilled = [order for order in orders if not order.bill]
    seen = dict(
        zip(
            (order.number for order in unbilled),
            outlooks((Unbilled(facts_of(order)) for order in unbilled), now),
            strict=True,
        )
    )
    return {order.number: _Known(order, seen.get(order.number)) for order in orders}


def _amount(order: BillableOrder, meaning: ListedAmount) -> Decimal:
    if meaning is ListedAmount.PAID:
        return Decimal(order.paid_amount)
    if meaning is ListedAmount.SALES:
        return Decimal(order.sales_amount)
    whole = LineAmounts(order.sales_amount, order.customer_wht, order.platform_fee_ratio)
    return order_settlement(whole, order.paid_amount, order.refunded, order.currency)


def _not_on_record(seller: Seller, listed: Listed) -> Match:
    return Match(
        *_said(MatchResult.NOT_ON_RECORD),
        listed.place,
        listed.number,
        product_name="",
        customer_name="",
        listed_amount=listed.amount,
        amount=None,
        difference=None,
        currency=seller.settlement_currency,
        bill="",
        expected_cycle="",
        explanation=_("No order of yours has this number.") if listed.number else _("No number."),
    )


def _said(result: MatchResult) -> tuple[str, str]:
    """In words, and as programs read it."""
    return str(result.label), str(result)


def _beside(known: _Known, listed: Listed, meaning: ListedAmount, before: int | None) -> Match:
    order = known.order
    is_metered = order.billing_mode == BillingMode.PAY_PER_USE
    amount = None if listed.amount is None or is_metered else _amount(order, meaning)
    difference = None if amount is None or listed.amount is None else listed.amount - amount
    result, why = MatchResult.EQUAL, ""
    if before is not None:
        result = MatchResult.LISTED_TWICE
        why = _("It is in row %(row)s of your list as well.") % {"row": before}
    elif difference:
        result, why = MatchResult.DIFFERENT, _why_different(order, listed, meaning)
    elif is_metered and listed.amount is not None:
        why = _("Pay-per-use: it settles by its usage, so no amount is compared.")
    return _of_order(known, result, why)._replace(
        row=listed.place,
        listed_amount=listed.amount,
        amount=amount,
        difference=difference,
    )


def _why_different(order: BillableOrder, listed: Listed, meaning: ListedAmount) -> str:
    """The other amount of the order that the list has, or what was paid back of it."""
    for other in ListedAmount:
        if other is not meaning and listed.amount == _amount(order, other):
            return _("Your amount is: %(meaning)s.") % {"meaning": other.label}
    if order.refunded:
        refunded = money_text(order.refunded, order.currency)
        return _("%(amount)s of it was refunded.") % {"amount": refunded}
    return ""


def _of_order(known: _Known, result: MatchResult, why: str) -> Match:
    order, outlook = known
    waits = [each.headline or each.missing for each in outlook.open] if outlook else []
    never = [outlook.never] if outlook and outlook.never else []
    return Match(
        *_said(result),
        None,
        order.number,
        order.product.name,
        order.customer_name,
        None,
        None,
        None,
        order.currency,
        order.bill or "",
        (outlook.cycle or "") if outlook else "",
        " ".join(part for part in [why, *never, *waits] if part),
    )


def _not_listed(
    seller: Seller, listed: Mapping[str, int], period: tuple[date, date] | None, now: datetime
) -> Iterator[Match]:
    if period is None:
        return
    since, until = period
    start = datetime.combine(since, time.min, ZONE)
    end = datetime.combine(until + timedelta(days=1), time.min, ZONE)
    orders = Order.objects.filter(seller=seller, placed_at__gte=start, placed_at__lt=end)
    rows = with_billing(orders).order_by("placed_at", "pk").iterator(chunk_size=ROWS_A_LOOK)
    missing = (order for order in rows if order.number not in listed)
    for chunk in _looks(missing):
        for known in _looked_up(chunk, now).values():
            amount: Any = known.order.paid_amount
            yield _of_order(known, MatchResult.NOT_LISTED, "")._replace(amount=amount)


def _looks(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while chunk := list(islice(left, ROWS_A_LOOK)):
        yield chunk
