from decimal import Decimal
from typing import Any

import pytest

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller, UsageRecord
from sellers.services.orders.recording import change_order, record_order
from sellers.services.orders.usage import record_usage
from tests.sellers.facts import new_order, new_pay_per_use_order, new_usage
from tests.world import a_product, a_seller, at, close

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(product: Product) -> Order:
    """Pay-per-use at 0.25 a unit, paid on 5 February."""
    return record_order(new_pay_per_use_order("PPU", product.number), actor=None)[0]


def record(*rows: Any) -> list[tuple[str, str]]:
    return [(outcome.key, outcome.result) for outcome in record_usage(rows, actor=None)]


def test_R1_2_usage_is_in_the_cycle_of_its_start(order: Order) -> None:
    before = new_usage("U-1", "PPU", started_at=at("2024-02-29T23:59"), ended_at=at("2024-03-02"))
    after = new_usage("U-2", "PPU", started_at=at("2024-03-01"), ended_at=at("2024-03-02"))
    assert record(before, after) == [("U-1", "recorded"), ("U-2", "recorded")]

    first, second = UsageRecord.objects.order_by("metering_sn")
    assert (first.seller, first.order, first.cycle) == (order.seller, order, "202402")
    assert (first.quantity, first.sales_amount, first.customer_wht) == (Decimal("1.5"), 3, 0)
    assert (second.cycle, second.due_cycle) == ("202403", "202403")


def test_R1_4_usage_before_the_payment_is_in_the_cycle_of_the_payment(order: Order) -> None:
    change_order("PPU", dict.fromkeys(("placed_at", "effective_at"), at("2024-01-09")), actor=None)
    record(new_usage("U-1", "PPU", started_at=at("2024-01-10")))
    assert UsageRecord.objects.get().cycle == "202402"


def test_R1_5_late_usage_is_due_in_the_open_cycle(order: Order) -> None:
    close("202402", order.seller)
    record(new_usage("U-1", "PPU"))
    usage = UsageRecord.objects.get()
    assert (usage.cycle, usage.due_cycle) == ("202402", "202403")


def test_R1_3_the_usage_of_a_trial_is_never_due(product: Product) -> None:
    record_order(new_pay_per_use_order("T-1", product.number, order_type="trial"), actor=None)
    record(new_usage("U-1", "T-1"))
    usage = UsageRecord.objects.get()
    assert (usage.cycle, usage.due_cycle) == (None, None)


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("1.5", "0.375"),
        ("0.000000000003", "0.000000000001"),  # 0.75 of the last decimal goes up
        ("0.000000000002", "0.000000000001"),  # a half goes up
        ("0.000000000001", "0"),
    ],
)
def test_R9_5_usage_without_an_amount_is_rated_by_the_unit_price(
    order: Order, quantity: str, amount: str
) -> None:
    record(new_usage("U-1", "PPU", quantity=Decimal(quantity), sales_amount=None))
    assert UsageRecord.objects.get().sales_amount == Decimal(amount)


def test_R9_5_usage_without_amount_or_price_is_rejected(product: Product) -> None:
    record_order(new_pay_per_use_order("PPU", product.number, unit_price=None), actor=None)
    [outcome] = record_usage([new_usage("U-1", "PPU", sales_amount=None)], actor=None)
    assert [(v.field, v.code) for v in outcome.violations] == [("sales_amount", "no_price")]
    assert not UsageRecord.objects.exists()


@pytest.fixture
def uploader(seller: Seller) -> User:
    """Of the seller's own operations."""
    member = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=member, role=Role.OPERATIONS)
    return member


