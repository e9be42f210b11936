"""All orders and usage of sellers, billed or not: usage summed per order and cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from string import Template
from typing import Any

from django.db import connection

from koogallery.keyset import Page
from koogallery.settlement_time import ZONE
from koogallery.statements import read_statement

STATEMENT = "settlement/transactions"
#: Sorts behind every cycle: what has none yet is the newest of all.
NO_CYCLE = "999999"

#: What a list can be sorted by -> the column. By order, a page reads no more than it shows.
SORTS: Mapping[str, str] = {
    "order": "o.id",
    "cycle": f"coalesce(e.cycle, '{NO_CYCLE}')",
    "sales_amount": "e.sales_amount",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; `sellers` None means everyone's."""

    sellers: Sequence[int] | None
    number: str = ""
    cycle_from: str = ""
    cycle_to: str = ""
    customer: str = ""
    product: str = ""
    kind: str = ""
    billed: bool | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the sorted list a page starts, without the row itself."""

    value: Any
    order: int
    cycle: str
    due: str
    refund: int = 0


@dataclass(frozen=True, slots=True)
class Transaction:
    """An order, the usage of a pay-per-use order in one cycle, or an unsubscription by its refund.

    What was refunded has amounts below 0; its cycle is that in which the money went back.
    """

    kind: str
    order: int
    cycle: str | None
    due_cycle: str | None
    refund: int
    records: int
    sales_amount: Decimal
    customer_wht: Decimal
    is_billed: bool
    currency: str

    def place(self, sort: str) -> Place:
        cycle, due = self.cycle or NO_CYCLE, self.due_cycle or NO_CYCLE
        values = {"order": self.order, "cycle": cycle, "sales_amount": self.sales_amount}
        return Place(values[sort], self.order, cycle, due, self.refund)


@dataclass(frozen=True, slots=True)
class TransactionPage:
    rows: list[Transaction] = field(default_factory=list)
    before: Place | None = None
    after: Place | None = None


def transactions(
    wanted: Wanted,
    *,
    sort: str,
    falling: bool,
    before: Place | None = None,
    after: Place | None = None,
    last: bool = False,
    size: int,
) -> TransactionPage:
    """One page after a place, or the one that ends before a place, or the last."""
    backwards, start = last or before is not None, before or after
    found = _select(wanted, sort, start, size + 1, falling=falling != backwards)
    page = Page.of(found, size, backwards=backwards, started=start is not None)
    if not page.rows:
        return TransactionPage()
    return TransactionPage(
        page.rows,
        before=page.rows[0].place(sort) if page.has_previous else None,
        after=page.rows[-1].place(sort) if page.has_next else None,
    )


def _select(
    wanted: Wanted, sort: str, start: Place | None, size: int, *, falling: bool
) -> list[Transaction]:
    statement = statement_of(sort, start, falling=falling)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters_of(wanted, start, size))
        return [Transaction(*row) for row in cursor.fetchall()]


def statement_of(sort: str, start: Place | None = None, *, falling: bool) -> str:
    beyond = "<" if falling else ">"
    # Told twice when sorted by order, so that the index of orders is entered at the right place.
    reach = f"AND o.id {beyond}= {start.order:d}" if start and sort == "order" else ""
    return Template(read_statement(STATEMENT)).substitute(
        key=SORTS[sort],
        direction="DESC" if falling else "ASC",
        beyond=beyond,
        reach=reach,
    )


def parameters_of(
    wanted: Wanted, start: Place | None = None, size: int | None = None
) -> dict[str, Any]:
    """Without a size, all of them."""
    return {
        "sellers": None if wanted.sellers is None else list(wanted.sellers),
        "number": _containing(wanted.number),
        "customer": _containing(wanted.customer),
        "product": _containing(wanted.product),
        "customer_name": wanted.customer,
        "product_name": wanted.product,
        "cycle_from": wanted.cycle_from,
        "cycle_to": wanted.cycle_to,
        "kind": wanted.kind,
        "billed": wanted.billed,
        "value": start.value if start else None,
        "order": start.order if start else None,
        "of_cycle": start.cycle if start else None,
        "of_due": start.due if start else None,
        "of_refund": start.refund if start else None,
        "zone": ZONE.key,
        "size": size,
    }


def _containing(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if text else ""
