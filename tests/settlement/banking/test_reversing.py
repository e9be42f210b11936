"""A statement that should not have been taken is reversed by two, as it was booked (R8.2, R4.4)."""

from decimal import Decimal

import pytest

from koogallery.approving import approve_request
from koogallery.kit.errors import Conflict, DomainError, Forbidden
from koogallery.models import Act, ApprovalRequest, Notice
from sellers.models import Seller
from settlement.choices import Account, BatchState, BillState, PayoutState, ReceivableState
from settlement.models import (
    BankLine,
    BankStatement,
    Journal,
    LedgerEntry,
    Payout,
    PayoutBatch,
    Receivable,
)
from settlement.services.banking.reversing import reverse_statement
from settlement.services.deposits import balance_of
from settlement.services.payouts.outcomes import (
    fail_by_hand,
    pay_again,
    pay_by_hand,
    unpay_by_hand,
)
from settlement.services.recoveries.receivables import move_receivable_to_next_bill
from tests.world import (
    a_product,
    an_operator,
    an_order,
    at,
    close,
)

from .statements import Row, notification, report, statement
from .test_attributing import a_receivable, attribute
from .test_taking import held, states, take, wrong

pytestmark = pytest.mark.django_db


def asked(taken: BankStatement, name: str = "olga") -> ApprovalRequest:
    came = reverse_statement(taken.number, "never sent by the bank", actor=an_operator(name))
    assert isinstance(came, ApprovalRequest)
    return came


def reverse(taken: BankStatement) -> None:
    approve_request(asked(taken).number, actor=an_operator("otto"))
    taken.refresh_from_db()


def stands(payout: Payout) -> tuple[str, str, str]:
    payout.refresh_from_db()
    bill = payout.items.get().bill
    assert bill and payout.batch
    return payout.state, bill.state, payout.batch.state


def told(seller: Seller) -> list[str]:
    notices = Notice.objects.filter(seller_number=seller.number).order_by("pk")
    return list(notices.values_list("kind", flat=True))


def books() -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for entry in LedgerEntry.objects.all():
        found[entry.account] = found.get(entry.account, Decimal()) + entry.amount
    return {account: amount for account, amount in found.items() if amount}


def test_R4_4_a_statement_is_reversed_by_two(payout: Payout) -> None:
    taken = take(statement(Row("-850.00", payout.number)))
    request = asked(taken)
    assert (request.object_kind, request.object_number) == ("bank statement", taken.number)
    assert ["payout_is_then", "sent", payout.number] in request.shown
    taken.refresh_from_db()
    assert (taken.state, stands(payout)[0]) == ("taken", PayoutState.PAID)
    with pytest.raises(Forbidden) as refused:
        approve_request(request.number, actor=an_operator("olga"))
    assert refused.value.code == "another_person_approves"
    approve_request(request.number, actor=an_operator("otto"))
    taken.refresh_from_db()
    assert (taken.state, taken.reversed_by) == ("reversed", an_operator("olga"))
    assert taken.reversal_reason == "never sent by the bank"
    with pytest.raises(DomainError):
        asked(taken)


def test_R8_2_all_is_as_before_and_the_file_can_be_taken_again(
    seller: Seller, payout: Payout
) -> None:
    """A payout paid, one in suspense, charges; then the same file once more."""
    rows = Row("-850.00", payout.number), Row("55.00"), Row("-3", code="CHRG")
    before, data = books(), statement(*rows)
    taken = take(data)
    reverse(taken)
    assert states(taken) == [
        ("reversed", "end_to_end"),
        ("reversed", "unknown"),
        ("reversed", "code"),
    ]
    assert stands(payout) == (
        PayoutState.SENT,
        BillState.PAYMENT_PROCESSING,
        BatchState.SENT,
    )
    assert (payout.paid_at, payout.bank_reference) == (None, "")
    assert books() == before
    mirrored = Journal.objects.filter(kind="bank_line_reversed")
    assert {each.reverses.key for each in mirrored if each.reverses} == {
        f"bank_balance:{taken.number}",
        *(f"bank_line:{line.number}" for line in taken.lines.all()),
        f"bank_line_cleared:{taken.lines.get(line_no=1).number}:S000001",
        f"bank_charges:{taken.lines.get(line_no=3).number}",
    }
    assert told(seller)[-1] == "payout_corrected"
    assert Act.objects.of("bank statement", taken.number).latest("pk").verb == "reversed"
    assert wrong() == []
    again = take(data)
    assert again != taken
    assert stands(payout) == (PayoutState.PAID, BillState.PAID, BatchState.SETTLED)
    assert told(seller).count("payout_paid") == 2
    assert wrong() == []


def test_R8_2_a_batch_that_left_at_once_is_on_its_way_again(payout: Payout) -> None:
    batch = PayoutBatch.objects.get()
    row = Row("-850.00", payment_information_id=batch.number)
    taken = take(statement(row))
    assert states(taken) == [("matched", "batch")]
    reverse(taken)
    assert stands(payout)[0] == PayoutState.SENT
    assert wrong() == []


