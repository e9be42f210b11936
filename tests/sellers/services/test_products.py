from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from koogallery.models import Act, User
from koogallery.portal.keyset import sorted_page
from sellers.models import FeeRatio, Product, Seller
from sellers.services.orders.recording import NewOrder, change_order, record_order
from sellers.services.products.catalogue import change_product, record_products, register_product
from sellers.services.products.release_applications import start_change
from tests.books import execute, refused_by
from tests.sellers.applying import a_member
from tests.sellers.facts import new_order, new_product
from tests.world import a_product, at

pytestmark = pytest.mark.django_db


def test_a_product_is_registered_with_its_first_fee_ratio(seller: Seller, operator: User) -> None:
    product, is_new = register_product(new_product("S-1"), actor=operator)

    assert is_new
    assert product.number.startswith("P")
    assert (product.seller, product.name, product.delivery_method) == (seller, "Firewall", "saas")
    assert product.platform_fee_ratio == Decimal("0.15")
    version = FeeRatio.objects.get(product=product)
    assert (version.version, version.platform_fee_ratio) == (1, Decimal("0.15"))
    assert version.valid_from == product.created_at


def test_the_same_product_again_adds_nothing(seller: Seller) -> None:
    new = new_product("S-1", number="P-1")
    register_product(new, actor=None)
    _, is_new = register_product(new, actor=None)
    assert not is_new
    assert (Product.objects.count(), FeeRatio.objects.count()) == (1, 1)


def test_a_product_of_nobody_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        register_product(new_product("S-9"), actor=None)
    assert (refusal.value.field, refusal.value.code) == ("seller", "unknown_seller")
    assert not Product.objects.exists()


@pytest.mark.parametrize("ratio", ["1.01", "-0.01", "0.1234567", "NaN"])
def test_a_ratio_that_is_no_share_is_refused(seller: Seller, ratio: str) -> None:
    with pytest.raises(InvalidInput):
        register_product(new_product("S-1", platform_fee_ratio=Decimal(ratio)), actor=None)
    assert not Product.objects.exists()


def test_of_many_products_the_good_ones_are_kept(seller: Seller) -> None:
    outcomes = record_products(
        [
            new_product("S-1", number="P-2"),
            new_product("S-9", number="P-1"),
            new_product("S-1", number="P-2", name="Router"),
        ],
        actor=None,
    )
    assert [outcome.result for outcome in outcomes] == ["recorded", "refused", "refused"]
    assert outcomes[2].violations[0].code == "conflict"
    assert Product.objects.get().name == "Firewall"


def placed(number: str, product: str, instant: datetime) -> NewOrder:
    """Neither paid nor enabled yet."""
    return new_order(number, product, placed_at=instant, paid_at=None, effective_at=None)


def test_R2_6_a_new_ratio_is_a_new_version_and_leaves_orders_alone(product: Product) -> None:
    before, _ = record_order(new_order("O-1", product.number), actor=None)
    changed = change_product(product.number, {"platform_fee_ratio": Decimal("0.10")}, actor=None)
    after, _ = record_order(placed("O-2", product.number, datetime.now(UTC)), actor=None)
    before.refresh_from_db()

    assert changed.platform_fee_ratio == Decimal("0.10")
    assert (before.platform_fee_ratio, before.fee_ratio_version) == (Decimal("0.15"), 1)
    assert (after.platform_fee_ratio, after.fee_ratio_version) == (Decimal("0.10"), 2)


def test_R2_6_the_ratio_is_that_of_the_instant_the_order_was_placed(seller: Seller) -> None:
    product = Product.objects.create(
        number="P-1", seller=seller, name="x", delivery_method="saas", platform_fee_ratio="0.3"
    )
    for version, (ratio, since) in enumerate(
        [("0.1", "2024-02-01"), ("0.2", "2024-03-01"), ("0.3", "2024-04-01")], start=1
    ):
        FeeRatio.objects.create(
            product=product, version=version, platform_fee_ratio=ratio, valid_from=at(since)
        )
    days = ["2024-02-01", "2024-02-29T23:59", "2024-03-01", "2024-12-01", "2023-12-01"]
    versions = [
        record_order(placed(f"O-{n}", "P-1", at(day)), actor=None)[0].fee_ratio_version
        for n, day in enumerate(days)
    ]
    assert versions == [1, 1, 2, 3, 1]


