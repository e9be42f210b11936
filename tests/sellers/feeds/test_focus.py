"""FOCUS data: names become sellers, products and orders, rows become usage."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sellers.feeds.focus import FocusFeed
from sellers.feeds.importing import import_feed
from sellers.models import Order, Product, Seller, UsageRecord
from sellers.services.companies.sellers import change_seller
from tests.sellers.feeds.conftest import WriteFeed
from tests.world import close, the_bill

pytestmark = pytest.mark.django_db

#: A charge as the published sample has them, cut to the columns that matter and one that does not.
CHARGE = {
    "AvailabilityZone": "NULL",
    "BilledCost": "0.50000000000",
    "BillingAccountId": "1234567890123",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2024-09-01 00:00:00",
    "ChargeCategory": "Usage",
    "ChargeClass": "NULL",
    "ChargePeriodEnd": "2024-09-18 23:00:00",
    "ChargePeriodStart": "2024-09-18 22:00:00",
    "ConsumedQuantity": "2.000000000000000",
    "PublisherName": "Contoso Cloud, Inc.",
    "Id": "11472",
    "ServiceName": "Simple Queue",
    "SubAccountId": "51738928782",
    "SubAccountName": "Atlas Nimbus",
}


def charge(**changes: Any) -> dict[str, Any]:
    return {**CHARGE, **changes}


def take_in(path: Path) -> tuple[int, int, int]:
    """Accepted, already known, rejected."""
    with path.open("rb") as file:
        tally = import_feed(FocusFeed(), path, file, lambda _: None)
    return tally.accepted, tally.known, tally.rejected


def test_a_charge_brings_its_seller_product_order_and_usage(write_feed: WriteFeed) -> None:
    assert take_in(write_feed(CHARGE)) == (1, 0, 0)

    period = datetime(2024, 9, 1, tzinfo=UTC)
    seller = Seller.objects.get()
    assert (seller.company_name, seller.settlement_currency) == ("Contoso Cloud, Inc.", "USD")
    assert (seller.country, seller.certified_at) == ("US", period)
    product = Product.objects.get()
    assert (product.name, product.delivery_method) == ("Simple Queue", "saas")
    assert product.platform_fee_ratio == Decimal("0.15")
    order = Order.objects.get()
    assert (order.product, order.billing_mode) == (product, "pay_per_use")
    assert (order.customer_name, order.customer_account) == ("Atlas Nimbus", "51738928782")
    assert (order.placed_at, order.paid_at, order.effective_at) == (period, period, period)
    usage = UsageRecord.objects.get()
    assert (usage.metering_sn, usage.order) == ("11472", order)
    assert usage.started_at == datetime(2024, 9, 18, 22, tzinfo=UTC)
    assert usage.ended_at == datetime(2024, 9, 18, 23, tzinfo=UTC)
    assert (usage.quantity, usage.sales_amount) == (Decimal(2), Decimal("0.5"))
    assert (usage.cycle, usage.due_cycle) == ("202409", "202409")


def test_the_month_can_be_closed_at_once(write_feed: WriteFeed) -> None:
    take_in(write_feed(CHARGE, charge(Id="2", BilledCost="1.005")))
    seller = Seller.objects.get()
    close("202409", seller)
    bill = the_bill(seller, "202409")
    assert (bill.line_count, bill.sales_amount) == (2, Decimal("1.51"))
    assert bill.net_payable == Decimal("1.28")


def test_names_shared_by_charges_are_registered_once(write_feed: WriteFeed) -> None:
    path = write_feed(
        CHARGE,
        charge(Id="2"),
        charge(Id="3", SubAccountId="2"),
        charge(Id="4", ServiceName="Storage"),
        charge(Id="5", PublisherName="Other"),
    )
    assert take_in(path) == (5, 0, 0)
    counts = [model.objects.count() for model in (Seller, Product, Order, UsageRecord)]
    assert counts == [2, 3, 4, 5]


def test_importing_again_changes_nothing(write_feed: WriteFeed) -> None:
    path = write_feed(CHARGE, charge(Id="2", SubAccountId="2"))
    assert take_in(path) == (2, 0, 0)
    change_seller(Seller.objects.get().number, {"country": "SG"}, actor=None)
    before = [*Seller.objects.values(), *Order.objects.values(), *UsageRecord.objects.values()]
    assert take_in(path) == (0, 2, 0)
    after = [*Seller.objects.values(), *Order.objects.values(), *UsageRecord.objects.values()]
    assert after == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ChargeCategory": "Credit"}, "ChargeCategory: Credit is no sale."),
        ({"ChargeCategory": "Adjustment"}, "ChargeCategory: Adjustment is no sale."),
        ({"ChargeCategory": "Credit", "ConsumedQuantity": "NULL"}, "ChargeCategory: Credit is"),
        ({"ChargeClass": "Correction"}, "ChargeClass: Correction of an earlier bill is no sale."),
        ({"BilledCost": "0.00000000000"}, "BilledCost: A cost of 0.00000000000 is no sale"),
        ({"BilledCost": "-0.1"}, "BilledCost: A cost of -0.1 is no sale"),
        (
            {"ConsumedQuantity": "NULL"},
            "ConsumedQuantity: This cell must not be empty where PricingQuantity is.",
        ),
        ({"ConsumedQuantity": "-1"}, "quantity: quantity must not be negative. (R9.5)"),
        ({"BillingCurrency": "XAU"}, "is not a supported settlement currency. (R2.8)"),
        ({"ChargeCategory": "Tax"}, "ChargeCategory: Tax is no sale."),
        ({"ChargePeriodEnd": "2024-09-18 22:00:00"}, "ended_at must be later than started_at."),
        ({"ChargePeriodStart": "yesterday"}, "ChargePeriodStart: Write an instant"),
        ({"PublisherName": ""}, "PublisherName: This cell must not be empty."),
    ],
)
def test_a_row_that_is_no_usage_is_rejected_with_the_reason(
    write_feed: WriteFeed, changes: dict[str, str], reason: str
) -> None:
    path = write_feed(charge(**changes))
    assert take_in(path) == (0, 0, 1)
    assert reason in path.with_name("feed.csv.rejected.csv").read_text()
    assert not UsageRecord.objects.exists()


def test_a_quantity_is_kept_to_twelve_decimals_and_the_cost_as_billed(
    write_feed: WriteFeed,
) -> None:
    path = write_feed(charge(ConsumedQuantity="3.225806451612901", BilledCost="3.5E-7"))
    assert take_in(path) == (1, 0, 0)
    usage = UsageRecord.objects.get()
    assert usage.quantity == Decimal("3.225806451613")
    assert usage.sales_amount == Decimal("0.00000035")


def test_R2_8_a_publisher_is_a_seller_in_each_of_its_currencies(write_feed: WriteFeed) -> None:
    assert take_in(write_feed(CHARGE, charge(Id="2", BillingCurrency="CAD"))) == (2, 0, 0)
    sellers = Seller.objects.values_list("company_name", "settlement_currency")
    assert set(sellers) == {("Contoso Cloud, Inc.", "USD"), ("Contoso Cloud, Inc.", "CAD")}
    assert Product.objects.count() == 2


@pytest.mark.parametrize("with_id", [True, False])
def test_R6_3_a_publisher_is_one_seller_however_its_name_is_written(
    write_feed: WriteFeed, with_id: bool
) -> None:
    names = [
        "Zed Publisher",
        "zed publisher",
        "\uff3aed Publisher",
        "Zed  Publisher.",
        "ZedPublisher",
    ]
    rows = [charge(PublisherName=name, Id=f"{at}") for at, name in enumerate(names)]
    for row in rows:
        row.update({} if with_id else {"Id": "NULL"})
    assert take_in(write_feed(*rows[:3])) == (3, 0, 0)
    assert take_in(write_feed(*rows[3:])) == ((2, 0, 0) if with_id else (0, 2, 0))
    assert Seller.objects.get().company_name == "Zed Publisher"
    assert (Product.objects.count(), Order.objects.count()) == (1, 1)
    assert UsageRecord.objects.count() == (5 if with_id else 3)


def test_without_a_sub_account_the_billing_account_is_the_customer(write_feed: WriteFeed) -> None:
    take_in(write_feed(charge(SubAccountId="NULL", SubAccountName="NULL")))
    order = Order.objects.get()
    assert (order.customer_account, order.customer_name) == ("1234567890123", "1234567890123")


def october(**changes: Any) -> dict[str, Any]:
    return charge(
        BillingPeriodStart="2024-10-01 00:00:00",
        ChargePeriodStart="2024-10-05 00:00:00",
        ChargePeriodEnd="2024-10-05 01:00:00",
        **changes,
    )


def test_R1_2_months_imported_in_any_order_keep_their_cycles(write_feed: WriteFeed) -> None:
    """What lies before an order that a later month made has an order of its own month (R1.8)."""
    assert take_in(write_feed(october(Id="2"), name="october.csv")) == (1, 0, 0)
    september = write_feed(CHARGE, name="september.csv")
    assert take_in(september) == (1, 0, 0)
    cycles = UsageRecord.objects.order_by("started_at").values_list("metering_sn", "cycle")
    assert list(cycles) == [("11472", "202409"), ("2", "202410")]
    earlier, later = Order.objects.order_by("paid_at")
    assert earlier.paid_at == datetime(2024, 9, 1, tzinfo=UTC)
    assert earlier.number == f"{later.number}-202409"
    assert take_in(september) == (0, 1, 0)
    assert take_in(write_feed(charge(Id="3"), name="more.csv")) == (1, 0, 0)
    assert Order.objects.count() == 2


def test_R1_5_a_month_that_comes_after_a_later_one_was_billed_is_caught_up(
    write_feed: WriteFeed,
) -> None:
    take_in(write_feed(october(Id="2"), name="october.csv"))
    seller = Seller.objects.get()
    close("202410", seller)
    assert take_in(write_feed(CHARGE, name="september.csv")) == (1, 0, 0)
    assert UsageRecord.objects.get(metering_sn="11472").due_cycle == "202411"


def test_instants_with_a_mark_are_read_as_marked(write_feed: WriteFeed) -> None:
    take_in(write_feed(charge(ChargePeriodStart="2024-09-18T22:00:00-00:30")))
    assert UsageRecord.objects.get().started_at == datetime(2024, 9, 18, 22, 30, tzinfo=UTC)
