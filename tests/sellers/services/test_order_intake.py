from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from koogallery.kit.errors import Conflict, Forbidden, InvalidInput
from koogallery.models import Act, User
from sellers.models import Order, Product, Seller
from sellers.services.orders.recording import change_order, record_order, record_orders
from sellers.services.products.catalogue import change_product
from tests.books import execute
from tests.sellers.facts import new_order, new_pay_per_use_order
from tests.world import a_product, a_seller, at, close

pytestmark = pytest.mark.django_db


def test_an_order_is_recorded_with_its_seller_ratio_and_cycle(
    product: Product, operator: User
) -> None:
    order, is_new = record_order(new_order("O-1", product.number), actor=operator)

    assert is_new
    assert (order.seller, order.product) == (product.seller, product)
    assert (order.paid_amount, order.sales_amount) == (Decimal(110), Decimal(100))
    assert order.customer_wht == Decimal(0)
    assert (order.platform_fee_ratio, order.fee_ratio_version) == (Decimal("0.15"), 1)
    assert (order.cycle, order.due_cycle) == ("202402", "202402")
    act = Act.objects.get(object_kind="order")
    assert (act.actor, act.object_number, act.facts["count"]) == (operator, "O-1", 1)


def test_R1_1_the_cycle_changes_at_midnight_in_shanghai(product: Product) -> None:
    before = new_order("O-1", product.number, effective_at=at("2024-02-29T23:59:59"))
    after = new_order("O-2", product.number, effective_at=at("2024-03-01T00:00"))
    assert record_order(before, actor=None)[0].cycle == "202402"
    assert record_order(after, actor=None)[0].cycle == "202403"


@pytest.mark.parametrize(
    "fields",
    [
        {"paid_at": None},
        {"effective_at": None},
        {"supervision_status": "waiting_for_service"},
        {"supervision_status": "waiting_for_acceptance"},
        {"order_type": "trial"},
    ],
)
def test_R1_4_what_is_open_has_no_cycle_and_is_not_due(
    product: Product, fields: dict[str, Any]
) -> None:
    Product.objects.update(supervised="supervision_status" in fields)
    order, _ = record_order(new_order("O-1", product.number, **fields), actor=None)
    assert (order.cycle, order.due_cycle) == (None, None)


def test_R4_8_a_pay_per_use_order_is_never_due_itself(product: Product) -> None:
    order, _ = record_order(new_pay_per_use_order("O-1", product.number), actor=None)
    assert (order.cycle, order.due_cycle, order.unit_price) == (None, None, Decimal("0.25"))


def test_R1_5_what_arrives_after_its_cycle_is_due_in_the_open_one(product: Product) -> None:
    close("202402", product.seller)
    order, _ = record_order(new_order("O-1", product.number), actor=None)
    assert (order.cycle, order.due_cycle) == ("202402", "202403")


def test_R2_6_the_same_order_again_is_one_order(product: Product) -> None:
    first, _ = record_order(new_order("O-1", product.number), actor=None)
    again, is_new = record_order(
        new_order("O-1", product.number, sales_amount=Decimal("100.0")), actor=None
    )
    assert (again, is_new, Order.objects.count()) == (first, False, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"sales_amount": Decimal(99)},
        {"customer_name": "Northwind"},
        {"paid_at": None},
        {"placed_at": at("2024-02-02")},
        {"term_ends_at": at("2025-02-05")},
    ],
)
def test_R2_6_the_same_number_with_other_content_is_a_conflict(
    product: Product, other: dict[str, Any]
) -> None:
    new = new_order("O-1", product.number)
    record_order(new, actor=None)
    with pytest.raises(Conflict) as refusal:
        record_order(replace(new, **other), actor=None)
    assert (refusal.value.code, refusal.value.field) == ("conflict", "number")
    order = Order.objects.get()
    assert (order.sales_amount, order.customer_name) == (Decimal(100), "Fabrikam")


def test_R2_8_another_currency_is_refused(product: Product) -> None:
    with pytest.raises(InvalidInput) as refusal:
        record_order(new_order("O-1", product.number, currency="EUR"), actor=None)
    assert (refusal.value.field, refusal.value.rule) == ("currency", "R2.8")
    assert not Order.objects.exists()


def test_an_order_for_an_unknown_product_is_refused(seller: Seller) -> None:
    with pytest.raises(InvalidInput) as refusal:
        record_order(new_order("O-1", "P-9"), actor=None)
    assert (refusal.value.field, refusal.value.code) == ("product", "unknown_product")


