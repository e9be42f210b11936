"""Where a page of Transaction Details starts, as its address says; and what all pages come to."""

import re
from decimal import Decimal
from typing import Any

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.portal.totals import COUNTED, Totals, counted
from settlement.readings.transactions import NO_CYCLE, Place, Wanted, parameters_of, statement_of

#: Between the parts of a place in the address.
SEPARATOR = "~"
ID = re.compile(r"[0-9]{1,18}")
AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,12})?")


def totals_of(wanted: Wanted) -> Totals | None:
    listed = statement_of("order", falling=True)
    statement = (
        "SELECT o.currency, t.sales_amount, t.customer_wht"  # noqa: S608
        f" FROM ({listed}) t JOIN sellers_order o ON o.id = t.id"
    )
    fields = ["transaction__sales_amount", "transaction__customer_wht"]
    return counted(statement, parameters_of(wanted, size=COUNTED + 1), fields)


def place_text(place: Place | None) -> str | None:
    if place is None:
        return None
    parts = (place.value, place.order, place.cycle, place.due, place.refund)
    return SEPARATOR.join(map(str, parts))


def read_place(text: str, sort: str) -> Place | None:
    """None if it is no place of a list sorted like this: then the list starts at its beginning."""
    parts = text.split(SEPARATOR)
    if len(parts) != len(Place.__dataclass_fields__):
        return None
    value, order, cycle, due, refund = parts
    ids = ID.fullmatch(order) and ID.fullmatch(refund)
    if not (ids and _is_cycle(cycle) and _is_cycle(due)):
        return None
    read = _value(value, sort)
    return None if read is None else Place(read, int(order), cycle, due, int(refund))


def _is_cycle(text: str) -> bool:
    if text == NO_CYCLE:
        return True
    try:
        return bool(Cycle(text))
    except InvalidInput:
        return False


def _value(text: str, sort: str) -> Any:
    if sort == "cycle":
        return text if _is_cycle(text) else None
    if sort == "order":
        return int(text) if ID.fullmatch(text) else None
    return Decimal(text) if AMOUNT.fullmatch(text) else None
