"""FOCUS 1.0 to 1.3 as the clouds deliver it: no `Id`, finer than it is kept, with purchases."""

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, localcontext
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from koogallery.demo.catalogue import FOCUS_SAMPLE
from sellers.feeds.focus import FocusFeed
from sellers.feeds.focus_identity import Occurrences
from sellers.feeds.importing import import_feed
from sellers.models import Order, Seller, UsageRecord
from sellers.services.companies.sellers import change_seller
from tests.sellers.feeds.conftest import WriteFeed
from tests.sellers.feeds.test_focus import CHARGE, take_in
from tests.world import close, the_bill

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"
NO_ID = {name: cell for name, cell in CHARGE.items() if name != "Id"}


def charge(**changes: Any) -> dict[str, Any]:
    return {**NO_ID, **changes}


def reconciled(path: Path) -> list[dict[str, str]]:
    file = path.with_name(f"{path.name}.reconciliation.csv")
    return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))


def amounts(path: Path, part: str) -> Mapping[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in reconciled(path):
        if row["part"] == part and row["amount"]:
            found[row["publisher"], row["currency"]] += Decimal(row["amount"])
    return found


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        (FOCUS_SAMPLE, (656, 0, 344)),
        (DATA / "focus_1_0_azure.csv", (8, 0, 3)),
        (DATA / "focus_1_0_oci.csv", (60, 0, 0)),
        (DATA / "focus_1_2_aws.csv", (5, 0, 3)),
        (DATA / "focus_1_2_gcp.csv", (3, 0, 1)),
        (DATA / "focus_1_3_gcp.csv", (3, 0, 1)),
    ],
)
def test_what_a_file_holds_is_accepted_or_rejected_to_the_last_decimal(
    file: Path, counts: tuple[int, int, int], tmp_path: Path
) -> None:
    path = Path(copy(file, tmp_path))
    assert take_in(path) == counts
    with localcontext(prec=60), path.open(encoding="utf-8-sig", newline="") as opened:
        expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in csv.DictReader(opened):
            publisher = row.get("PublisherName") or row["ServiceProviderName"]
            expected[publisher, row["BillingCurrency"]] += Decimal(row["BilledCost"])
        assert amounts(path, "file") == expected
        accepted, rejected = amounts(path, "accepted"), amounts(path, "rejected")
        assert all(accepted[key] + rejected[key] == total for key, total in expected.items())
        booked, rounding = amounts(path, "booked"), amounts(path, "rounding")
        assert all(accepted[key] + rounding[key] == booked[key] for key in expected)
        kept = [*UsageRecord.objects.all(), *Order.objects.exclude(sales_amount=0)]
        assert sum(row.sales_amount for row in kept) == sum(booked.values())
    known = (0, counts[0], counts[2])
    assert take_in(path) == known
    assert amounts(path, "already_known") == {key: sum_ for key, sum_ in accepted.items() if sum_}


def test_rows_without_an_id_are_known_again_in_any_order_and_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "whole.csv"
    header, *rows = (DATA / "focus_1_0_oci.csv").read_text().splitlines()
    rows += rows[:3]  # a charge may stand there twice
    path.write_text("\n".join([header, *rows]))
    assert take_in(path) == (63, 0, 0)
    random.Random(7).shuffle(rows)
    path.write_text("\n".join([header, *rows]))
    assert take_in(path) == (0, 63, 0)
    for part in (rows[:30], rows[30:]):
        path.write_text("\n".join([header, *part]))
        assert take_in(path) == (0, len(part), 0)


