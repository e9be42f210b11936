"""How values are read, strictly, and written, in one form."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from koogallery.api.fields import (
    AmountField,
    CycleField,
    DecimalTextField,
    ExactAmountField,
    FlagField,
    InstantField,
    NumberField,
    RatioField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer

WORD = WordField([("one", "One")])


@pytest.mark.parametrize(
    ("field", "data", "value"),
    [
        (DecimalTextField(), "560.00", Decimal("560.00")),
        (DecimalTextField(), "-0.5", Decimal("-0.5")),
        (DecimalTextField(), 7, Decimal(7)),
        (DecimalTextField(), Decimal("0.1"), Decimal("0.1")),
        (InstantField(), "2026-02-01T00:00:00+08:00", datetime(2026, 1, 31, 16, tzinfo=UTC)),
        (InstantField(), "2026-02-01T00:00:00.5Z", datetime(2026, 2, 1, 0, 0, 0, 500000, UTC)),
        (CycleField(), "202602", "202602"),
        (NumberField(), "CS-1.2:3_4", "CS-1.2:3_4"),
        (FlagField(), True, True),
        (WORD, "one", "one"),
    ],
)
def test_values_are_read(field: serializers.Field, data: Any, value: Any) -> None:
    assert field.run_validation(data) == value


NO_AMOUNTS = [
    "", " 1", "1 ", "1,0", "1_0", "+1", ".5", "5.", "1e2", "1e400", "NaN", "sNaN", "Infinity",
    "0x1", "\N{FULLWIDTH DIGIT ONE}", "9" * 41, Decimal("1e400"), Decimal("1e-400"),
    Decimal("0e999"), 10**50, True, None, [], {}, ["1"],
]  # fmt: skip
NO_INSTANTS = [
    "٢٠٢٦-02-07T02:00:00Z",
    "２０２６-02-07T02:00:00Z",
    "", "now", "2026-02-01", "2026-02-01T00:00:00", "2026-02-30T00:00:00Z", "2026-02-01T25:00:00Z",
    "1969-12-31T00:00:00Z", "3000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    "2026-02-01T00:00:00 08:00", 1769875200, True, [], {},
]  # fmt: skip
NO_CYCLES = [
    "",
    "202600",
    "202613",
    "2026-02",
    "26-02",
    "196912",
    "300001",
    202602,
    True,
    ["202602"],
]
NO_NUMBERS = [
    ".",
    "..",
    "",
    "a b",
    "a/b",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
    "x" * 61,
    12,
    True,
    [],
    {},
]


@pytest.mark.parametrize(
    ("field", "data"),
    [
        *((DecimalTextField(), data) for data in NO_AMOUNTS),
        *((InstantField(), data) for data in NO_INSTANTS),
        *((CycleField(), data) for data in NO_CYCLES),
        *((NumberField(), data) for data in NO_NUMBERS),
        *((FlagField(), data) for data in ["true", 1, 0, "", None, []]),
        *((TextField(), data) for data in [1, True, Decimal(1), [], {}, None, "", "  "]),
        *((WORD, data) for data in ["two", "One", "", 1, True, [], {}, None]),
    ],
)
def test_nothing_else_is_taken_for_a_value(field: serializers.Field, data: Any) -> None:
    with pytest.raises(ValidationError):
        field.run_validation(data)


@pytest.mark.parametrize(
    ("field", "row", "text"),
    [
        (AmountField(), {"x": Decimal(560), "currency": "USD"}, "560.00"),
        (AmountField(), {"x": Decimal("560.000"), "currency": "JPY"}, "560"),
        (AmountField(), {"x": Decimal("0.125"), "currency": "KWD"}, "0.125"),
        (AmountField(currency="of.its"), {"x": Decimal(-5), "of": {"its": "USD"}}, "-5.00"),
        (ExactAmountField(), {"x": Decimal("28.347500000000"), "currency": "USD"}, "28.3475"),
        (ExactAmountField(), {"x": Decimal("960.000000000000"), "currency": "USD"}, "960.00"),
        (RatioField(), {"x": Decimal("0.150000")}, "0.15"),
        (RatioField(), {"x": Decimal("1.000000")}, "1"),
        (RatioField(), {"x": Decimal("0.000000")}, "0"),
        (InstantField(), {"x": datetime(2026, 2, 1, tzinfo=UTC)}, "2026-02-01T00:00:00Z"),
        (
            InstantField(),
            {"x": datetime(2026, 2, 1, tzinfo=timezone(timedelta(hours=8)))},
            "2026-01-31T16:00:00Z",
        ),
    ],
)
def test_values_are_written_in_one_form(
    field: serializers.Field, row: dict[str, Any], text: str
) -> None:
    field.bind("x", serializers.Serializer())
    assert field.to_representation(field.get_attribute(row)) == text


class Sent(StrictSerializer):
    amount = DecimalTextField(rule="R4.1")
    reason = TextField(required=False)


def test_every_fault_is_named_at_once() -> None:
    body = Sent(data={"amount": "x", "reason": 1, "reasons": "typed wrongly"})
    assert not body.is_valid()
    codes = {name: [error.code for error in errors] for name, errors in body.errors.items()}
    assert codes == {
        "amount": ["not_a_number"],
        "reason": ["invalid"],
        "reasons": ["unknown_field"],
    }


@pytest.mark.parametrize("body", [[], "x", 1, None, [{"amount": "1"}]])
def test_a_body_is_an_object(body: Any) -> None:
    assert not Sent(data=body).is_valid()