@pytest.mark.parametrize(
    ("reported", "refusals"),
    [
        ({"sales_amount": None}, []),
        ({"sales_amount": Decimal("0.375")}, []),  # 1.5 at 0.25
        ({"sales_amount": Decimal("0.3750000")}, []),
        ({"sales_amount": Decimal("0.374999999999")}, ["sales_amount"]),
        ({"sales_amount": Decimal(9000000)}, ["sales_amount"]),
        ({"sales_amount": Decimal(0)}, ["sales_amount"]),
        ({"sales_amount": None, "customer_wht": Decimal("0.01")}, ["customer_wht"]),
        (
            {"sales_amount": Decimal(9), "customer_wht": Decimal(1)},
            ["sales_amount", "customer_wht"],
        ),
    ],
)
def test_R9_5_a_seller_uploads_quantities_and_the_price_decides(
    order: Order, uploader: User, reported: dict[str, Any], refusals: list[str]
) -> None:
    good = new_usage("U-2", "PPU", sales_amount=None)
    outcome, other = record_usage([new_usage("U-1", "PPU", **reported), good], actor=uploader)
    assert [(v.field, v.code, v.rule) for v in outcome.violations] == [
        (field, "not_yours_to_report", "R9.5") for field in refusals
    ]
    assert other.is_recorded
    kept = UsageRecord.objects.values_list("sales_amount", "unit_price", "customer_wht")
    assert set(kept) == {(Decimal("0.375"), Decimal("0.25"), 0)}
    assert len(kept) == 2 - bool(refusals)


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(3)])
def test_R9_5_where_an_order_has_no_price_no_seller_sets_one(
    product: Product, uploader: User, amount: Decimal
) -> None:
    record_order(new_pay_per_use_order("PPU", product.number, unit_price=None), actor=None)
    [outcome] = record_usage([new_usage("U-1", "PPU", sales_amount=amount)], actor=uploader)
    assert [v.code for v in outcome.violations] == ["not_yours_to_report"]
    assert not UsageRecord.objects.exists()


def test_R9_5_the_trading_system_reports_amounts_and_a_seller_repeats_them(
    order: Order, uploader: User
) -> None:
    usage = new_usage("U-1", "PPU", customer_wht=Decimal("0.10"))
    assert record(usage) == [("U-1", "recorded")]
    kept = UsageRecord.objects.get()
    assert (kept.sales_amount, kept.unit_price) == (3, None)
    assert [each.result for each in record_usage([usage], actor=uploader)] == ["known"]
    other = new_usage("U-1", "PPU", sales_amount=Decimal(4))
    [outcome] = record_usage([other], actor=uploader)
    assert [v.code for v in outcome.violations] == ["conflict"]


def test_R9_5_a_price_that_changes_leaves_what_was_rated(order: Order, uploader: User) -> None:
    usage = new_usage("U-1", "PPU", sales_amount=Decimal("0.375"))
    assert record_usage([usage], actor=uploader)[0].is_recorded
    change_order("PPU", {"unit_price": Decimal("0.5")}, actor=None)
    assert record_usage([usage], actor=uploader)[0].result == "known"
    kept = UsageRecord.objects.get()
    assert (kept.sales_amount, kept.unit_price) == (Decimal("0.375"), Decimal("0.25"))


def test_R9_5_a_repeat_is_acknowledged_and_never_charged_twice(order: Order) -> None:
    usage = new_usage("U-1", "PPU")
    assert record(usage, usage) == [("U-1", "recorded"), ("U-1", "known")]
    assert record(usage) == [("U-1", "known")]
    assert UsageRecord.objects.count() == 1


def test_R9_5_a_repeat_to_be_rated_is_known_whatever_it_was_rated_at(order: Order) -> None:
    record(new_usage("U-1", "PPU"))
    assert record(new_usage("U-1", "PPU", sales_amount=None)) == [("U-1", "known")]
    assert UsageRecord.objects.get().sales_amount == 3


@pytest.mark.parametrize(
    "other",
    [
        {"quantity": Decimal(2)},
        {"sales_amount": Decimal("3.01")},
        {"customer_wht": Decimal("0.01")},
        {"started_at": at("2024-02-07T09:00")},
    ],
)
def test_the_same_serial_with_other_content_is_rejected(
    order: Order, other: dict[str, Any]
) -> None:
    record(new_usage("U-1", "PPU"))
    [outcome] = record_usage([new_usage("U-1", "PPU", **other)], actor=None)
    assert [(v.field, v.code) for v in outcome.violations] == [("metering_sn", "conflict")]
    assert UsageRecord.objects.get().quantity == Decimal("1.5")


def test_good_records_are_kept_and_each_bad_one_is_named(order: Order, product: Product) -> None:
    record_order(new_order("O-1", product.number), actor=None)
    outcomes = record_usage(
        [
            new_usage("U-4", "PPU"),
            new_usage("U-3", "PPU", quantity=Decimal(0)),
            new_usage("U-2", "O-1"),
            new_usage("U-1", "nowhere"),
            new_usage("U-0", "PPU", ended_at=at("2024-02-07T10:00")),
        ],
        actor=None,
    )
    assert [(o.key, [v.code for v in o.violations]) for o in outcomes] == [
        ("U-4", []),
        ("U-3", ["not_positive"]),
        ("U-2", ["not_pay_per_use"]),
        ("U-1", ["unknown_order"]),
        ("U-0", ["not_later"]),
    ]
    assert UsageRecord.objects.get().metering_sn == "U-4"