def test_of_many_orders_the_good_ones_are_kept_and_each_bad_one_is_named(
    product: Product,
) -> None:
    other = a_product(a_seller("S-2", currency="EUR"))
    outcomes = record_orders(
        [
            new_order("O-3", product.number),
            new_order("O-1", product.number, sales_amount=Decimal(120)),
            new_order("O-3", product.number),
            new_order("O-2", other.number, currency="EUR"),
            new_order("O-3", other.number, currency="EUR"),
            new_order("O-1", product.number),
        ],
        actor=None,
    )
    assert [(outcome.key, outcome.result) for outcome in outcomes] == [
        ("O-3", "recorded"),
        ("O-1", "refused"),
        ("O-3", "known"),
        ("O-2", "recorded"),
        ("O-3", "refused"),
        ("O-1", "recorded"),
    ]
    assert outcomes[1].violations[0].code == "exceeds_paid_amount"
    assert outcomes[4].violations[0].code == "conflict"
    assert sorted(Order.objects.values_list("number", flat=True)) == ["O-1", "O-2", "O-3"]
    act = Act.objects.get(object_kind="order")
    assert (act.object_number, act.facts) == ("O-1", {"count": 3, "last": "O-3"})


def test_an_empty_batch_records_nothing(db: None) -> None:
    assert record_orders([], actor=None) == []


def test_a_batch_costs_the_same_few_statements_whatever_its_size(
    product: Product, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record_order(new_order("O-0", product.number), actor=None)
    for count in (1, 300):
        rows = [new_order(f"O-{count}-{n}", product.number) for n in range(count)]
        # two of the transaction, two of the products, the fence in a savepoint of its own, so that
        # it lets go of what it has before it waits (three), four of the intake, an act, deliveries
        with django_assert_num_queries(13):
            record_orders(rows, actor=None)


def test_only_operators_record_orders(product: Product) -> None:
    with pytest.raises(Forbidden):
        record_order(new_order("O-1", product.number), actor=User.objects.create_user("sam"))
    assert not Order.objects.exists()


FUTURE = datetime.now(UTC) + timedelta(days=400)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"paid_at": FUTURE}, "in_future"),
        ({"effective_at": at("2024-01-31")}, "before_order"),
        ({"supervision_status": "waiting_for_service"}, "differs_from_product"),
        ({"customer_name": "Acme\r\nBcc: x"}, "not_one_line"),
        ({"customer_account": "a\x07"}, "not_one_line"),
    ],
)
def test_R1_8_an_impossible_order_is_refused_among_others(
    product: Product, fields: dict[str, Any], code: str
) -> None:
    good, bad = new_order("O-1", product.number), new_order("O-2", product.number, **fields)
    known, refused = record_orders([good, bad], actor=None)
    assert (known.result, [each.code for each in refused.violations]) == ("recorded", [code])
    assert [*Order.objects.values_list("number", flat=True)] == ["O-1"]


def test_R9_2_what_is_no_longer_sold_so_leaves_its_orders_known(product: Product) -> None:
    hardware = a_product(product.seller, delivery="hardware").number
    record_order(new_order("O-1", hardware, billing_mode="one_time", paid_at=None), actor=None)
    execute("UPDATE sellers_order SET billing_mode = 'yearly_monthly'")  # as it was sold once
    rows = [new_order(number, hardware, paid_at=None) for number in ("O-1", "O-2")]
    again, new = record_orders(rows, actor=None)
    assert (again.result, new.violations[0].code) == ("known", "billing_mode_not_sold")
    assert record_order(rows[0], actor=None)[1] is False
    paid = change_order("O-1", {"paid_at": at("2024-02-05")}, actor=None)
    assert paid.due_cycle == "202402"


def test_R9_2_a_delisted_product_leaves_its_orders_as_they_are(product: Product) -> None:
    new = new_order("O-1", product.number, paid_at=None)
    record_order(new, actor=None)
    change_product(product.number, {"listed": False, "billing_modes": ["one_time"]}, actor=None)
    assert record_order(new, actor=None)[1] is False
    assert change_order("O-1", {"paid_at": at("2024-02-05")}, actor=None).due_cycle == "202402"
    renewal = new_order("O-2", product.number, order_type="renewal")
    assert record_order(renewal, actor=None)[1] is True
