"""A workbook that an accountant opens without touching, cell by cell."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from koogallery.exports.files import Table, write_xlsx
from koogallery.exports.heads import HEADS
from koogallery.exports.kinds import KINDS
from settlement.readings import account_statements, run_reports

COLUMNS = (
    "number", "seller", "currency", "amount", "platform_fee_ratio", "quantity", "cycle",
    "issued_at", "expected_on", "supervised", "state", "line_no", "unbilled_reasons",
)  # fmt: skip
WORDS = {"state": {"open": "Open"}, "unbilled_reasons": {"not_paid": "Not paid", "late": "Late"}}
AT = datetime(2026, 1, 31, 16, 0, 5, 999_999, tzinfo=UTC)


def a_row(currency: str, amount: str, **other: Any) -> tuple[Any, ...]:
    row = {
        **dict.fromkeys(COLUMNS), "number": "=1+1", "currency": currency, "amount": Decimal(amount),
        **other,
    }  # fmt: skip
    return tuple(row.values())


def written(rows: Iterator[Any]) -> Any:
    file = io.BytesIO()
    write_xlsx(file, Table(COLUMNS, frozenset({"amount"}), rows, words=WORDS))
    return openpyxl.load_workbook(file).active


FULL = a_row(
    "USD",
    "42550.0354303384",
    platform_fee_ratio=Decimal("0.125"),
    quantity=Decimal("10.5000"),
    cycle="202602",
    issued_at=AT,
    expected_on=date(2026, 2, 7),
    supervised=True,
    state="open",
    line_no=1234,
    unbilled_reasons=["not_paid", "late"],
)


def test_every_value_is_a_cell_of_its_kind() -> None:
    sheet = written(iter([FULL, a_row("USD", "-1234.5")]))
    cells = dict(zip(COLUMNS, sheet[2], strict=True))
    assert {name: (cell.value, cell.number_format) for name, cell in cells.items()} == {
        "number": ("=1+1", "General"),
        "seller": (None, "General"),
        "currency": ("USD", "General"),
        "amount": (42550.0354303384, "#,##0.0000000000"),
        "platform_fee_ratio": (0.125, "0.0%"),
        "quantity": (10.5, "#,##0.0"),
        "cycle": (datetime(2026, 2, 1), "yyyy-mm"),
        "issued_at": (datetime(2026, 2, 1, 0, 0, 5), "yyyy-mm-dd hh:mm:ss"),
        "expected_on": (datetime(2026, 2, 7), "yyyy-mm-dd"),
        "supervised": ("Yes", "General"),
        "state": ("Open", "General"),
        "line_no": (1234, "#,##0"),
        "unbilled_reasons": ("Not paid, Late", "General"),
    }
    assert cells["number"].data_type == "s"
    assert sheet["D3"].number_format == "#,##0.00"


def test_its_head_is_in_words_and_stays_in_sight_and_it_prints_as_wide_as_a_page() -> None:
    with translation.override("zh-hans"):
        sheet = written(iter([FULL]))
    assert (sheet["D1"].value, sheet["H1"].value) == ("金额", "出账时间 (Asia/Shanghai)")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:M2")
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.column_dimensions["H"].width > 19


def test_a_wide_list_prints_on_several_pages_that_can_be_read() -> None:
    file = io.BytesIO()
    write_xlsx(file, Table(tuple(HEADS), frozenset(), iter(())))
    sheet = openpyxl.load_workbook(file).active
    assert (sheet.page_setup.fitToWidth > 2, sheet.print_title_cols) == (True, "$A:$A")


@pytest.mark.parametrize(
    ("currencies", "sums"), [(("JPY", "JPY"), "=SUBTOTAL(109,D2:D3)"), (("JPY", "USD"), None)]
)
def test_what_is_in_one_currency_is_summed(currencies: tuple[str, ...], sums: str | None) -> None:
    sheet = written(a_row(currency, "1000") for currency in currencies)
    assert sheet["D4"].value == sums
    assert sheet["D2"].number_format == "#,##0"


def test_what_is_left_out_is_not_added() -> None:
    file, rows = io.BytesIO(), [a_row("USD", "3"), a_row("USD", "2", state="open")]
    table = Table(COLUMNS, frozenset({"amount"}), iter(rows), together="Left", without="state")
    write_xlsx(file, table)
    sheet = openpyxl.load_workbook(file).active
    seen = "SUBTOTAL(109,OFFSET(D2,ROW(D2:D3)-ROW(D2),0))"
    assert sheet["A4"].value == "Left"
    assert sheet["D4"].value == f'=SUMPRODUCT({seen},--(K2:K3=""))'
    assert openpyxl.load_workbook(file, data_only=True).active["D4"].value == 3


def test_every_column_of_every_file_has_its_words() -> None:
    columns = {column for kind in KINDS.values() for column in kind.columns}
    columns |= {*account_statements.HEADINGS, *run_reports.COLUMNS}
    assert columns <= HEADS.keys()