def test_parts_imported_together_count_as_one_file(write_feed: WriteFeed) -> None:
    """Read one by one, the second like row would be the first once more."""
    path = write_feed(charge())
    occurrences = Occurrences()
    for _ in range(2):
        with path.open("rb") as file:
            tally = import_feed(FocusFeed(occurrences=occurrences), path, file, lambda _: None)
        assert (tally.accepted, tally.known) == (1, 0)
    assert take_in(path) == (0, 1, 0)
    assert take_in(write_feed(charge(), charge(), charge())) == (1, 2, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"BilledCost": "5E-1"},
        {"ConsumedQuantity": "2"},
        {"ChargePeriodStart": "2024-09-19T06:00:00+08:00"},
        {"SubAccountName": "Renamed"},
        {"Tags": '{"a": 1}', "InvoiceId": "INV-7", "EffectiveCost": "0.4"},
        {"ChargeClass": "NULL", "line": "17", "reason": "an old one"},
    ],
)
def test_what_clouds_write_otherwise_or_fill_in_later_is_the_same_charge(
    write_feed: WriteFeed, changes: dict[str, str]
) -> None:
    take_in(write_feed(charge()))
    assert take_in(write_feed(charge(**changes))) == (0, 1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"BilledCost": "0.51"},
        {"ConsumedQuantity": "3"},
        {"ResourceId": "r-2"},
        {"SkuPriceId": "s-2"},
        {"SubAccountId": "2"},
        {"ChargePeriodStart": "2024-09-18 22:30:00"},
        {"ChargeDescription": "another"},
    ],
)
def test_what_places_a_charge_or_is_its_amount_tells_it_apart(
    write_feed: WriteFeed, changes: dict[str, str]
) -> None:
    take_in(write_feed(charge()))
    assert take_in(write_feed(charge(**changes))) == (1, 0, 0)


def test_costs_are_kept_to_twelve_decimals_half_even_and_the_difference_is_said(
    write_feed: WriteFeed,
) -> None:
    costs = ["0.0000000000005", "0.0000000000015", "0.012264277499950943", "1"]
    path = write_feed(*(charge(BilledCost=cost) for cost in costs))
    assert take_in(path) == (4, 0, 0)
    kept = UsageRecord.objects.order_by("sales_amount").values_list("sales_amount", flat=True)
    assert list(kept) == [
        Decimal(0), Decimal("0.000000000002"), Decimal("0.012264277500"), Decimal(1)
    ]  # fmt: skip
    [rounding] = [row for row in reconciled(path) if row["part"] == "rounding"]
    assert (rounding["rows"], rounding["amount"]) == ("3", "0.000000000000049057")


def test_a_purchase_is_a_one_time_sale_as_it_can_be_paid(write_feed: WriteFeed) -> None:
    bought = charge(
        ChargeCategory="Purchase", BilledCost="782.951280", ConsumedQuantity="", ResourceId="r-1"
    )
    path = write_feed(bought, charge(), bought)
    assert take_in(path) == (3, 0, 0)
    first, second = Order.objects.filter(billing_mode="one_time")
    assert (first.paid_amount, first.sales_amount) == (Decimal("782.95"), Decimal("782.95"))
    assert first.placed_at == first.paid_at == first.effective_at
    assert f"{first.effective_at:%Y-%m-%dT%H:%M}" == "2024-09-18T22:00"
    assert first.product == second.product
    assert amounts(path, "rounding") == {("Contoso Cloud, Inc.", "USD"): Decimal("-0.00256")}
    assert take_in(path) == (0, 3, 0)
    seller = Seller.objects.get()
    close("202409", seller)
    assert the_bill(seller, "202409").sales_amount == Decimal("1566.40")


def test_a_purchase_with_an_id_is_known_by_it(write_feed: WriteFeed) -> None:
    path = write_feed({**CHARGE, "ChargeCategory": "Purchase"})
    assert take_in(path) == (1, 0, 0)
    assert take_in(path) == (0, 1, 0)
    assert take_in(write_feed({**CHARGE, "ChargeCategory": "Purchase", "BilledCost": "2"})) == (
        (0, 0, 1)
    )


def test_the_quantity_may_be_the_priced_one(write_feed: WriteFeed) -> None:
    path = write_feed(charge(ConsumedQuantity="", PricingQuantity="3"))
    assert take_in(path) == (1, 0, 0)
    assert UsageRecord.objects.get().quantity == 3