def test_a_plain_change_adds_no_version(product: Product) -> None:
    change_product(
        product.number,
        {"name": "Gate", "delivery_method": "license", "supervised": True},
        actor=None,
    )
    product.refresh_from_db()
    assert (product.name, product.delivery_method, product.supervised) == ("Gate", "license", True)
    assert product.fee_ratios.count() == 1


@pytest.mark.parametrize("order_type", ["purchase", "trial", "renewal"])
@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"delivery_method": "license"}, [("delivery_method", "R4.2")]),
        ({"supervised": True}, [("supervised", "R9.3")]),
        (
            {"name": "Gate", "delivery_method": "license", "supervised": True},
            [("delivery_method", "R4.2"), ("supervised", "R9.3")],
        ),
    ],
)
def test_R4_2_R9_3_a_product_with_orders_keeps_its_kind(
    product: Product, changes: dict[str, Any], refusals: list[tuple[str, str]], order_type: str
) -> None:
    record_order(new_order("O-1", product.number, order_type=order_type), actor=None)
    with pytest.raises(Conflict, match="register a new product instead") as refusal:
        change_product(product.number, changes, actor=None)
    assert [(v.field, v.rule) for v in refusal.value.violations] == refusals
    assert refusal.value.code == "product_has_orders"
    as_it_was = Product.objects.get()
    assert (as_it_was.name, as_it_was.delivery_method, as_it_was.supervised) == (
        "Firewall",
        "saas",
        False,
    )
    kept = {"name": "Gate", "delivery_method": "saas", "supervised": False}
    assert change_product(product.number, kept, actor=None).name == "Gate"


def test_a_version_is_valid_from_the_instant_of_its_change(product: Product) -> None:
    with time_machine.travel(datetime(2027, 5, 1, tzinfo=UTC), tick=False):
        change_product(product.number, {"platform_fee_ratio": Decimal("0.2")}, actor=None)
    assert product.fee_ratios.get(version=2).valid_from == datetime(2027, 5, 1, tzinfo=UTC)


def test_a_refused_change_changes_nothing(product: Product) -> None:
    with pytest.raises(InvalidInput):
        change_product(product.number, {"name": "x", "platform_fee_ratio": Decimal(2)}, actor=None)
    with pytest.raises(InvalidInput) as refusal:
        change_product(product.number, {"seller": "S-2"}, actor=None)
    assert refusal.value.field == "seller"
    product.refresh_from_db()
    assert (product.name, product.fee_ratios.count()) == ("Firewall", 1)


def test_only_operators_register_and_change_products(product: Product) -> None:
    stranger = User.objects.create_user("sam")
    with pytest.raises(Forbidden):
        register_product(new_product("S-1"), actor=stranger)
    with pytest.raises(NotFound):
        change_product(product.number, {"name": "x"}, actor=stranger)
    with pytest.raises(Forbidden):
        change_product(product.number, {"name": "x"}, actor=a_member(product.seller, "olivia"))
    assert Product.objects.get().name == "Firewall"


def test_an_unknown_product_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        change_product("P-9", {"name": "x"}, actor=None)


def test_a_number_with_other_content_is_a_conflict(product: Product) -> None:
    with pytest.raises(Conflict):
        register_product(new_product("S-1", number=product.number, name="Router"), actor=None)


