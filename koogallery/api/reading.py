"""How text becomes a value, the same in a body and in a query string; refused by name otherwise."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from koogallery.kit.cycles import FIRST_INSTANT, LAST_INSTANT, Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.settlement_time import ZONE

#: What a public number may look like.
NUMBER = r"[A-Za-z0-9._:-]{1,60}"

#: What a cycle looks like; the years are those that have cycles.
CYCLE = "^(19[7-9][0-9]|2[0-9]{3})(0[1-9]|1[0-2])$"

_NUMBER = re.compile(NUMBER)
_WHOLE = re.compile("[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")

_COUNT = re.compile(r"[0-9]{1,9}")

#: Beyond these powers of ten nothing is money, and writing it out would only cost.
_WIDEST = 40


def read_number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise InvalidInput(
            _("A number has 1 to 60 letters, digits and the signs . _ : -"), code="invalid_number"
        )
    if text in {".", ".."}:
        told = _("A number is part of an address, where . and .. mean something else.")
        raise InvalidInput(told, code="invalid_number")
    return text


def read_decimal(text: str, *, rule: str = "") -> Decimal:
    """A plain decimal string such as "560.00": no exponent, no separators, no NaN."""
    if not _DECIMAL.fullmatch(text):
        raise not_an_amount(rule)
    return Decimal(text)


def bounded(value: Decimal, *, rule: str = "") -> Decimal:
    """A JSON number as it came: exact, but refused where it is too long to be an amount."""
    exponent = value.as_tuple().exponent
    if not (isinstance(exponent, int) and exponent >= -_WIDEST and value.adjusted() < _WIDEST):
        raise not_an_amount(rule)
    return value


def not_an_amount(rule: str) -> InvalidInput:
    return InvalidInput(
        _('Write it as a decimal string of at most 40 digits, such as "560.00".'),
        code="not_a_number",
        rule=rule,
    )


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant with its offset, in UTC; within the years that have cycles (R1.1)."""
    try:
        instant = parse_datetime(text) if text.isascii() else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidInput(
            _("Write an instant in ISO 8601 with its offset, such as 2026-02-07T02:00:00Z."),
            code="invalid_instant",
            rule="R1.1",
        )
    return _within_the_years(instant)


def read_beginning(text: str) -> datetime:
    """An instant, or the first one of a day of the settlement time zone."""
    return _of_the_day(text, time.min) if _DAY.fullmatch(text) else read_instant(text)


def read_end(text: str) -> datetime:
    """An instant, or the last one of a day."""
    return _of_the_day(text, time.max) if _DAY.fullmatch(text) else read_instant(text)


def _of_the_day(text: str, at: time) -> datetime:
    return _within_the_years(datetime.combine(read_day(text), at, ZONE))


def _within_the_years(instant: datetime) -> datetime:
    if not FIRST_INSTANT <= instant <= LAST_INSTANT:
        detail = _("It lies outside the years 1970 to 2999.")
        raise InvalidInput(detail, code="out_of_range", rule="R1.1")
    return instant.astimezone(UTC)


def read_whole_number(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise InvalidInput(_("Write a whole number, not below 0."), code="not_a_whole_number")
    return int(text)


def read_day(text: str) -> date:
    """A day in ISO 8601, such as 2026-02-28."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not _DAY.fullmatch(text):
        raise InvalidInput(_("Write a day as 2026-02-28."), code="invalid_day")
    return day


def read_cycle(text: str) -> Cycle:
    return Cycle(text)


def read_count(text: str) -> int:
    """A whole number of rows, lines or times: not negative, and no more than a table holds."""
    if not _COUNT.fullmatch(text):
        raise InvalidInput(_("Write a whole number up to 999999999."), code="not_a_whole_number")
    return int(text)


def read_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidInput(_("Write true or false."), code="not_a_flag")
    return text == "true"