@pytest.mark.parametrize("column", ["ServiceProviderName", "HostProviderName"])
def test_since_1_3_the_provider_of_the_service_is_the_seller(
    write_feed: WriteFeed, column: str
) -> None:
    row = {column if name == "PublisherName" else name: cell for name, cell in CHARGE.items()}
    assert take_in(write_feed(row)) == (1, 0, 0)
    assert Seller.objects.get().company_name == "Contoso Cloud, Inc."


def test_a_compressed_file_is_read_as_it_is(write_feed: WriteFeed) -> None:
    plain = write_feed(charge(), charge(BilledCost="0"))
    path = plain.with_name("feed.csv.gz")
    path.write_bytes(gzip.compress(plain.read_bytes()))
    assert take_in(path) == (1, 0, 1)
    assert path.with_name("feed.csv.gz.rejected.csv").exists()
    assert take_in(plain) == (0, 1, 1)


def test_rejected_money_is_told_by_its_reason(write_feed: WriteFeed) -> None:
    path = write_feed(
        charge(ChargeCategory="Credit", BilledCost="-3.2"),
        charge(ChargeCategory="Tax", BilledCost="1"),
        charge(ChargeClass="Correction", BilledCost="-1.25"),
        charge(BilledCost="-0.1"),
        charge(BilledCost="0"),
        charge(ConsumedQuantity="", BilledCost="2"),
        *(charge(BilledCost=cost) for cost in ("much", "1_000", "１２", "1e999", "NaN")),
        charge(BillingCurrency="XAU", BilledCost="7"),
    )
    with path.open("a") as file:
        file.write('"stray\n')
    assert take_in(path) == (0, 0, 13)
    told = {
        (row["currency"], row["reason"]): (row["rows"], row["amount"])
        for row in reconciled(path)
        if row["part"] == "rejected"
    }
    assert told == {
        ("USD", "credit"): ("1", "-3.2"),
        ("USD", "tax"): ("1", "1"),
        ("USD", "correction"): ("1", "-1.25"),
        ("USD", "negative_cost"): ("1", "-0.1"),
        ("USD", "zero_cost"): ("1", "0"),
        ("USD", "required"): ("1", "2"),
        ("USD", "not_a_number"): ("5", ""),
        ("XAU", "unsupported_currency"): ("1", "7"),
        ("", "unreadable"): ("1", ""),
    }
    assert amounts(path, "file")["Contoso Cloud, Inc.", "USD"] == Decimal("-1.55")


def test_a_seller_that_is_there_keeps_what_was_changed(write_feed: WriteFeed) -> None:
    take_in(write_feed(charge()))
    change_seller(Seller.objects.get().number, {"country": "SG"}, actor=None)
    take_in(write_feed(charge(SubAccountId="2")))
    assert Seller.objects.get().country == "SG"


def test_names_of_others_are_no_formulas_in_the_reconciliation(write_feed: WriteFeed) -> None:
    path = write_feed(charge(PublisherName="=1+1"))
    take_in(path)
    assert {row["publisher"] for row in reconciled(path)} == {"'=1+1"}


def test_the_report_says_the_money(write_feed: WriteFeed) -> None:
    path = write_feed(charge(), charge(BilledCost="0.0000000000015"), charge(BilledCost="0"))
    with path.open("rb") as file:
        report = import_feed(FocusFeed(), path, file, lambda _: None).report
    assert list(report) == [
        "Contoso Cloud, Inc. USD",
        "  file: 0.5000000000015 in 3 rows",
        "  accepted: 0.5000000000015 in 2 rows",
        "  rejected zero cost: 0 in 1 rows",
        "  rounding: 0.0000000000005 in 1 rows",
        "  booked: 0.500000000002 in 2 rows",
        f"The file's money is reconciled in {path}.reconciliation.csv",
    ]