@pytest.fixture
def theirs(order: Order) -> Order:
    """Another seller's, at the same price."""
    other = a_product(a_seller("S-2"))
    return record_order(new_pay_per_use_order("THEIRS", other.number), actor=None)[0]


def test_R9_5_two_sellers_meters_may_count_alike(order: Order, theirs: Order) -> None:
    mine = new_usage("SN-0001", "PPU")
    their = new_usage("SN-0001", "THEIRS", sales_amount=Decimal(4))
    assert record(mine, their, mine, their) == [
        ("SN-0001", "recorded"),
        ("SN-0001", "recorded"),
        ("SN-0001", "known"),
        ("SN-0001", "known"),
    ]
    assert record(their, mine) == [("SN-0001", "known")] * 2
    kept = UsageRecord.objects.order_by("sales_amount").values_list("seller__number", "order")
    assert list(kept) == [("S-1", order.pk), ("S-2", theirs.pk)]


def test_R9_5_a_conflict_of_serials_is_of_one_seller(order: Order, theirs: Order) -> None:
    number = order.product.number
    record_order(new_pay_per_use_order("PPU-2", number), actor=None)
    record(new_usage("SN-0001", "THEIRS"))
    rows = [new_usage("SN-0001", number) for number in ("PPU", "PPU-2", "THEIRS")]
    first, second, their = record_usage(rows, actor=None)
    assert (first.result, their.result) == ("recorded", "known")
    assert [(v.field, v.code) for v in second.violations] == [("metering_sn", "conflict")]
    assert "SN-0001 is recorded already, with other content." in second.violations[0].detail


def test_a_stranger_order_does_not_exist_for_a_seller(order: Order, seller: Seller) -> None:
    other = a_product(a_seller("S-2"))
    record_order(new_pay_per_use_order("THEIRS", other.number), actor=None)
    member = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=member, role=Role.OWNER)

    mine, theirs, nobodys = record_usage(
        [
            new_usage("U-1", "PPU", sales_amount=None),
            new_usage("U-2", "THEIRS"),
            new_usage("U-3", "NONE"),
        ],
        actor=member,
    )
    assert mine.is_recorded
    assert [v.code for v in theirs.violations] == ["unknown_order"]
    assert theirs.violations[0].detail.replace("THEIRS", "NONE") == nobodys.violations[0].detail
    assert UsageRecord.objects.get().seller == seller


def test_a_token_for_one_seller_narrows_its_holder(order: Order, seller: Seller) -> None:
    second = a_seller("S-2")
    member = User.objects.create_user("mia")
    for mine in (seller, second):
        Member.objects.create(seller=mine, user=member, role=Role.OWNER)
    member.narrowed_to = "S-2"
    [outcome] = record_usage([new_usage("U-1", "PPU")], actor=member)
    assert outcome.violations[0].code == "unknown_order"
    assert not UsageRecord.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FINANCE])
def test_members_who_only_look_record_no_usage(order: Order, seller: Seller, role: Role) -> None:
    member = User.objects.create_user("vic")
    Member.objects.create(seller=seller, user=member, role=role)
    [outcome] = record_usage([new_usage("U-1", "PPU")], actor=member)
    assert outcome.violations[0].code == "unknown_order"
    assert not UsageRecord.objects.exists()


@pytest.mark.parametrize(
    ("of_order", "of_usage", "code"),
    [
        ({}, {"started_at": at("2024-02-04")}, "before_effect"),
        ({}, {"ended_at": at("2998-01-01")}, "in_future"),
        ({"effective_at": None}, {}, "not_effective"),
    ],
)
def test_R1_8_usage_is_of_what_is_in_effect_and_has_been_used(
    product: Product, of_order: dict[str, Any], of_usage: dict[str, Any], code: str
) -> None:
    record_order(new_pay_per_use_order("PPU", product.number, **of_order), actor=None)
    [outcome] = record_usage([new_usage("U-1", "PPU", **of_usage)], actor=None)
    assert [(each.rule, each.code) for each in outcome.violations] == [("R1.8", code)]
    assert not UsageRecord.objects.exists()
