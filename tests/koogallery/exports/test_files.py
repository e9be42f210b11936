"""Cells, and files of any length."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest

from koogallery.exports import files, workbooks
from koogallery.exports.files import Table, csv_text, write_csv, write_xlsx


@pytest.mark.parametrize(
    ("case", "value", "currency", "text"),
    [
        ("nothing", None, "", ""),
        ("an amount at its minor unit", Decimal("560.000"), "USD", "560.00"),
        ("an amount as exact as it is kept", Decimal("28.347500000000"), "USD", "28.3475"),
        ("a currency without a minor unit", Decimal("1200.000"), "JPY", "1200"),
        ("a ratio", Decimal("0.150000"), "", "0.15"),
        ("yes", True, "", "true"),
        ("an instant in the settlement time zone", datetime(2026, 1, 31, 16, tzinfo=UTC), "",
         "2026-02-01T00:00:00+08:00"),
        ("a formula of somebody else's", '=HYPERLINK("x")', "", "'=HYPERLINK(\"x\")"),
        ("an amount below zero is no formula", Decimal("-5.000"), "USD", "-5.00"),
        ("any script", "云市场", "", "云市场"),
    ],
)  # fmt: skip
def test_a_cell(case: str, value: Any, currency: str, text: str) -> None:
    assert csv_text(value, currency) == text


def table(*rows: tuple[Any, ...]) -> Table:
    return Table(("number", "currency", "amount"), frozenset({"amount"}), iter(rows))


def test_a_csv_names_its_columns_and_keeps_amounts_exact() -> None:
    file = io.BytesIO()
    write_csv(file, table(("B1", "USD", Decimal("1.5")), ("B2", "JPY", Decimal(1200))))
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig")))) == [
        ["number", "currency", "amount"],
        ["B1", "USD", "1.50"],
        ["B2", "JPY", "1200"],
    ]


def test_an_empty_list_is_a_file_with_its_headings() -> None:
    file = io.BytesIO()
    write_csv(file, table())
    assert file.getvalue().decode("utf-8-sig").strip() == "number,currency,amount"
    sheets = io.BytesIO()
    write_xlsx(sheets, table())
    assert [name for name in ZipFile(sheets).namelist() if "worksheets" in name] == [
        "xl/worksheets/sheet1.xml"
    ]


def test_a_workbook_begins_another_sheet_where_one_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "ROWS_A_SHEET", 2)
    file = io.BytesIO()
    write_xlsx(file, table(*((f"B{each}", "USD", Decimal(each)) for each in range(5))))
    with ZipFile(file) as book:
        sheets = sorted(name for name in book.namelist() if "worksheets/" in name)
        assert len(sheets) == 3
        assert [book.read(name).decode().count("<row ") for name in sheets] == [4, 4, 3]


def test_rows_are_read_as_they_are_written() -> None:
    """Not gathered first: the file already holds rows while others are not read yet."""
    file, seen = io.BytesIO(), []

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in range(3):
            seen.append(file.getvalue().count(b"\n"))
            yield (f"B{each}", "USD", Decimal(each))

    write_csv(file, Table(("number", "currency", "amount"), frozenset({"amount"}), rows()))
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "\u200b=1", "\u3000=1"),
        *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "\u200f\uff1d1"),
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_marked(text: str) -> None:
    assert files.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Nova", "1-1", "a=b", "", "100%", "x@y.example"])
def test_what_is_no_formula_is_left_as_it_is(text: str) -> None:
    assert files.harmless(text) == text
