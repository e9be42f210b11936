"""A bill as a file, whose figures are the bill's."""

import csv
import io
import tracemalloc
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from koogallery.kit.errors import InvalidInput
from koogallery.kit.figures import amount_text
from sellers.models import BankAccount
from settlement.models import Bill
from settlement.readings.bill_files import export_bill
from tests.papers import said
from tests.world import (
    a_certified_account,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill() -> Bill:
    """An order, usage, an adjustment, and 85.00 recovered."""
    seller = a_seller()
    product = a_product(seller)
    sold = an_order(product, "1000", "2024-03-05")
    close("202403", seller)
    an_adjustment(the_bill(seller, "202403"), "-8.5")
    a_refund(sold, "100", paid_out="2024-04-09")
    an_order(product, "33.35", "2024-04-05", number="=cmd()", wht="1")
    some_usage(a_pay_per_use_order(product), "1.123456789012", "2024-04-06", sn="U-X")
    close("202404", seller)
    return the_bill(seller, "202404")


def exported(bill: Bill, form: str) -> bytes:
    return b"".join(export_bill(bill, form).pieces)


def test_csv_holds_every_line_exactly_and_adds_up_to_the_bill(bill: Bill) -> None:
    text = exported(bill, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["kind"] for row in rows] == ["order", "usage", "adjustment"]
    assert rows[0]["order"] == "'=cmd()"
    assert (rows[0]["sales_amount"], rows[0]["platform_fee_ratio"]) == ("33.35", "0.15")
    assert rows[1]["sales_amount"] == "1.123456789012"
    assert rows[2]["platform_fee_ratio"] == ""
    settled = sum(Decimal(row["settlement"]) for row in rows)
    assert round(settled, 2) == round(bill.settlement_amount, 2)


def test_xlsx_holds_the_sum_and_the_lines_which_are_held_against_each_other(bill: Bill) -> None:
    """Its results are formulas, with their values for whoever does not calculate."""
    file = io.BytesIO(exported(bill, "xlsx"))
    formulas, values = (openpyxl.load_workbook(file, data_only=only) for only in (False, True))
    lines = formulas["Lines"]
    columns = {cell.value: cell.column_letter for cell in lines[1]}
    settled = columns["Settlement"]
    assert lines[f"{columns['Sales amount (without VAT)']}3"].value == 1.123456789012
    assert lines[f"{settled}5"].value == f"=SUBTOTAL(109,{settled}2:{settled}4)"
    sums = {row[0].value: row[1:] for row in formulas["Bill"].iter_rows() if row[0].value}
    said = {row[0].value: [cell.value for cell in row[1:]] for row in values["Bill"].iter_rows()}
    assert sums["To be paid"][0].value.startswith("=SUM(")
    assert said["To be paid"][0] == float(bill.net_payable)
    on_bill, of_lines, rounding = said["Settlement amount before the seller's taxes"]
    assert sums["Settlement amount before the seller's taxes"][1].value == (
        f"=SUM('Lines'!{settled}2:{settled}4)"
    )
    assert on_bill == float(bill.settlement_amount)
    assert (of_lines, rounding) == (19.95243827066, round(on_bill - of_lines, 6))


def test_pdf_says_both_sides_the_sums_and_every_line(bill: Bill) -> None:
    paper = said(exported(bill, "pdf"))
    for words in (
        bill.number,
        bill.seller_name,
        bill.issuer_name,
        "April 2024: 1 Apr 2024, 00:00 to 30 Apr 2024, 24:00",
        "=cmd()",
        "1.123456789012",
        "−8.50",
        amount_text(bill.net_payable, bill.currency),
        "Page 1 of 2",
    ):
        assert words in paper


@pytest.mark.parametrize(("hours", "is_said"), [(1, True), (-1, False)])
def test_pdf_says_the_account_that_was_in_use_on_the_day_of_issue(
    bill: Bill, hours: int, is_said: bool
) -> None:
    account = a_certified_account(bill.seller)
    stopped_at = bill.issued_at + timedelta(hours=hours)
    BankAccount.objects.filter(pk=account.pk).update(state="stopped", closed_at=stopped_at)
    assert (account.masked_account_number in said(exported(bill, "pdf"))) is is_said


def test_another_format_is_refused(bill: Bill) -> None:
    with pytest.raises(InvalidInput) as refusal:
        export_bill(bill, "docx")
    assert refusal.value.field == "format"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_memory_stays_flat_however_long_the_bill_is(form: str) -> None:
    def peak(lines: int) -> int:
        seller = a_seller()
        order = a_pay_per_use_order(a_product(seller))
        for _ in range(lines):
            some_usage(order, "1", "2024-03-06")
        close("202403", seller)
        tracemalloc.start()
        for _ in export_bill(the_bill(seller, "202403"), form).pieces:
            pass
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    peak(1)
    assert peak(400) < peak(100) * 4