def test_R8_2_what_never_came_back_is_paid(payout: Payout) -> None:
    take(statement(Row("-850.00", payout.number)))
    back = Row("850.00", payout.number, reason="AC04")
    taken = take(statement(back, opening="99150.00", day="2024-03-06", name="2"))
    assert stands(payout) == (PayoutState.RETURNED, BillState.PAYMENT_FAILED, BatchState.SETTLED)
    for _round in range(2):  # each undoing is undone by a journal of its own
        reverse(taken)
        assert stands(payout) == (PayoutState.PAID, BillState.PAID, BatchState.SETTLED)
        assert payout.failure_code == ""
        assert wrong() == []
        taken = take(statement(back, opening="99150.00", day="2024-03-06", name="2"))
        assert stands(payout)[0] == PayoutState.RETURNED
        assert wrong() == []


def test_R8_2_what_went_and_came_back_at_once_is_on_its_way(payout: Payout) -> None:
    rows = Row("-850.00", payout.number), Row("850.00", payout.number, reason="AC04")
    reverse(take(statement(*rows)))
    assert stands(payout) == (PayoutState.SENT, BillState.PAYMENT_PROCESSING, BatchState.SENT)
    assert wrong() == []


def test_R8_2_a_forged_rejection_is_taken_back(payout: Payout) -> None:
    taken = take(report(PayoutBatch.objects.get().number, "RJCT", reason="AC01"))
    assert stands(payout) == (PayoutState.FAILED, BillState.PAYMENT_FAILED, BatchState.SETTLED)
    reverse(taken)
    assert stands(payout) == (PayoutState.SENT, BillState.PAYMENT_PROCESSING, BatchState.SENT)
    assert wrong() == []


def test_R8_2_what_is_paid_again_since_is_not_taken_back(payout: Payout) -> None:
    taken = take(report(PayoutBatch.objects.get().number, "RJCT", reason="AC01"))
    other = pay_again(payout.number, "account changed", actor=an_operator())
    with pytest.raises(Conflict, match=f"{other} pays since") as refused:
        asked(taken)
    assert refused.value.code == "paid_by_another"
    fail_by_hand(other.number, "DUPL", actor=an_operator())
    reverse(taken)
    assert stands(payout)[:2] == (PayoutState.SENT, BillState.PAYMENT_PROCESSING)
    assert wrong() == []


def test_R8_2_what_came_back_later_is_reversed_first(payout: Payout) -> None:
    out = take(statement(Row("-850.00", payout.number)))
    back = Row("850.00", payout.number, reason="AC04")
    later = take(statement(back, opening="99150.00", day="2024-03-06", name="2"))
    with pytest.raises(Conflict, match=later.number) as refused:
        asked(out)
    assert refused.value.code == "came_back_later"
    reverse(later)
    reverse(out)
    assert stands(payout)[0] == PayoutState.SENT
    assert wrong() == []


def test_R8_2_what_another_statement_says_again_is_reversed_first(payout: Payout) -> None:
    first = take(notification(Row("-850.00", payout.number)))
    again = take(statement(Row("-850.00", payout.number)))
    assert states(again) == [("repeated", "notified")]
    with pytest.raises(Conflict, match=again.number) as refused:
        asked(first)
    assert refused.value.code == "told_again"
    reverse(again)
    assert stands(payout)[0] == PayoutState.PAID  # by the notification
    assert wrong() == []
    reverse(first)
    assert stands(payout)[0] == PayoutState.SENT
    assert wrong() == []


def test_R8_2_what_a_person_recorded_stays_theirs(payout: Payout) -> None:
    pay_by_hand(payout.number, "TT-1", at("2024-03-01"), actor=an_operator("oscar"))
    taken = take(statement(Row("-850.00", payout.number)))
    with pytest.raises(Conflict) as refused:
        unpay_by_hand(payout.number, "never sent", actor=an_operator("oscar"))
    assert refused.value.code == "left_the_bank"
    reverse(taken)
    assert stands(payout) == (PayoutState.PAID, BillState.PAID, BatchState.SETTLED)
    assert held(Account.IN_TRANSIT) == -850
    assert wrong() == []


def test_R8_2_what_failed_by_hand_and_was_seen_to_leave_fails_again(payout: Payout) -> None:
    fail_by_hand(payout.number, "NARR", actor=an_operator("oscar"))
    forged = take(statement(Row("-850.00", text="no id")))
    attribute(forged.lines.get(), payout.number)
    reverse(forged)
    assert stands(payout)[0] == PayoutState.SENT
    fail_by_hand(payout.number, "NARR", actor=an_operator("oscar"))
    assert stands(payout)[:2] == (PayoutState.FAILED, BillState.PAYMENT_FAILED)
    assert wrong() == []