def test_R9_2_delisting_is_recorded_with_its_instant(product: Product, operator: User) -> None:
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        delisted = change_product(product.number, {"listed": False}, actor=operator)
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        change_product(product.number, {"listed": False}, actor=operator)
    product.refresh_from_db()
    assert delisted.delisted_at == product.delisted_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert Act.objects.get(verb="changed").changes == {
        "delisted_at": [None, "2026-05-01T00:00:00+00:00"],
        "delisted_by": [None, "olga"],
    }


@pytest.mark.parametrize("order_type", ["purchase", "renewal", "change", "trial"])
def test_R9_2_the_orders_of_a_delisted_product_are_facts(product: Product, order_type: str) -> None:
    """Nobody buys it any more; what the trading system has sold all the same is settled."""
    change_product(product.number, {"listed": False}, actor=None)
    order, is_new = record_order(
        new_order("O-1", product.number, order_type=order_type), actor=None
    )
    assert is_new
    assert (order.product, order.cycle is None) == (product, order_type == "trial")


def test_R9_2_the_database_deletes_no_product(product: Product) -> None:
    with refused_by("products_are_never_deleted"):
        execute("DELETE FROM sellers_product")


def ratio_of(number: str, product: Product, instant: datetime) -> tuple[Decimal, int]:
    order, _ = record_order(placed(number, product.number, instant), actor=None)
    return order.platform_fee_ratio, order.fee_ratio_version


def test_R2_6_the_ratio_does_not_depend_on_when_the_order_is_reported(product: Product) -> None:
    """Orders of one day, older than all versions, before and after changes of the ratio."""
    ratios = []
    for n, ratio in enumerate(["0.20", "0.30", "0.40"]):
        ratios.append(ratio_of(f"O-{n}", product, at("2024-03-01")))
        change_product(product.number, {"platform_fee_ratio": Decimal(ratio)}, actor=None)
    assert ratios == [(Decimal("0.15"), 1)] * 3


def test_R2_6_a_ratio_given_while_the_past_is_reported_counts_behind_what_was_reported(
    product: Product,
) -> None:
    before = ratio_of("O-1", product, at("2024-03-05"))
    change_product(product.number, {"platform_fee_ratio": Decimal("0.10")}, actor=None)
    days = ["2024-03-05", "2024-03-06", "2024-02-01"]
    after = [ratio_of(f"O-{n}", product, at(day)) for n, day in enumerate(days, start=2)]
    assert before == (Decimal("0.15"), 1)
    assert after == [(Decimal("0.15"), 1), (Decimal("0.10"), 2), (Decimal("0.15"), 1)]


def test_R2_6_a_version_counts_from_the_instant_given(product: Product) -> None:
    change_product(
        product.number,
        {"platform_fee_ratio": Decimal("0.20"), "valid_from": at("2024-02-01")},
        actor=None,
    )
    days = ["2024-01-31T23:59:59", "2024-02-01", "2025-02-01"]
    ratios = [ratio_of(f"O-{n}", product, at(day))[0] for n, day in enumerate(days)]
    assert ratios == [Decimal("0.20")] * 3  # the first by its instant, whatever its number
    later = {"platform_fee_ratio": Decimal("0.30"), "valid_from": at("2025-03-01")}
    change_product(product.number, later, actor=None)
    assert ratio_of("O-9", product, at("2025-03-01"))[0] == Decimal("0.30")
    assert ratio_of("O-10", product, at("2025-02-28"))[0] == Decimal("0.20")


def test_R2_6_a_version_in_the_future_leaves_today_alone(product: Product) -> None:
    ahead = datetime.now(UTC) + timedelta(days=30)
    changes = {"platform_fee_ratio": Decimal("0.20"), "valid_from": ahead}
    change_product(product.number, changes, actor=None)
    assert ratio_of("O-1", product, datetime.now(UTC))[0] == Decimal("0.15")
    shown: Any = Product.objects.with_present_ratio()
    assert shown.get().present_ratio == Decimal("0.15")
    with time_machine.travel(ahead + timedelta(seconds=1)):
        assert ratio_of("O-2", product, ahead)[0] == Decimal("0.20")
        assert shown.get().present_ratio == product.ratio_now() == Decimal("0.20")


