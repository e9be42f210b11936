"""Where a page of Transaction Details starts, as its address says."""

import re
from decimal import Decimal
from typing import Any

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from settlement.readings.transactions import NO_CYCLE, Place

#: Between the parts of a place in the address.
SEPARATOR = "~"
ID = re.compile(r"[0-9]{1,18}")
AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,12})?")


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