def test_R8_2_what_banks_kept_of_it_is_kept_no_more(payout: Payout) -> None:
    take(statement(Row("-850.00", payout.number)))
    back = take(statement(Row("835.00"), opening="99150.00", day="2024-03-06", name="2"))
    attribute(back.lines.get(), payout.number)
    reverse(back)
    assert (stands(payout)[0], held(Account.BANK_CHARGES)) == (PayoutState.PAID, 0)
    assert wrong() == []


@pytest.mark.parametrize("is_closed", [False, True])
def test_R5_4_R5_7_what_was_moved_to_a_bill_meanwhile_is_outstanding(
    seller: Seller, is_closed: bool
) -> None:
    receivable = a_receivable(seller)
    open_ = receivable.recovery.outstanding
    forged = take(statement(Row("10.00", text=receivable.number)))
    move_receivable_to_next_bill(receivable.number, "asked for", actor=an_operator("oscar"))
    if is_closed:
        an_order(a_product(seller), "1000.00", "2024-04-10")
        close("202404", seller)
    reverse(forged)
    receivable = Receivable.objects.get()
    left = Decimal(10) if is_closed else open_
    assert (receivable.recovery.outstanding, receivable.state) == (
        left,
        ReceivableState.OPEN if is_closed else ReceivableState.MOVED_TO_BILL,
    )
    assert wrong() == []


@pytest.mark.parametrize("part", ["10.00", "all"])
def test_R8_2_R5_4_a_receivable_is_open_again(seller: Seller, part: str) -> None:
    receivable = a_receivable(seller)
    open_ = receivable.recovery.outstanding
    amount = str(open_) if part == "all" else part
    taken = take(statement(Row(amount, text=receivable.number)))
    assert states(taken) == [("matched", "reference")]
    reverse(taken)
    receivable = Receivable.objects.get()
    assert (receivable.recovery.outstanding, receivable.state) == (open_, ReceivableState.OPEN)
    assert held(Account.IN_TRANSIT) == held(Account.SUSPENSE) == 0
    assert told(seller)[-1] == "receivable_reopened"
    assert [payment.amount for payment in receivable.payments.all()] == [
        Decimal(amount),
        -Decimal(amount),
    ]
    assert wrong() == []


def test_R8_2_R5_4_what_the_deposit_holds_serves_it(seller: Seller) -> None:
    receivable = a_receivable(seller)
    open_ = receivable.recovery.outstanding
    forged = take(statement(Row(str(open_), text=receivable.number)))
    attribute(take(notification(Row("20.00"))).lines.get(), "deposit:S000001")
    reverse(forged)
    assert Receivable.objects.get().recovery.outstanding == open_ - 20
    assert balance_of(seller.pk) == 0
    assert wrong() == []


def test_R8_2_a_deposit_is_as_before(seller: Seller) -> None:
    taken = take(statement(Row("55.00")))
    attribute(taken.lines.get(), "deposit:S000001")
    reverse(taken)
    assert balance_of(seller.pk) == held(Account.DEPOSIT) == held(Account.IN_TRANSIT) == 0
    assert told(seller)[-1] == "deposit_adjusted"
    assert wrong() == []


def test_R8_2_a_deposit_that_was_used_says_by_what(seller: Seller) -> None:
    receivable = a_receivable(seller)
    taken = take(statement(Row("55.00")))
    attribute(taken.lines.get(), "deposit:S000001")
    with pytest.raises(Conflict, match=receivable.recovery.number) as refused:
        asked(taken)
    assert refused.value.code == "deposit_was_used"
    assert wrong() == []


def test_R8_2_of_what_went_back_the_other_half_is_nobodys_again() -> None:
    came = take(statement(Row("55.00", text="who knows")))
    went = take(statement(Row("-55.00"), opening="100055", day="2024-03-06", name="2"))
    attribute(went.lines.get(), came.lines.get().number)
    reverse(went)
    assert states(came) == [("suspense", "unknown")]
    assert held(Account.SUSPENSE) == -55
    assert wrong() == []
    attribute(came.lines.get(), "charges")
    assert wrong() == []


def test_R8_2_a_statement_between_others_leaves_a_gap_that_it_fills_again(payout: Payout) -> None:
    take(statement(Row("10.00")))
    between = statement(Row("-850.00", payout.number), opening="100010", day="2024-03-06", name="2")
    taken = take(between)
    take(statement(Row("1.00"), opening="99160", day="2024-03-07", name="3"))
    reverse(taken)
    assert held(Account.BANK) == 99161
    assert wrong() == []
    take(between)
    assert held(Account.BANK) == 99161
    assert stands(payout)[0] == PayoutState.PAID
    assert wrong() == []


def test_R8_2_a_seller_who_left_as_its_bills_were_paid_keeps_them_paid(
    seller: Seller, payout: Payout
) -> None:
    taken = take(statement(Row("-850.00", payout.number)))
    Seller.objects.filter(pk=seller.pk).update(left_at=at("2024-04-01"))
    with pytest.raises(Conflict) as refused:
        asked(taken)
    assert refused.value.code == "seller_has_left"
    assert BankLine.objects.get().state == "matched"
