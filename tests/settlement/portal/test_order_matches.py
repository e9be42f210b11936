"""A seller's own list beside the orders on record: both ways, each with its bill and reason."""

import io
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from koogallery.exports import jobs, uploads
from koogallery.kit.errors import InvalidInput
from koogallery.kit.spreadsheets import amounts_of, read_table
from koogallery.models import ExportJob, User
from sellers.models import Seller
from settlement.exports.order_matches import keep_upload, opened
from settlement.readings.order_matching import Match, Reading, guessed, matches
from tests.settlement.builders import make_member
from tests.standing import standing
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_order,
    close,
)

pytestmark = pytest.mark.django_db

#: As a spreadsheet of a German Windows writes it.
LIST = """Kunde;Bestellnummer;Netto
Fabrikam;M-1;1.000,00
Fabrikam; m\u200b-2\u00a0;250,00
Fabrikam;M-1;1.000,00
Fabrikam;M-9;7,50
Fabrikam;M-3;80,00
Fabrikam;M-5;3,00
"""


@standing
def standing_seller() -> Seller:
    """M-1 is on January's bill; M-2 not accepted; M-3 partly refunded; M-4 paid; M-5 by usage."""
    seller = a_seller("S-MATCH")
    product = a_product(seller, supervised=True)
    an_order(product, "1000", "2024-01-10", number="M-1", paid_amount="1190")
    refunded = an_order(product, "100", "2024-01-11", number="M-3")
    close("202401", seller)
    a_refund(refunded, "20", paid_out="2024-02-03")
    an_order(product, "250", "2024-02-10", number="M-2", supervision="waiting_for_acceptance")
    an_order(product, "60", "2024-02-11", number="M-4")
    a_pay_per_use_order(product, number="M-5")
    return seller


@pytest.fixture
def seller(standing_seller: Seller) -> Seller:
    return standing_seller


@pytest.fixture
def console(client: Client, seller: Seller) -> Client:
    client.force_login(make_member(seller, "mia"))
    return client


def matched(seller: Seller, reading: Reading, rows: str = LIST) -> list[Match]:
    table = read_table("x.csv", rows.encode())
    return list(matches(seller, table, reading, timezone.now()))


def test_columns_are_guessed_by_what_the_list_holds(seller: Seller) -> None:
    reading = guessed(seller, read_table("x.csv", LIST.encode()))
    assert reading == Reading(1, 2, meaning="sales_amount")  # type: ignore[arg-type]
    assert guessed(seller, [["a", "b"], ["1", "2"]]) is None
    assert guessed(seller, [["n", "to", "sum"], ["M-1", "x", "12.00"]]) == Reading(0, 2)
    assert guessed(seller, [["n", "to"], ["M-1", "x"]]) == Reading(0)


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("netto", "sales_amount"),
        ("Amount excl. VAT", "sales_amount"),
        ("不含税金额", "sales_amount"),
        ("brutto", "paid_amount"),
        ("含税金额", "paid_amount"),
        ("Payout", "settlement_amount"),
        ("sum", "paid_amount"),
    ],
)
def test_a_heading_tells_what_its_amounts_are_where_no_row_does(
    seller: Seller, heading: str, meaning: str
) -> None:
    reading = guessed(seller, [["n", "no.", heading], ["M-1", "x", "12.00"]])
    assert reading == Reading(0, 2, meaning=meaning)  # type: ignore[arg-type]


def test_R1_3_every_row_has_its_result_its_bill_and_its_reason(seller: Seller) -> None:
    reading = guessed(seller, read_table("x.csv", LIST.encode()))
    assert reading is not None
    told = {(row.result, row.row, row.order): row for row in matched(seller, reading)}
    assert list(told) == [
        ("Equal", 2, "M-1"),
        ("Equal", 3, "M-2"),
        ("Listed twice", 4, "M-1"),
        ("Only on your list", 5, "M-9"),
        ("Different amount", 6, "M-3"),
        ("Equal", 7, "M-5"),
        ("Only on record here", None, "M-4"),
    ]
    first, second, twice, stranger, third, metered, lacked = told.values()
    assert (first.bill, first.expected_cycle, first.difference) == ("B202401-S-MATCH", "", 0)
    assert second.bill == ""
    assert "customer’s acceptance" in second.explanation
    assert twice.explanation == "It is in row 2 of your list as well."
    assert (stranger.amount, stranger.listed_amount) == (None, Decimal("7.50"))
    assert (third.listed_amount, third.amount, third.difference) == (80, 100, -20)
    assert third.explanation == "20.00 USD of it was refunded."
    assert (metered.amount, metered.listed_amount) == (None, 3)
    assert (lacked.amount, lacked.expected_cycle) == (60, "202402")


