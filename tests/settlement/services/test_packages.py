"""Pay-per-use packages: prepaid, settled in one go, what they cover never charged again (R9.2)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from koogallery.kit.errors import InvalidInput
from sellers.models import Order, Product, Seller, UsageRecord
from sellers.services.orders import change_order, record_order, record_orders
from sellers.services.usage import record_usage
from settlement.models import BillLine
from settlement.services.exits import exit_obstacles
from settlement.services.invariants import check_books
from settlement.services.refunds import request_refund
from settlement.services.transactions import Wanted, transactions
from tests import world
from tests.books import execute, refused_by
from tests.sellers.facts import new_order, new_pay_per_use_order, new_usage
from tests.world import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return world.a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    return world.a_product(seller)


@pytest.fixture
def package(product: Product) -> Order:
    """100 for a package, paid and enabled on 5 February."""
    return record_order(new_order("K-1", product.number, billing_mode="package"), actor=None)[0]


@pytest.fixture
def metered(product: Product) -> Order:
    return record_order(new_pay_per_use_order("O-1", product.number), actor=None)[0]


COVERED = new_usage("U-1", "O-1", sales_amount=None, package="K-1")


@pytest.mark.parametrize(
    ("delivery", "sold"),
    [
        ("saas", True),
        ("license", False),
        ("professional_service", False),
        ("image", False),
        ("hardware", False),
        ("consulting", False),
        ("content_service", False),
        ("cloud_host", False),
    ],
)
def test_R9_2_packages_are_of_saas_alone(seller: Seller, delivery: str, sold: bool) -> None:
    product = world.a_product(seller, delivery=delivery)
    new = new_order("K-1", product.number, billing_mode="package")
    [outcome] = record_orders([new], actor=None)
    assert outcome.is_recorded is sold
    assert [v.code for v in outcome.violations] == ([] if sold else ["billing_mode_not_sold"])


def test_R2_7_R9_2_it_settles_in_one_go_and_what_it_covers_never(
    package: Order, metered: Order, seller: Seller
) -> None:
    beyond = new_usage("U-2", "O-1", sales_amount=None)
    own = replace(COVERED, metering_sn="U-3", order="K-1")
    for _ in range(2):  # a repeat is known
        outcomes = record_usage([COVERED, beyond, own], actor=None)
        assert not any(outcome.is_refused for outcome in outcomes)
    world.close("202402", seller)
    lines = BillLine.objects.order_by("line_no").values_list("kind", "sales_amount", "settlement")
    assert [(kind, str(sales), str(settled)) for kind, sales, settled in lines] == [
        ("order", "100.000000000000", "85.000000000000"),
        ("usage", "0.375000000000", "0.318750000000"),
    ]
    kept = UsageRecord.objects.filter(package=package).values_list("sales_amount", "cycle")
    assert set(kept) == {(Decimal(0), None)}
    rows = transactions(Wanted([seller.pk]), sort="order", falling=True, size=9).rows
    assert sorted((row.kind, row.records) for row in rows) == [("order", 1), ("usage", 1)]
    assert [each.name for each in check_books() if not each.holds] == []


def test_R1_4_it_stays_so_when_its_order_is_paid_later(product: Product, package: Order) -> None:
    record_order(new_pay_per_use_order("O-1", product.number, paid_at=None), actor=None)
    record_usage([COVERED, new_usage("U-2", "O-1")], actor=None)
    change_order("O-1", {"paid_at": at("2024-02-08")}, actor=None)
    cycles = UsageRecord.objects.order_by("metering_sn").values_list("cycle", flat=True)
    assert list(cycles) == [None, "202402"]


def test_R6_3_what_it_covers_is_in_nobodys_way(product: Product, package: Order) -> None:
    record_order(new_pay_per_use_order("O-1", product.number, paid_at=None), actor=None)
    record_usage([COVERED], actor=None)
    assert "usage_unbilled" not in {each.code for each in exit_obstacles(product.seller)}


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"package": "K-9"}, ("package", "unknown_package", "R9.2")),
        ({"package": "O-2"}, ("package", "not_a_package", "R9.2")),
        ({"package": "K-2"}, ("package", "unknown_package", "R9.2")),
        ({"sales_amount": Decimal(1)}, ("sales_amount", "covered_by_package", "R9.2")),
        ({"package": "K-3"}, ("started_at", "before_effect", "R1.8")),
        ({"order": "K-1", "package": None}, ("order", "not_pay_per_use", "R9.5")),
        ({"order": "K-1", "package": "K-3"}, ("order", "not_pay_per_use", "R9.5")),
    ],
)
def test_R9_2_what_covers_usage_is_a_package_of_its_customer(
    package: Order,
    metered: Order,
    facts: dict[str, Any],
    refusal: tuple[str, str, str],
) -> None:
    number = package.product.number
    record_order(new_pay_per_use_order("O-2", number), actor=None)
    foreign = {"billing_mode": "package", "customer_account": "other"}
    record_order(new_order("K-2", number, **foreign), actor=None)
    later = {"billing_mode": "package", "effective_at": at("2024-02-20")}
    record_order(new_order("K-3", number, **later), actor=None)
    [outcome] = record_usage([replace(COVERED, **facts)], actor=None)
    assert refusal in [(v.field, v.code, v.rule) for v in outcome.violations]
    assert not UsageRecord.objects.exists()


def test_R9_2_the_database_holds_it(package: Order, metered: Order) -> None:
    record_usage([COVERED], actor=None)
    for change in (
        "sales_amount = 1",
        "cycle = '202402'",
        "cycle = '202402', due_cycle = '202402'",
    ):
        with refused_by("usage_of_a_package_is_not_charged_again"):
            execute(f"UPDATE sellers_usagerecord SET {change}")


@pytest.mark.parametrize("supervised", [False, True])
def test_R4_2_a_package_is_unsubscribed_under_a_special_agreement_alone(
    seller: Seller, supervised: bool
) -> None:
    product = world.a_product(seller, supervised=supervised)
    status = "waiting_for_service" if supervised else "not_applicable"
    new = new_order("K-1", product.number, billing_mode="package", supervision_status=status)
    record_order(new, actor=None)
    olga = world.an_operator()
    with pytest.raises(InvalidInput, match="package cannot be unsubscribed") as refusal:
        request_refund("K-1", Decimal(10), "x", actor=olga)
    assert refusal.value.rule == "R4.2"
    refund = request_refund("K-1", Decimal(10), "x", "contract 7", actor=olga)
    assert {"method_supported": False} == {
        check["code"]: check["holds"] for check in refund.checks if check["rule"] == "R4.2"
    }
