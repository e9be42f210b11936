from collections.abc import Callable
from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound
from koogallery.models import Act, Notice, User
from koogallery.notices import subject_of
from sellers.models import Order, Seller
from settlement.models import Deposit, LedgerEntry, Receivable, ReceivablePayment, Recovery
from settlement.services.deposits import move_deposit
from settlement.services.recoveries.receivables import move_receivable_to_next_bill, pay_receivable
from tests.settlement.builders import at, close, make_member, make_order, refunded


@pytest.fixture
def receivable(settled_order: Order, operator: User, second_operator: User) -> Receivable:
    """350, open after February and March brought nothing and there is no deposit."""
    refunded(settled_order, "350", at(2, 10), operator, second_operator)
    close(settled_order.seller, "202602")
    close(settled_order.seller, "202603")
    return Receivable.objects.get()


def legs(key: str) -> dict[str, Decimal]:
    entries = LedgerEntry.objects.filter(journal__key=key)
    return dict(entries.values_list("account", "amount"))


def balance(account: str) -> Decimal:
    return sum(
        LedgerEntry.objects.filter(account=account).values_list("amount", flat=True), Decimal()
    )


def test_R5_7_a_seller_may_pay_in_parts(receivable: Receivable, operator: User) -> None:
    paid = done(pay_receivable(receivable.number, Decimal(100), "wire 1", actor=operator))
    assert (paid.state, paid.recovery.outstanding) == ("open", 250)
    assert not Notice.objects.filter(kind="receivable_paid").exists()
    payment = ReceivablePayment.objects.get()
    assert legs(f"payment:{payment.pk}") == {"in_transit": 100, "receivables": -100}
    assert (payment.allocation.source, payment.allocation.amount) == ("payment", 100)

    paid = done(pay_receivable(receivable.number, Decimal(250), "wire 2", actor=operator))
    assert (paid.state, paid.recovery.state, paid.recovery.outstanding) == ("paid", "recovered", 0)
    notice = Notice.objects.get(kind="receivable_paid")
    assert subject_of(notice) == f"Receivable {receivable.number} is paid in full"
    assert (balance("receivables"), balance("recoveries")) == (0, 0)
    acts = Act.objects.filter(object_number=receivable.number).order_by("pk")
    assert [(act.verb, act.facts["amount"]) for act in acts] == [
        ("paid", "100.00"),
        ("paid", "250.00"),
    ]


@pytest.mark.parametrize("amount", ["350.01", "0", "-1", "NaN", "1.001"])
def test_R5_7_a_payment_is_never_above_what_is_open(
    receivable: Receivable,
    operator: User,
    nothing_changes: Callable[[], object],
    amount: str,
) -> None:
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refusal:
        pay_receivable(receivable.number, Decimal(amount), "wire 1", actor=operator)
    assert (refusal.value.rule, refusal.value.field) == ("R5.7", "amount")
    assert not ReceivablePayment.objects.exists()
    assert nothing_changes() == before


def test_R5_7_a_paid_receivable_takes_nothing_more(receivable: Receivable, operator: User) -> None:
    pay_receivable(receivable.number, Decimal(350), "wire 1", actor=operator)
    with pytest.raises(IllegalTransition, match="“Paid” now"):
        pay_receivable(receivable.number, Decimal("0.01"), "wire 2", actor=operator)
    with pytest.raises(IllegalTransition):
        move_receivable_to_next_bill(receivable.number, "agreed", actor=operator)


def test_R5_7_the_same_reference_is_the_same_payment(
    receivable: Receivable, operator: User
) -> None:
    pay_receivable(receivable.number, Decimal(100), "wire 1", actor=operator)
    with pytest.raises(Conflict, match=r"'wire 1' over 100\.00 was recorded already"):
        pay_receivable(receivable.number, Decimal(100), "wire 1", actor=operator)
    assert Recovery.objects.get().outstanding == 250