def test_another_amount_of_the_order_is_recognised(seller: Seller) -> None:
    [row, *_rest] = matched(seller, Reading(0, 1), "n;a\nM-1;1000")
    assert (row.result, row.amount, row.difference) == ("Different amount", 1190, -190)
    assert row.explanation == "Your amount is: Sales amount, without VAT."


def test_another_sellers_order_is_not_on_record(seller: Seller) -> None:
    an_order(a_product(a_seller()), "5", "2024-01-10", number="M-77")
    [row] = matched(seller, Reading(0), "n\nM-77")
    assert (row.result, row.product_name) == ("Only on your list", "")


def upload(console: Client, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content)
    return console.post("/order-match/?seller=S-MATCH", {"file": file})


def workbook() -> bytes:
    """As a program writes it: a sheet of notes before it, a title above its heading."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet().write_row(0, 0, ("Orders of 2024",))
    sheet = book.add_worksheet()
    sheet.write_row(1, 0, ("From our CRM",))
    listed = [("order", "paid", "customer"), ("M-1", 1190.0, "x"), ("M-4", 60.5, "x")]
    for place, row in enumerate(listed, 3):
        sheet.write_row(place, 0, row)
    book.close()
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_upload_to_the_result(
    console: Client, django_capture_on_commit_callbacks: Any, language: str
) -> None:
    console.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = upload(console, "mine.xlsx", workbook())
    assert page.context["is_guessed"]
    chosen = page.context["form"].initial
    assert (chosen["order"], chosen["amount"], chosen["meaning"]) == (0, 1, "paid_amount")
    sent = {"upload": page.context["upload"], "order": "0", "amount": "1", "meaning": "paid_amount"}
    answer = console.post("/order-match/?seller=S-MATCH", sent, follow=True)
    assert answer.context["job"].is_open
    number = ExportJob.objects.get(kind="order-match").number
    jobs.write_export(number)
    page = console.get(f"/order-match/{number}/")
    counts = {str(result): count for result, count, _ in page.context["counts"]}
    assert counts == {
        "equal": 1,
        "different": 1,
        "listed_twice": 0,
        "not_on_record": 0,
        "not_listed": 3,
    }
    assert [row["order"] for _, row in page.context["rows"]] == ["M-4", "M-3", "M-2", "M-5"]
    assert page.context["rows"][0][1]["row"] == "6"
    equal = console.get(f"/order-match/{number}/?result=equal").context["rows"]
    assert [row["order"] for _, row in equal] == ["M-1"]


def test_a_strangers_list_cannot_be_named(client: Client, seller: Seller) -> None:
    token = keep_upload(seller, "x.csv", LIST.encode())
    client.force_login(make_member(a_seller(), "eve"))
    sent = {"upload": token, "order": "1", "meaning": "paid_amount"}
    page = client.post("/order-match/", sent)
    assert page.context["upload_form"].errors["file"] == [
        "Your list is no longer here; upload it once more."
    ]
    with pytest.raises(InvalidInput) as refusal:
        opened("made up", User.objects.get(username="eve"))
    assert (refusal.value.code, refusal.value.field) == ("upload_gone", "file")
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.csv", b"order\n", "no rows below a heading"),
        ("x.csv", b"a\0b\nc", "neither CSV nor XLSX"),
        ("x.csv", b'order\n"O-1\nO-2\n', "cannot be read as CSV"),
        ("x.xlsx", b"PK\x03\x04 broken", "cannot be opened"),
        ("x.csv", b"\x80\xff\n\x80", "neither in UTF-8 nor in GB 18030"),
    ],
)
def test_what_is_no_list_is_refused(console: Client, name: str, content: bytes, told: str) -> None:
    assert told in str(upload(console, name, content).context["upload_form"].errors["file"])


def test_amounts_are_read_as_their_column_writes_them() -> None:
    assert amounts_of(["1.234,50", "−5", "(7)", "￥1.000", "1e300", "x"]) == [
        Decimal("1234.50"),
        -5,
        -7,
        1000,
        None,
        None,
    ]
    assert amounts_of(["1,234.50", Decimal(10) ** 300, None]) == [Decimal("1234.50"), None, None]


def test_a_spreadsheets_unicode_text_is_read() -> None:
    assert read_table("x.txt", "n\ta\r\nM-1\t5".encode("utf-16")) == [["n", "a"], ["M-1", "5"]]


def test_a_list_is_deleted_once_it_is_old(
    seller: Seller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_upload(seller, "x.csv", LIST.encode())
    uploads.delete_old_uploads()
    monkeypatch.setattr(uploads, "KEPT_FOR", uploads.KEPT_FOR * 0)
    assert uploads.delete_old_uploads() > 0
    assert uploads.delete_old_uploads() == 0
