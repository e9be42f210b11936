"""Which seller a publisher is, said in a file."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from koogallery.kit.errors import InvalidInput
from sellers.feeds.focus_mapping import Scope, Terms, read_mapping
from sellers.models import Order, Product, Seller, UsageRecord
from tests.sellers.feeds.conftest import WriteFeed
from tests.sellers.feeds.test_focus import CHARGE, charge
from tests.world import a_product, a_seller

pytestmark = pytest.mark.django_db

PUBLISHER, SERVICE = CHARGE["PublisherName"], CHARGE["ServiceName"]


@pytest.fixture
def seller() -> Seller:
    return a_seller("S-4")


def a_mapping(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "mapping.json"
    path.write_text(json.dumps(rows))
    return path


def run(*arguments: Any) -> tuple[str, str]:
    """Standard error, and why the exit was not 0."""
    err = StringIO()
    try:
        call_command("import_feed", "focus", *map(str, arguments), stdout=StringIO(), stderr=err)
    except CommandError as error:
        return err.getvalue(), str(error)
    return err.getvalue(), ""


def test_a_publisher_is_the_seller_that_the_mapping_names(
    write_feed: WriteFeed, seller: Seller, tmp_path: Path
) -> None:
    mapping = a_mapping(
        tmp_path,
        {"publisher": PUBLISHER, "seller": "S-4", "ratio": 0.2},
        {"publisher": PUBLISHER, "service": "Storage", "product": "P-STORAGE", "ratio": "0"},
    )
    path = write_feed(
        CHARGE, charge(Id="2", ServiceName="Storage"), charge(Id="3", PublisherName="Other")
    )
    assert run(path, "--mapping", mapping) == ("", "")
    products = Product.objects.filter(seller=seller).order_by("name")
    assert [(p.name, p.platform_fee_ratio) for p in products] == [
        ("Simple Queue", Decimal("0.2")),
        ("Storage", Decimal(0)),
    ]
    assert products[1].number == "P-STORAGE"
    assert UsageRecord.objects.filter(seller=seller).count() == 2
    assert Seller.objects.exclude(pk=seller.pk).get().company_name == "Other"
    assert run(path, "--mapping", mapping) == ("", "")
    assert UsageRecord.objects.count() == 3


def test_a_product_that_is_there_is_taken_as_it_is(
    write_feed: WriteFeed, seller: Seller, tmp_path: Path
) -> None:
    product = a_product(seller, fee="0.3")
    terms = {"publisher": PUBLISHER, "seller": "S-4", "product": product.number, "ratio": "0.1"}
    run(write_feed(CHARGE), "--mapping", a_mapping(tmp_path, terms))
    order = Order.objects.get()
    assert (order.product, order.platform_fee_ratio) == (product, Decimal("0.3"))


def test_a_mapping_made_later_moves_nothing_and_charges_nothing_twice(
    write_feed: WriteFeed, seller: Seller, tmp_path: Path
) -> None:
    path = write_feed(CHARGE)
    run(path)
    mapping = a_mapping(tmp_path, {"publisher": PUBLISHER, "seller": "S-4"})
    assert "rejected" in run(path, "--mapping", mapping)[1]
    assert UsageRecord.objects.get().seller.company_name == PUBLISHER
    run(write_feed(charge(Id="2")), "--mapping", mapping)
    assert UsageRecord.objects.get(metering_sn="2").seller == seller


def test_R9_5_two_publishers_may_count_alike(write_feed: WriteFeed) -> None:
    path = write_feed(CHARGE, charge(PublisherName="Other", BilledCost="7"))
    assert run(path) == ("", "")
    assert run(path) == ("", "")
    kept = UsageRecord.objects.order_by("sales_amount").values_list("metering_sn", "seller__number")
    assert len(set(kept)) == 2
    assert {serial for serial, _ in kept} == {CHARGE["Id"]}


def test_the_narrower_row_counts_and_leaves_the_rest_to_the_wider(
    seller: Seller, tmp_path: Path
) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text(
        "publisher,service,currency,seller,product,ratio,country\n"
        "A,,,,,0.1,SG\nA,x,,S-4,,,\nA,x,USD,,P-1,,\nA,,USD,,,0.2,\n"
    )
    mapping = read_mapping(path)
    assert mapping.of(Scope("A", "x", "USD")) == Terms("S-4", "P-1", Decimal("0.2"), "SG")
    assert mapping.of(Scope("A", "x", "EUR")) == Terms("S-4", "", Decimal("0.1"), "SG")
    assert mapping.of(Scope("A", "y", "USD")) == Terms("", "", Decimal("0.2"), "SG")
    assert mapping.of(Scope("B", "x", "USD")) == Terms()
    assert mapping.of(Scope(" a.", "x", "EUR")) == Terms("S-4", "", Decimal("0.1"), "SG")


def test_a_publisher_that_stands_there_in_two_spellings_stands_there_twice(
    seller: Seller, tmp_path: Path
) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text("publisher,seller\nNorth Wind,S-4\nNORTHWIND,S-4\n")
    with pytest.raises(InvalidInput, match="NORTHWIND stands there twice"):
        read_mapping(path)


def test_a_scope_that_no_row_is_of_is_said(
    write_feed: WriteFeed, seller: Seller, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"publisher": "Contosso", "seller": "S-4"})
    assert run(write_feed(CHARGE), "--mapping", mapping) == (
        "The mapping names Contosso; no row is of it.\n",
        "",
    )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"seller": "S-4"}], "Object 1: publisher: This cell must not be empty."),
        ([{"publisher": "A", "sellr": "S-4"}], "Object 1: sellr: There is no such column, but"),
        ([{"publisher": "A", "ratio": "1.5"}], "Object 1: ratio: ratio is a share and cannot"),
        ([{"publisher": "A", "ratio": "15%"}], "Object 1: ratio: Write it as a decimal string"),
        ([{"publisher": "A", "currency": "XAU"}], "XAU' is not a supported settlement currency."),
        ([{"publisher": "A", "ratio": True}], "Object 1 is no object of texts and numbers."),
        (["A"], "Object 1 is no object of texts and numbers."),
        ([{"publisher": "A"}, {"publisher": "A"}], "Object 2: A stands there twice."),
        ([{"publisher": "A", "seller": "S-9"}], "A: there is no seller S-9."),
        ([{"publisher": "A", "product": "P-9"}], "A: the seller of P-9 has to be named."),
        (
            [{"publisher": "A", "currency": "EUR", "seller": "S-4"}],
            "A, EUR: S-4 is settled in USD. No exchange rate is guessed (R2.8).",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_before_the_first_row(
    write_feed: WriteFeed, seller: Seller, tmp_path: Path, rows: list[Any], reason: str
) -> None:
    path = write_feed(CHARGE)
    assert reason in run(path, "--mapping", a_mapping(tmp_path, *rows))[1]
    assert not UsageRecord.objects.exists()


def test_a_row_says_why_its_seller_could_not_be_registered(
    write_feed: WriteFeed, tmp_path: Path
) -> None:
    path = write_feed(CHARGE)
    run(path, "--mapping", a_mapping(tmp_path, {"publisher": PUBLISHER, "country": "us"}))
    rejected = path.with_name("feed.csv.rejected.csv").read_text("utf-8-sig")
    assert "A country is an ISO 3166 code of two capital letters" in rejected


def test_a_product_of_another_seller_is_refused(seller: Seller, tmp_path: Path) -> None:
    other = a_product(a_seller("S-5"))
    rows = {"publisher": "A", "seller": "S-4", "product": other.number}
    with pytest.raises(InvalidInput, match=f"{other.number} is a product of S-5"):
        read_mapping(a_mapping(tmp_path, rows))


def test_a_mapping_that_cannot_be_read_is_refused(write_feed: WriteFeed, tmp_path: Path) -> None:
    path = write_feed(CHARGE)
    assert "No such file" in run(path, "--mapping", tmp_path / "none.csv")[1]
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert "It is not JSON" in run(path, "--mapping", broken)[1]
    broken.write_text("{}")
    assert "It is no list of objects." in run(path, "--mapping", broken)[1]
    quoted = tmp_path / "quoted.csv"
    quoted.write_text('publisher\n"A\n')
    assert "Line 2: A quotation mark is out of place." in run(path, "--mapping", quoted)[1]
    with pytest.raises(CommandError, match="--mapping goes with focus"):
        call_command("import_feed", "orders", str(path), "--mapping", str(quoted))
