"""Feeds of sellers, products, orders and usage, taken in as files."""

import csv
from codecs import BOM_UTF8
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from koogallery.kit.errors import InvalidInput
from sellers.feeds.importing import BATCH_ROWS, Tally, import_feed
from sellers.feeds.rounding import RoundingFeed
from sellers.feeds.tables import TABLES
from sellers.models import Order, Product, Seller, UsageRecord
from sellers.services.orders.recording import record_order
from tests.sellers.facts import new_pay_per_use_order
from tests.sellers.feeds.conftest import WriteFeed
from tests.world import a_product, a_seller, at

pytestmark = pytest.mark.django_db

SELLER = {"number": "S-7", "company_name": "Contoso", "country": "SG", "settlement_currency": "USD"}
ORDER = {
    "number": "O-1",
    "product": "P-1",
    "order_type": "purchase",
    "billing_mode": "one_time",
    "customer_name": "Fabrikam",
    "customer_account": "fabrikam",
    "currency": "USD",
    "paid_amount": "110.00",
    "sales_amount": "100.00",
    "customer_wht": "5",
    "placed_at": "2024-02-01T08:00:00+08:00",
    "paid_at": "2024-02-05T00:00:00Z",
    "effective_at": "2024-02-06T00:00:00Z",
    "supervision_status": "not_applicable",
    "supervision_completed_at": "NULL",
}
USAGE = {
    "metering_sn": "U-1",
    "order": "PPU",
    "started_at": "2024-02-07T02:00:00Z",
    "ended_at": "2024-02-07T03:00:00Z",
    "quantity": "1.5",
    "sales_amount": "",
}


def take_in(kind: str, path: Path) -> tuple[int, int, int]:
    """Accepted, already known, rejected."""
    tally = tally_of(kind, path)
    return tally.accepted, tally.known, tally.rejected


def tally_of(kind: str, path: Path) -> Tally:
    with path.open("rb") as file:
        return import_feed(TABLES[kind], path, file, lambda _: None)


def rejected(path: Path) -> list[str]:
    written = path.with_name(f"{path.name}.rejected.csv").read_bytes()
    assert written.startswith(BOM_UTF8), "spreadsheets need it"
    return written.decode("utf-8-sig").splitlines()


def test_sellers_keep_the_numbers_given_and_get_the_others(write_feed: WriteFeed) -> None:
    path = write_feed(
        {**SELLER, "certified_at": "2024-01-01T00:00:00Z", "withholding_tax_rate": "0.1"},
        {**SELLER, "number": "", "company_name": "Northwind"},
    )
    assert take_in("sellers", path) == (2, 0, 0)
    contoso, northwind = Seller.objects.order_by("company_name")
    assert (contoso.number, contoso.withholding_tax_rate) == ("S-7", Decimal("0.1"))
    assert (northwind.number[:2], northwind.certified_at) == ("S0", None)


@pytest.mark.parametrize("number", ["S-7", ""])
def test_a_feed_read_again_changes_nothing(write_feed: WriteFeed, number: str) -> None:
    sellers = write_feed({**SELLER, "number": number}, name="sellers.csv")
    assert take_in("sellers", sellers) == (1, 0, 0)
    seller = Seller.objects.get()
    products = write_feed(
        {
            "number": number and "P-7",
            "seller": seller.number,
            "name": "Firewall",
            "delivery_method": "saas",
            "supervised": "FALSE",
            "platform_fee_ratio": "0.15",
        },
        name="products.csv",
    )
    assert take_in("products", products) == (1, 0, 0)
    before = [*Seller.objects.values(), *Product.objects.values()]
    assert take_in("sellers", sellers) == (0, 1, 0)
    assert take_in("products", products) == (0, 1, 0)
    assert [*Seller.objects.values(), *Product.objects.values()] == before


def test_two_rows_of_one_name_without_a_number_are_one_seller(write_feed: WriteFeed) -> None:
    path = write_feed({**SELLER, "number": ""}, {**SELLER, "number": ""})
    assert take_in("sellers", path) == (1, 1, 0)
    assert Seller.objects.count() == 1


@pytest.fixture
def sold(db: None) -> Product:
    product = a_product(a_seller("S-1"))
    Product.objects.update(number="P-1")
    record_order(new_pay_per_use_order("PPU", "P-1"), actor=None)
    return product


