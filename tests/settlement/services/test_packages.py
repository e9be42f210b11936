"""Pay-per-use packages: prepaid, settled in one go, what they cover never charged again (R9.2)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from koogallery.kit.errors import DomainError, InvalidInput
from sellers.models import Order, Product, Seller, UsageRecord
from sellers.services.orders.recording import change_order, record_order, record_orders
from sellers.services.orders.usage import record_usage
from settlement.models import BillLine
from settlement.readings.exits import exit_obstacles
from settlement.readings.invariants import check_books
from settlement.readings.transactions import Wanted, transactions
from settlement.services.refunds.lifecycle import request_refund
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


FREE = {"paid_amount": Decimal(0), "sales_amount": Decimal(0)}
TRIAL: dict[str, Any] = {"order_type": "trial", **FREE}
KEPT = {"billing_mode": "package", "term_ends_at": at("2025-02-05")}


@pytest.mark.parametrize(
    ("of_package", "started", "refusal"),
    [
        ({}, "2024-02-07", None),
        ({}, "2025-02-04T23:59", None),
        ({}, "2025-02-05", ("started_at", "after_term", "R9.2")),
        ({"paid_at": None}, "2024-02-07", ("package", "package_not_paid", "R9.2")),
        (
            {"paid_at": None, "cancelled_at": at("2024-02-06")},
            "2024-02-07",
            ("package", "order_is_cancelled", "R1.3"),
        ),
        (TRIAL, "2024-02-07", ("package", "package_is_a_trial", "R1.3")),
        ({"paid_at": at("2024-02-09")}, "2024-02-07", None),  # used before, reported after
    ],
)
def test_R9_2_a_package_covers_what_it_settles(
    product: Product,
    metered: Order,
    of_package: dict[str, Any],
    started: str,
    refusal: tuple[str, str, str] | None,
) -> None:
    record_order(new_order("K-1", product.number, **{**KEPT, **of_package}), actor=None)
    begun = at(started)
    span: dict[str, Any] = {"started_at": begun, "ended_at": begun + timedelta(hours=1)}
    [outcome] = record_usage([replace(COVERED, **span)], actor=None)
    found = [(v.field, v.code, v.rule) for v in outcome.violations]
    assert found == ([refusal] if refusal else [])
    assert UsageRecord.objects.count() == (not refusal)


def test_R9_2_usage_before_the_payment_is_taken_when_it_is_sent_again(
    product: Product, metered: Order
) -> None:
    record_order(new_order("K-1", product.number, **{**KEPT, "paid_at": None}), actor=None)
    assert record_usage([COVERED], actor=None)[0].is_refused
    change_order("K-1", {"paid_at": at("2024-02-20")}, actor=None)
    assert record_usage([COVERED], actor=None)[0].is_recorded


def test_R9_2_a_trial_of_a_package_settles_usage_of_itself(product: Product) -> None:
    trial = {**KEPT, **TRIAL, "paid_at": None}
    record_order(new_order("K-1", product.number, **trial), actor=None)
    [outcome] = record_usage([replace(COVERED, order="K-1")], actor=None)
    assert outcome.is_recorded
    assert UsageRecord.objects.get().cycle is None


@pytest.mark.parametrize("amounts", [["110"], ["10", "100"]])
def test_R9_2_refunded_in_full_it_covers_nothing_more(
    package: Order, metered: Order, amounts: list[str]
) -> None:
    record_usage([COVERED], actor=None)
    for amount in amounts:
        before = replace(COVERED, metering_sn=f"U-before {amount}")
        assert record_usage([before], actor=None)[0].is_recorded
        world.a_refund(package, amount, paid_out="2024-03-01")
    late: dict[str, Any] = {"started_at": at("2024-03-01"), "ended_at": at("2024-03-02")}
    rows = [
        COVERED,
        replace(COVERED, metering_sn="U-2"),
        replace(COVERED, metering_sn="U-3", **late),
        replace(COVERED, metering_sn="U-4", package=None, **late),
    ]
    again, earlier, after, charged = record_usage(rows, actor=None)
    assert (again.result, earlier.result, charged.result) == ("known", "recorded", "recorded")
    assert [(v.field, v.code) for v in after.violations] == [("package", "package_refunded")]
    assert UsageRecord.objects.get(metering_sn="U-4").sales_amount > 0


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"paid_at": None}, "paid_at", 409),
        ({"paid_at": None, "cancelled_at": at("2024-02-10")}, "cancelled_at", 409),
        ({"effective_at": None}, "effective_at", 422),
        ({"effective_at": at("2024-02-08")}, "effective_at", 422),
        ({"term_ends_at": at("2024-02-07T10:00")}, "term_ends_at", 422),
    ],
)
def test_R9_2_a_package_that_usage_names_stays_settled(
    package: Order, metered: Order, changes: dict[str, Any], field: str, status: int
) -> None:
    record_usage([COVERED], actor=None)
    with pytest.raises(DomainError) as refusal:
        change_order("K-1", changes, actor=None)
    assert (refusal.value.field, refusal.value.status) == (field, status)
    assert Order.objects.get(number="K-1").paid_at == package.paid_at
    kept = {"paid_at": at("2024-02-06"), "term_ends_at": at("2024-02-07T10:01")}
    assert change_order("K-1", kept, actor=None).paid_at == at("2024-02-06")


NOT_SETTLED = [
    "paid_at = NULL, cycle = NULL, due_cycle = NULL",
    "paid_at = NULL, cycle = NULL, due_cycle = NULL, cancelled_at = '2024-02-20Z'",
    "effective_at = '2024-02-20Z'",
    "term_ends_at = '2024-02-06Z'",
    "billing_mode = 'one_time'",
]
INSERT = """
INSERT INTO sellers_usagerecord
SELECT (jsonb_populate_record(u, '{"id": -1, "metering_sn": "x"}')).* FROM sellers_usagerecord u
WHERE metering_sn = 'U-1'
"""


@pytest.mark.parametrize("change", NOT_SETTLED)
def test_R9_2_the_database_keeps_a_package_in_use_settled(
    package: Order, metered: Order, change: str
) -> None:
    record_usage([COVERED], actor=None)
    execute(INSERT)
    with refused_by("a_package_covers_what_it_settles"):
        execute(f"UPDATE sellers_order SET {change} WHERE number = 'K-1'")


A_TRIAL = "order_type = 'trial', due_cycle = NULL, paid_amount = 0, sales_amount = 0"


@pytest.mark.parametrize("change", [*NOT_SETTLED, A_TRIAL])
def test_R9_2_the_database_takes_no_usage_of_what_does_not_settle(
    package: Order, metered: Order, product: Product, change: str
) -> None:
    record_usage([COVERED], actor=None)
    record_order(new_order("K-2", product.number, billing_mode="package"), actor=None)
    execute(f"UPDATE sellers_order SET {change} WHERE number = 'K-2'")
    other = Order.objects.get(number="K-2").pk
    with refused_by("a_package_covers_what_it_settles"):
        execute(INSERT.replace('"x"', f'"x", "package_id": {other}'))


def test_R9_2_the_database_takes_no_usage_of_what_was_refunded(
    package: Order, metered: Order
) -> None:
    record_usage([COVERED], actor=None)
    world.a_refund(package, "110", paid_out="2024-02-08")
    execute(INSERT)
    late = '"x 2", "started_at": "2024-02-08T00:00+08", "ended_at": "2024-02-09T00:00+08"'
    with refused_by("a_package_covers_what_it_settles"):
        execute(INSERT.replace('"id": -1', '"id": -2').replace('"x"', late))


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
