from collections.abc import Callable
from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from koogallery.models import Act, Notice, User
from koogallery.notices import subject_of
from sellers.models import Order, Seller
from sellers.services.companies.sellers import change_seller
from settlement.models import Deposit, DepositMovement, LedgerEntry, Receivable, Recovery
from settlement.services.deposits import move_deposit, tell_of_levels_never_reached
from tests.settlement.builders import at, close, make_member, make_seller, refunded


def legs(movement: DepositMovement) -> dict[str, Decimal]:
    entries = LedgerEntry.objects.filter(journal__key=f"deposit:{movement.pk}")
    return dict(entries.values_list("account", "amount"))


def test_R6_1_a_deposit_exists_from_its_first_movement_on(seller: Seller, operator: User) -> None:
    assert not Deposit.objects.exists()
    movement = done(
        move_deposit(seller.number, "top_up", Decimal("100.50"), "wire 1", actor=operator)
    )
    deposit = Deposit.objects.get()
    assert (deposit.seller, deposit.currency, deposit.balance) == (seller, "USD", Decimal("100.5"))
    assert (movement.change, movement.balance_after) == (Decimal("100.50"),) * 2
    assert (movement.reference, movement.actor) == ("wire 1", operator)
    act = Act.objects.get()
    assert (act.verb, act.object_kind, act.object_number) == ("top_up", "deposit", seller.number)
    assert act.facts == {
        "amount": "100.50",
        "currency": "USD",
        "reference": "wire 1",
        "reason": "wire 1",
    }


@pytest.mark.parametrize(
    ("kind", "counterpart", "change"),
    [
        ("top_up", "in_transit", 30),
        ("penalty", "penalties", -30),
        ("return", "seller_payable", -30),
        ("adjustment", "adjustments", 30),
        ("adjustment", "adjustments", -30),
    ],
)
def test_R7_1_every_movement_is_posted_against_where_the_money_went(
    seller: Seller, operator: User, kind: str, counterpart: str, change: int
) -> None:
    move_deposit(seller.number, "top_up", Decimal(100), "wire 1", actor=operator)
    amount = Decimal(change if kind == "adjustment" else 30)
    movement = done(move_deposit(seller.number, kind, amount, "ref 2", "Why.", actor=operator))
    assert legs(movement) == {counterpart: change, "deposit": -change}
    assert seller.deposit.balance == movement.balance_after == 100 + change


@pytest.mark.parametrize("kind", ["penalty", "return"])
def test_R6_1_a_deposit_never_goes_below_zero(
    seller: Seller, operator: User, nothing_changes: Callable[[], object], kind: str
) -> None:
    move_deposit(seller.number, "top_up", Decimal(100), "wire 1", actor=operator)
    before = nothing_changes()
    with pytest.raises(DomainError, match=r"The deposit holds 100\.00") as refusal:
        move_deposit(seller.number, kind, Decimal("100.01"), "ref 2", actor=operator)
    assert (refusal.value.rule, refusal.value.field) == ("R6.1", "amount")
    assert (seller.deposit.balance, seller.deposit_movements.count()) == (100, 1)
    assert nothing_changes() == before
    move_deposit(seller.number, kind, Decimal(100), "ref 2", actor=operator)
    assert Deposit.objects.get().balance == 0