def test_only_operators_record_payments(receivable: Receivable, seller: Seller) -> None:
    owner = make_member(seller, "owner")
    stranger = User.objects.create_user("stranger")
    for actor, refusal in ((owner, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            pay_receivable(receivable.number, Decimal(1), "wire 1", actor=actor)
        with pytest.raises(refusal):
            move_receivable_to_next_bill(receivable.number, "agreed", actor=actor)
    assert Receivable.objects.get().state == "open"


def test_R5_7_a_receivable_moved_to_the_next_bill_is_taken_there(
    receivable: Receivable, settled_order: Order, operator: User
) -> None:
    moved = done(move_receivable_to_next_bill(receivable.number, "agreed by mail", actor=operator))
    assert (moved.state, moved.recovery.state) == ("moved_to_bill", "open")
    assert (moved.recovery.window_start, moved.recovery.window_end) == ("202604", "202604")
    assert legs(f"receivable-moved:{moved.number}:202604") == {
        "recoveries": 350,
        "receivables": -350,
    }
    act = Act.objects.get(object_number=moved.number)
    assert (act.verb, act.facts["reason"]) == ("moved_to_bill", "agreed by mail")
    planned = Notice.objects.filter(kind="recovery_planned").order_by("pk")[1]
    assert planned.facts["plan"][0] == {
        "source": "bill",
        "amount": "350.00",
        "on": "2026-05-07",
        "cycle": "202604",
    }

    make_order(settled_order.product, "1000", at(4, 5))
    bill = close(settled_order.seller, "202604")
    assert bill and (bill.recovered, bill.net_payable) == (350, 650)
    moved.refresh_from_db()
    assert (moved.state, Recovery.objects.get().outstanding) == ("paid", 0)
    assert (balance("receivables"), balance("recoveries")) == (0, 0)


def test_R5_7_what_the_next_bill_leaves_open_comes_back_and_may_be_moved_again(
    receivable: Receivable, settled_order: Order, operator: User
) -> None:
    for month, left in ((4, 250), (5, 150)):
        move_receivable_to_next_bill(receivable.number, "agreed by mail", actor=operator)
        make_order(settled_order.product, "100", at(month, 5))
        close(settled_order.seller, f"2026{month:02}")
        receivable.refresh_from_db()
        assert (receivable.state, Recovery.objects.get().outstanding) == ("open", left)
        assert Recovery.objects.get().state == "receivable"
        assert (balance("receivables"), balance("recoveries")) == (left, 0)
    pay_receivable(receivable.number, Decimal(150), "wire 1", actor=operator)
    assert balance("receivables") == 0


def test_R5_7_a_moved_receivable_may_still_be_paid(
    receivable: Receivable, settled_order: Order, operator: User
) -> None:
    move_receivable_to_next_bill(receivable.number, "agreed by mail", actor=operator)
    paid = done(pay_receivable(receivable.number, Decimal(50), "wire 1", actor=operator))
    assert (paid.state, paid.recovery.state, paid.recovery.outstanding) == (
        "moved_to_bill",
        "open",
        300,
    )
    assert legs(f"payment:{ReceivablePayment.objects.get().pk}") == {
        "in_transit": 50,
        "recoveries": -50,
    }
    close(settled_order.seller, "202604")
    assert (balance("receivables"), balance("recoveries")) == (300, 0)
    paid = done(pay_receivable(receivable.number, Decimal(300), "wire 2", actor=operator))
    assert (paid.state, balance("receivables")) == ("paid", 0)


def test_R5_4_a_moved_receivable_leaves_the_deposit_untouched_until_its_bill(
    receivable: Receivable, settled_order: Order, operator: User
) -> None:
    move_receivable_to_next_bill(receivable.number, "agreed by mail", actor=operator)
    move_deposit(settled_order.seller.number, "top_up", Decimal(500), "wire 1", actor=operator)
    assert Deposit.objects.get().balance == 500
    close(settled_order.seller, "202604")
    assert (Deposit.objects.get().balance, Recovery.objects.get().outstanding) == (150, 0)


def test_R5_7_a_move_gives_its_reason(receivable: Receivable, operator: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        move_receivable_to_next_bill(receivable.number, "", actor=operator)
    assert refusal.value.field == "reason"
    assert Receivable.objects.get().state == "open"


def test_R5_7_a_receivable_is_moved_once_and_not_for_a_seller_who_has_left(
    receivable: Receivable, seller: Seller, operator: User
) -> None:
    Seller.objects.filter(pk=seller.pk).update(left_at=at(4, 1))
    with pytest.raises(Conflict) as refusal:
        move_receivable_to_next_bill(receivable.number, "agreed", actor=operator)
    assert refusal.value.code == "no_next_bill"
    Seller.objects.filter(pk=seller.pk).update(left_at=None)
    move_receivable_to_next_bill(receivable.number, "agreed", actor=operator)
    with pytest.raises(IllegalTransition):
        move_receivable_to_next_bill(receivable.number, "agreed", actor=operator)
