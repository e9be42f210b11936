"""One record of an upload of usage as the open API documents it, read and judged (R9.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from koogallery.kit.money import EXACT, ZERO
from sellers.rules.usage import METERING_SN_LENGTH

MOST_RECORDS: Final = 1000
ID_LENGTH: Final = 64
DECIMALS: Final = 4
#: Usage that began longer ago is refused here; other ways in take it as late (R1.8).
LONGEST_AGO: Final = timedelta(days=21)
#: 12 digits, four of them behind the point.
LARGEST: Final = Decimal(10) ** 8

FIELDS: Final = frozenset(
    {
        "instance_id",
        "product_id",
        "record_time",
        "begin_time",
        "end_time",
        "usage_value",
        "metering_sn",
        "relate_pkg_instance",
    }
)

_INSTANT = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_FIGURE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")


class BadRecord(Exception):
    """Why this one record is not taken."""


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """A record that is right in itself. Instants in UTC."""

    instance_id: str
    metering_sn: str
    recorded_at: datetime
    started_at: datetime
    ended_at: datetime
    quantity: Decimal
    package_instance: str = ""

    def is_too_old(self, now: datetime) -> bool:
        return self.started_at < now - LONGEST_AGO


def read_record(record: object, *, has_serial: bool = True) -> UsageRecord:
    """Everything a record must satisfy without looking at its order; else `BadRecord`."""
    if not isinstance(record, Mapping):
        raise BadRecord("A usage record is a JSON object.")
    if unknown := sorted(set(record) - FIELDS):
        raise BadRecord(f"There is no field {unknown[0]}.")
    read = UsageRecord(
        instance_id=_text(record, "instance_id", ID_LENGTH),
        metering_sn=_serial(record) if has_serial else _serial_by_span(record),
        recorded_at=_instant(record, "record_time"),
        started_at=_instant(record, "begin_time"),
        ended_at=_instant(record, "end_time"),
        quantity=_quantity(record.get("usage_value")),
        package_instance=_optional_text(record, "relate_pkg_instance"),
    )
    if read.started_at >= read.ended_at:
        raise BadRecord("begin_time must be earlier than end_time.")
    return read


def _serial(record: Mapping[str, Any]) -> str:
    return _text(record, "metering_sn", METERING_SN_LENGTH)


def _serial_by_span(record: Mapping[str, Any]) -> str:
    """Of a record that has none: usage of one instance in one span of time is told once."""
    if record.get("metering_sn"):
        return _serial(record)
    span = "|".join(str(record.get(name)) for name in ("instance_id", "begin_time", "end_time"))
    return sha256(span.encode(errors="replace")).hexdigest()[:METERING_SN_LENGTH]


def _optional_text(record: Mapping[str, Any], name: str) -> str:
    return _text(record, name, ID_LENGTH) if record.get(name) else ""


def _text(record: Mapping[str, Any], name: str, longest: int) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRecord(f"{name} is missing.")
    if len(value) > longest or not value.isprintable():
        raise BadRecord(f"{name} has at most {longest} printable characters.")
    return value


def _instant(record: Mapping[str, Any], name: str) -> datetime:
    value = record.get(name)
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise BadRecord(f"{name} is an instant in UTC, written yyyyMMdd'T'HHmmss'Z'.")


def _quantity(value: object) -> Decimal:
    """A JSON number, or the same as a string."""
    is_text = isinstance(value, str) and _FIGURE.fullmatch(value)
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if not (is_text or is_number):
        raise BadRecord("usage_value is a number.")
    quantity = Decimal(value)  # type: ignore[arg-type]  # one of the two
    if not quantity.is_finite() or quantity <= ZERO:
        raise BadRecord("usage_value must be above 0.")
    if quantity >= LARGEST or _decimals(quantity) > DECIMALS:
        raise BadRecord(f"usage_value has at most 8 digits before and {DECIMALS} after the point.")
    return quantity


def _decimals(quantity: Decimal) -> int:
    """Zeros at the end do not count; more digits than are kept are too many anyway."""
    try:
        exponent = quantity.normalize(EXACT).as_tuple().exponent
    except ArithmeticError:
        return DECIMALS + 1
    return -exponent if isinstance(exponent, int) else 0