def test_orders_are_taken_in_as_they_stand(write_feed: WriteFeed, sold: Product) -> None:
    assert take_in("orders", write_feed(ORDER)) == (1, 0, 0)
    order = Order.objects.get(number="O-1")
    assert (order.paid_amount, order.sales_amount) == (Decimal(110), Decimal(100))
    assert (order.customer_wht, order.unit_price) == (Decimal(5), None)
    assert order.placed_at == at("2024-02-01T08:00")
    assert (order.supervision_completed_at, order.cycle) == (None, "202402")


def test_good_orders_are_kept_and_bad_ones_listed_with_the_reason(
    write_feed: WriteFeed, sold: Product
) -> None:
    path = write_feed(
        ORDER,
        {**ORDER, "number": "O-2", "currency": "EUR"},
        {**ORDER, "number": "O-3", "sales_amount": "1e2", "order_type": "gift", "paid_amount": ""},
        ORDER,
        {**ORDER, "customer_wht": "6"},
        {**ORDER, "number": "O-6", "product": "P-9"},
    )
    assert take_in("orders", path) == (1, 1, 4)
    header, *rows = rejected(path)
    assert header == ",".join([*ORDER, "line", "reason"])
    assert rows[0].startswith("O-2,P-1,purchase,one_time,Fabrikam,fabrikam,EUR,110.00,100.00,5,")
    assert rows[0].endswith('no exchange rate is guessed. (R2.8)"')
    assert "order_type: It is none of purchase, renewal, change, trial." in rows[1]
    assert "paid_amount: This cell must not be empty." in rows[1]
    assert "sales_amount: Write it as a decimal string" in rows[1]
    assert rows[2].endswith('"number: O-1 is recorded already, with other content. (R1.5)"')
    assert rows[3].endswith("product: There is no product P-9.")


def test_rejected_rows_can_be_mended_and_imported_as_they_are(
    write_feed: WriteFeed, sold: Product
) -> None:
    path = write_feed({**ORDER, "currency": "EUR"})
    assert take_in("orders", path) == (0, 0, 1)
    mended = tally_of("orders", path).rejected_file.path
    mended.write_text(mended.read_text().replace("EUR", "USD"))
    assert take_in("orders", mended) == (1, 0, 0)


def test_mended_rows_rejected_again_have_one_reason(write_feed: WriteFeed, sold: Product) -> None:
    path = write_feed({**ORDER, "currency": "EUR", "reason": "an old one"})
    assert take_in("orders", path) == (0, 0, 1)
    header, row = rejected(path)
    assert header.count("reason") == 1
    assert "an old one" not in row


def test_unreadable_rows_are_rejected_as_they_stand(write_feed: WriteFeed, sold: Product) -> None:
    path = write_feed({**ORDER, "number": "O-9"})
    with path.open("ab") as file:
        file.write(b"O-2,P-1\r\n" + b",".join([b"x"] * 16) + b"\r\n\xff" + b"," * 14 + b"\r\n")
    assert take_in("orders", path) == (1, 0, 3)
    raw = path.with_name(f"{path.name}.rejected.csv").read_bytes().splitlines()
    assert raw[1] == b"O-2,P-1" + b"," * 14 + b'3,"The row has 2 cells, the header 15."'
    assert raw[2] == b",".join([b"x"] * 15) + b',4,"The row has 16 cells, the header 15.",x'
    assert raw[3] == b"\xff" + b"," * 15 + b"5,The row is not UTF-8; save the file as UTF-8."


@pytest.mark.parametrize("opened", ['"Acme', 'Acme"', 'Ac"me'])
@pytest.mark.parametrize("closed", ['Beta"', '"Beta'])
def test_a_row_never_gets_another_rows_money(
    tmp_path: Path, sold: Product, opened: str, closed: str
) -> None:
    """Quotation marks that open in one name and close in another's: together even proper CSV."""
    path = tmp_path / "feed.csv"
    names = [opened, closed, "Gamma"]
    rows = [
        ",".join(
            {
                **ORDER,
                "number": f"O-{n}",
                "customer_name": name,
                "paid_amount": f"{n}00.00",
                "sales_amount": f"{n}00.00",
            }.values()
        )
        for n, name in enumerate(names, 1)
    ]
    path.write_text("\n".join([",".join(ORDER), *rows]))
    assert take_in("orders", path) == (1, 0, 2)
    assert list(Order.objects.exclude(number="PPU").values_list("number", "paid_amount")) == [
        ("O-3", Decimal("300.00"))
    ]
    assert [row["line"] for row in csv.DictReader(rejected(path))] == ["2", "3"]