@pytest.mark.parametrize("kind", ["penalty", "return"])
def test_R6_1_nothing_is_taken_from_a_deposit_that_never_was(
    seller: Seller, operator: User, kind: str
) -> None:
    with pytest.raises(DomainError, match=r"The deposit holds 0\.00"):
        move_deposit(seller.number, kind, Decimal(1), "ref", actor=operator)
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity", "1.001", "1000000000000001"])
def test_R6_1_a_movement_is_an_amount_above_zero(
    seller: Seller, operator: User, amount: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        move_deposit(seller.number, "top_up", Decimal(amount), "wire 1", actor=operator)
    assert refusal.value.field == "amount"
    assert not Deposit.objects.exists()


def test_R6_1_a_currency_without_cents_has_none(operator: User) -> None:
    seller = make_seller(settlement_currency="JPY")
    with pytest.raises(InvalidInput):
        move_deposit(seller.number, "top_up", Decimal("10.5"), "wire 1", actor=operator)
    move_deposit(seller.number, "top_up", Decimal(10), "wire 1", actor=operator)
    assert seller.deposit.currency == "JPY"


@pytest.mark.parametrize("kind", ["refund_recovery", "gift", ""])
def test_R6_1_only_what_operators_record_is_recorded(
    seller: Seller, operator: User, kind: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        move_deposit(seller.number, kind, Decimal(1), "ref", actor=operator)
    assert refusal.value.field == "kind"


@pytest.mark.parametrize("reference", ["", "  ", "x" * 101])
def test_R6_1_a_movement_has_a_reference(seller: Seller, operator: User, reference: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        move_deposit(seller.number, "top_up", Decimal(1), reference, actor=operator)
    assert refusal.value.field == "reference"


def test_R6_1_the_same_reference_is_the_same_movement_and_not_recorded_again(
    seller: Seller, operator: User
) -> None:
    move_deposit(seller.number, "top_up", Decimal(100), "wire 1", actor=operator)
    with pytest.raises(Conflict, match=r"'wire 1' over 100\.00 was recorded already") as refusal:
        move_deposit(seller.number, "top_up", Decimal(50), " wire 1 ", actor=operator)
    assert refusal.value.rule == "R6.1"
    assert seller.deposit.balance == 100
    move_deposit(seller.number, "return", Decimal(50), "wire 1", actor=operator)
    move_deposit(make_seller().number, "top_up", Decimal(1), "wire 1", actor=operator)


def test_only_operators_move_deposits(seller: Seller) -> None:
    owner = make_member(seller, "owner")
    with pytest.raises(Forbidden):
        move_deposit(seller.number, "return", Decimal(1), "ref", actor=owner)
    with pytest.raises(NotFound):
        move_deposit(make_seller().number, "return", Decimal(1), "ref", actor=owner)
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("kind", ["top_up", "adjustment"])
def test_R5_4_what_comes_in_first_serves_what_is_open(
    settled_order: Order, operator: User, second_operator: User, kind: str
) -> None:
    seller = settled_order.seller
    refunded(settled_order, "300", at(2, 10), operator, second_operator)
    close(seller, "202602")
    close(seller, "202603")
    receivable = Receivable.objects.get()
    assert (receivable.state, receivable.recovery.outstanding) == ("open", 300)

    move_deposit(seller.number, kind, Decimal(100), "wire 1", "Why.", actor=operator)
    recovery = Recovery.objects.get()
    assert (recovery.outstanding, seller.deposit.balance) == (200, 0)
    move_deposit(seller.number, kind, Decimal(250), "wire 2", "Why.", actor=operator)
    recovery.refresh_from_db()
    receivable.refresh_from_db()
    assert (recovery.outstanding, recovery.state, receivable.state) == (0, "recovered", "paid")
    assert Deposit.objects.get().balance == 50


def test_R6_2_a_level_set_above_the_balance_is_told_once(operator: User) -> None:
    seller = make_seller(required_deposit=Decimal(80))
    make_seller(number="S-2")
    told = Notice.objects.filter(kind="deposit_below_level")
    for required, so_far in ((80, ["80.00"]), (90, ["80.00", "90.00"]), (80, ["80.00", "90.00"])):
        change_seller(seller.number, {"required_deposit": Decimal(required)}, actor=operator)
        for _ in range(2):
            tell_of_levels_never_reached()
        assert [notice.facts["required"] for notice in told.order_by("pk")] == so_far
    assert told.earliest("pk").facts["top_up"] == "80.00"
    move_deposit(seller.number, "top_up", Decimal(90), "wire", actor=operator)
    move_deposit(seller.number, "penalty", Decimal(20), "late", actor=operator)
    tell_of_levels_never_reached()
    assert told.count() == 3


def test_R6_2_falling_below_the_required_level_is_told_once(operator: User) -> None:
    seller = make_seller(required_deposit=Decimal(80))
    for kind, amount, reference in (
        ("top_up", 50, "wire 1"),  # not yet at its level: nothing has fallen
        ("top_up", 50, "wire 2"),
        ("penalty", 20, "late"),  # 80: exactly the level
    ):
        move_deposit(seller.number, kind, Decimal(amount), reference, actor=operator)
    fallen = Notice.objects.filter(kind="deposit_below_level")
    assert not fallen.exists()
    move_deposit(seller.number, "penalty", Decimal(1), "later", actor=operator)
    move_deposit(seller.number, "penalty", Decimal(1), "latest", actor=operator)
    notice = fallen.get()
    assert (notice.kind, subject_of(notice)) == (
        "deposit_below_level",
        "Your deposit is below 80.00 USD",
    )
    assert notice.facts == {
        "balance": "79.00",
        "required": "80.00",
        "open_receivables": "0.00",
        "top_up": "1.00",
        "currency": "USD",
    }


@pytest.mark.parametrize(
    ("required", "asked"),
    [
        ("100.00", "40.00"),
        ("60.01", "0.01"),
        ("60.00", None),  # exactly the level
        ("100.01", None),  # below it already
        ("0", None),
    ],
)
def test_R6_2_a_recovery_that_takes_the_deposit_below_its_level_is_told(
    settled_order: Order,
    operator: User,
    second_operator: User,
    required: str,
    asked: str | None,
) -> None:
    seller = settled_order.seller
    Seller.objects.filter(pk=seller.pk).update(required_deposit=Decimal(required))
    move_deposit(seller.number, "top_up", Decimal(100), "wire 1", actor=operator)
    refunded(settled_order, "40", at(1, 20), operator, second_operator)
    close(seller, "202602")

    drawn = DepositMovement.objects.get(kind="refund_recovery")
    notice = Notice.objects.filter(kind="deposit_below_level").first()
    assert (notice is None) == (asked is None)
    if notice:
        assert notice.facts == {
            "balance": "60.00",
            "required": required,
            "open_receivables": "0.00",
            "top_up": asked,
            "currency": "USD",
        }
        assert notice.key == f"deposit_below_level:{drawn.pk}"
        assert subject_of(notice) == f"Your deposit is below {required} USD"


def test_R6_2_of_two_draws_the_one_that_falls_below_the_level_is_told(
    settled_order: Order, operator: User, second_operator: User
) -> None:
    seller = settled_order.seller
    Seller.objects.filter(pk=seller.pk).update(required_deposit=Decimal(80))
    move_deposit(seller.number, "top_up", Decimal(100), "wire 1", actor=operator)
    for amount, day in (("10", 20), ("15", 21), ("20", 22)):
        refunded(settled_order, amount, at(1, day), operator, second_operator)
    close(seller, "202602")

    second = DepositMovement.objects.get(change=-15)
    notice = Notice.objects.get(kind="deposit_below_level")
    assert notice.key == f"deposit_below_level:{second.pk}"
    assert (notice.facts["balance"], notice.facts["top_up"]) == ("55.00", "25.00")