def test_R2_6_a_change_drafted_before_a_version_to_come_keeps_the_ratio_of_today(
    product: Product, operator: User
) -> None:
    ahead = {"platform_fee_ratio": Decimal("0.20"), "valid_from": at("2999-01-01")}
    change_product(product.number, ahead, actor=None)
    draft = start_change(product.number, {"description": "better"}, actor=operator)
    assert draft.platform_fee_ratio == Decimal("0.15")
    change_product(product.number, {"platform_fee_ratio": Decimal("0.15")}, actor=None)
    assert product.fee_ratios.count() == 2
    change_product(product.number, {"platform_fee_ratio": Decimal("0.20")}, actor=None)
    assert ratio_of("O-1", product, datetime.now(UTC))[0] == Decimal("0.20")


def test_R2_6_products_are_paged_by_the_ratio_that_is_shown(product: Product) -> None:
    other = a_product(product.seller, fee="0.3")
    ahead = {"platform_fee_ratio": Decimal("0.9"), "valid_from": at("2999-01-01")}
    change_product(product.number, ahead, actor=None)
    rows = Product.objects.with_present_ratio()
    first = sorted_page(rows, QueryDict(), ordering="-present_ratio", size=1)
    assert (first.rows, first.before) == ([other], None)
    query = QueryDict(f"after={first.after}")
    assert sorted_page(rows, query, ordering="-present_ratio", size=1).rows == [product]


def test_R2_6_a_version_never_reaches_back_over_orders_of_another_ratio(product: Product) -> None:
    record_order(placed("O-1", product.number, at("2024-03-05")), actor=None)
    since = {"platform_fee_ratio": Decimal("0.20"), "valid_from": at("2024-03-05")}
    with pytest.raises(Conflict) as refusal:
        change_product(product.number, since, actor=None)
    assert (refusal.value.code, refusal.value.rule) == (
        "a_version_leaves_orders_as_they_are",
        "R2.6",
    )
    assert product.fee_ratios.count() == 1


def test_R2_6_the_instant_comes_with_its_ratio(product: Product) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change_product(product.number, {"valid_from": at("2024-03-05")}, actor=None)
    assert (refusal.value.field, refusal.value.code) == ("valid_from", "ratio_missing")


def test_R2_6_an_order_placed_otherwise_has_the_ratio_of_that_day(product: Product) -> None:
    for ratio, since in (("0.20", "2024-01-01"), ("0.30", "2024-06-01")):
        changes = {"platform_fee_ratio": Decimal(ratio), "valid_from": at(since)}
        change_product(product.number, changes, actor=None)
    record_order(placed("O-1", product.number, at("2024-07-01")), actor=None)
    changed = change_order("O-1", {"placed_at": at("2024-05-31")}, actor=None)
    assert (changed.platform_fee_ratio, changed.fee_ratio_version) == (Decimal("0.20"), 2)
    assert changed.fee_ratio_valid_from == at("2024-01-01")


@pytest.mark.parametrize(
    "change",
    ["platform_fee_ratio = 0.2", "platform_fee_ratio = 0.2, fee_ratio_version = 2"],
)
def test_R2_6_the_database_refuses_another_ratio_than_that_of_the_day(
    product: Product, change: str
) -> None:
    record_order(placed("O-1", product.number, at("2024-07-01")), actor=None)
    with refused_by("an_order_has_the_ratio_of_its_day"):
        execute(f"UPDATE sellers_order SET {change}")


def test_R2_6_a_feed_gives_the_instant_of_a_ratio(seller: Seller) -> None:
    new = new_product(seller.number, number="P-1", valid_from=at("2024-02-01"))
    assert [each.result for each in record_products([new, new], actor=None)] == [
        "recorded",
        "known",
    ]
    assert FeeRatio.objects.get().valid_from == at("2024-02-01")