def test_NULL_is_a_name_like_any_other(write_feed: WriteFeed, sold: Product) -> None:
    assert take_in("sellers", write_feed({**SELLER, "company_name": "NULL"})) == (1, 0, 0)
    assert Seller.objects.filter(company_name="NULL").exists()
    order = {**ORDER, "customer_name": "NULL", "customer_account": "NULL"}
    assert take_in("orders", write_feed(order)) == (1, 0, 0)
    told = Order.objects.get(number="O-1")
    assert (told.customer_name, told.customer_account) == ("NULL", "NULL")
    assert take_in("usage", write_feed({**USAGE, "metering_sn": "NULL"})) == (1, 0, 0)


def test_an_import_without_rejects_leaves_no_list_behind(
    write_feed: WriteFeed, sold: Product
) -> None:
    path = write_feed({**ORDER, "currency": "EUR"})
    take_in("orders", path)
    write_feed(ORDER)
    assert take_in("orders", path) == (1, 0, 0)
    assert [file.name for file in path.parent.iterdir()] == ["feed.csv"]


def test_usage_is_rated_where_the_feed_gives_no_amount(
    write_feed: WriteFeed, sold: Product
) -> None:
    path = write_feed(USAGE, {**USAGE, "metering_sn": "U-2", "sales_amount": "0.000000000001"})
    assert take_in("usage", path) == (2, 0, 0)
    amounts = UsageRecord.objects.order_by("metering_sn").values_list("sales_amount", flat=True)
    assert list(amounts) == [Decimal("0.375"), Decimal("0.000000000001")]


def test_a_feed_longer_than_a_batch_is_taken_in_whole(write_feed: WriteFeed, sold: Product) -> None:
    count = BATCH_ROWS + 3
    path = write_feed(*({**USAGE, "metering_sn": f"U-{n}"} for n in range(count)))
    assert take_in("usage", path) == (count, 0, 0)
    assert UsageRecord.objects.count() == count


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "blue", "size": ""}, "There is no column colour, size; there is: number, "),
        (
            {"company_name": None, "country": None},
            "The file lacks the column company_name, country",
        ),
    ],
)
def test_a_header_that_does_not_fit_is_refused_whole(
    write_feed: WriteFeed, change: dict[str, Any], message: str
) -> None:
    row = {name: cell for name, cell in {**SELLER, **change}.items() if cell is not None}
    with pytest.raises(InvalidInput, match=message):
        take_in("sellers", write_feed(row))
    assert not Seller.objects.exists()


FINE = {"paid_amount": "110.005", "sales_amount": "99.9949", "customer_wht": "1.50"}


def test_R2_4_amounts_are_rounded_half_up_where_it_is_asked(
    write_feed: WriteFeed, sold: Product
) -> None:
    rows = [
        {**ORDER, **FINE},
        {**ORDER, "number": "O-2", "paid_amount": "x"},
    ]
    path = write_feed(*rows)
    assert take_in("orders", path) == (0, 0, 2)  # finer than cents
    feed = RoundingFeed("orders")
    with path.open("rb") as file:
        tally = import_feed(feed, path, file, lambda _: None)
    assert (tally.accepted, tally.rejected) == (1, 1)
    assert tally.report == ["rounded 2 amounts half up in USD, by +0.0001 together"]
    order = Order.objects.get(number="O-1")
    amounts = (order.paid_amount, order.sales_amount, order.customer_wht)
    assert amounts == (Decimal("110.01"), Decimal("99.99"), Decimal("1.50"))


def test_R2_4_usage_is_rounded_half_up_to_what_is_kept(
    write_feed: WriteFeed, sold: Product
) -> None:
    feed = RoundingFeed("usage")
    path = write_feed({**USAGE, "sales_amount": "0.0000000000005"})
    with path.open("rb") as file:
        assert import_feed(feed, path, file, lambda _: None).accepted == 1
    assert UsageRecord.objects.get().sales_amount == Decimal("0.000000000001")
