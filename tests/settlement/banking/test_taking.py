"""A bank's file is taken once; what it says is matched, and the rest lies in suspense (R8.2)."""

from decimal import Decimal

import pytest

from koogallery.kit.errors import Forbidden, InvalidInput
from koogallery.models import User
from sellers.models import Seller
from settlement.choices import Account, BillState, LineState, PayoutState
from settlement.models import BankLine, BankStatement, LedgerEntry, Payout
from settlement.readings.invariants import check_books
from settlement.readings.payments_desk import gaps_of
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.taking import rehearsed, take_statement
from settlement.services.deposits import move_deposit
from settlement.services.payouts.outcomes import fail_by_hand, pay_by_hand
from tests.settlement.services.test_payouts import payable, sent
from tests.world import a_certified_account, a_seller, an_operator, at

from .statements import Row, notification, report, statement

pytestmark = pytest.mark.django_db


def take(data: bytes) -> BankStatement:
    return take_statement(data, actor=an_operator()).statements[0]


def states(taken: BankStatement) -> list[tuple[str, str]]:
    return list(taken.lines.order_by("line_no").values_list("state", "reason"))


def held(account: Account) -> Decimal:
    return sum(
        LedgerEntry.objects.filter(account=account).values_list("amount", flat=True), Decimal()
    )


def wrong() -> list[str]:
    return [found.difference for found in check_books() if not found.holds]


def test_R8_2_a_payout_is_paid_when_the_bank_says_so(seller: Seller, payout: Payout) -> None:
    taken = take(statement(Row("-850.00", payout.number, reference="B1")))
    assert (taken.account, taken.currency) == ("0039000840", "USD")
    assert (taken.opening, taken.closing) == (100000, 99150)
    assert states(taken) == [("matched", "end_to_end")]
    payout.refresh_from_db()
    assert (payout.state, payout.bank_reference) == (PayoutState.PAID, "B1")
    assert payout.batch and payout.batch.state == "settled"
    assert seller.bills.get().state == BillState.PAID
    assert held(Account.BANK) == 99150
    assert held(Account.IN_TRANSIT) == held(Account.SUSPENSE) == 0
    assert wrong() == []


@pytest.mark.parametrize(("row", "to"), [("{}", ""), ("", "{}")])
def test_R1_8_nothing_is_paid_before_its_month_has_ended(payout: Payout, row: str, to: str) -> None:
    """By its id, or because a person says so: an old file, or a forged one."""
    old = statement(Row("-850.00", row.format(payout.number)), day="2024-01-31")
    line = take(old).lines.get()
    assert line.state == LineState.SUSPENSE
    if to:
        with pytest.raises(InvalidInput) as refused:
            attribute_line(line.number, payout.number, "told", actor=an_operator())
        assert refused.value.code == "paid_before_it_was_owed"
    payout.refresh_from_db()
    assert payout.state == PayoutState.SENT
    assert wrong() == []


def test_R8_2_the_same_statement_is_taken_once(payout: Payout) -> None:
    data = statement(Row("-850.00", payout.number))
    first = take_statement(data, actor=an_operator())
    again = take_statement(data, actor=an_operator("oscar"))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.statements == again.statements
    spaced = data.replace(b"<Ntry>", b"\n  <Ntry>")
    assert take_statement(spaced, actor=None).is_new is False
    assert BankStatement.objects.count() == BankLine.objects.count() == 1
    assert wrong() == []


def test_R8_2_a_payment_that_comes_back_is_not_paid(seller: Seller, payout: Payout) -> None:
    rows = Row("-850.00", payout.number), Row("850.00", payout.number, reason="AC04")
    assert states(take(statement(*rows))) == [("matched", "end_to_end")] * 2
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.RETURNED, "AC04")
    assert seller.bills.get().state == BillState.PAYMENT_FAILED
    assert held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_it_may_come_back_before_it_is_seen_to_go(payout: Payout) -> None:
    rows = Row("850.00", payout.number, reason="AC04"), Row("-850.00", payout.number)
    taken = take(statement(*rows))
    assert states(taken) == [("matched", "end_to_end")] * 2
    assert wrong() == []


def test_R8_2_it_may_come_back_on_a_later_statement(payout: Payout) -> None:
    take(statement(Row("-850.00", payout.number)))
    back = Row("850.00", payout.number, reason="AC06")
    take(statement(back, opening="99150.00", day="2024-03-06", name="2"))
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.RETURNED, "AC06")
    assert wrong() == []


def test_R8_2_a_reversal_of_the_booking_brings_it_back(payout: Payout) -> None:
    rows = Row("-850.00", payout.number), Row("850.00", payout.number, is_reversal=True)
    assert states(take(statement(*rows))) == [("matched", "end_to_end")] * 2
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.RETURNED, "NARR")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("-849.99", "{}"), "other_amount"),
        (Row("-850.00", "PO99999999"), "unknown"),
        (Row("-850.00"), "unknown"),
        (Row("850.00", "{}"), "not_expected"),
        (Row("849.00", "{}", reason="AC04"), "other_amount"),
        (Row("55.00", text="who knows"), "unknown"),
        (Row("-15000.00", code="NCHG"), "two_people"),
    ],
)
def test_R8_2_what_fits_nothing_lies_in_suspense(payout: Payout, row: Row, reason: str) -> None:
    named = Row(
        row.amount, row.end_to_end_id.format(payout.number), row.text, row.reason, code=row.code
    )
    taken = take(statement(named))
    assert states(taken) == [("suspense", reason)]
    payout.refresh_from_db()
    assert payout.state == PayoutState.SENT
    assert held(Account.SUSPENSE) == -Decimal(row.amount)
    assert wrong() == []


def test_R8_2_a_payment_booked_twice_is_paid_once(payout: Payout) -> None:
    taken = take(statement(Row("-850.00", payout.number), Row("-850.00", payout.number)))
    assert states(taken) == [("matched", "end_to_end"), ("suspense", "not_expected")]
    assert held(Account.SUSPENSE) == 850
    assert wrong() == []


def test_R8_2_what_is_not_sent_yet_is_not_paid(seller: Seller) -> None:
    payable(seller)
    number = Payout.objects.get().number
    assert states(take(statement(Row("-850.00", number)))) == [("suspense", "not_expected")]
    assert Payout.objects.get().state == PayoutState.PLANNED


def test_R8_2_it_is_known_by_reference_and_amount(payout: Payout) -> None:
    taken = take(statement(Row("-850.00", text=f"KooGallery {payout.number} B202401")))
    assert states(taken) == [("matched", "reference")]
    assert Payout.objects.get().state == PayoutState.PAID


def test_R8_2_a_whole_file_may_be_booked_at_once(payout: Payout) -> None:
    other = a_seller("S000002", currency="USD")
    a_certified_account(other)
    payable(other, "2000.00")
    sent(Payout.objects.exclude(pk=payout.pk).get())
    batch = payout.batch
    assert batch
    row = Row("-850.00", payment_information_id=batch.number)
    assert states(take(statement(row))) == [("matched", "batch")]
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID
    assert held(Account.IN_TRANSIT) == -1700
    assert wrong() == []


def test_R8_2_charges_are_booked_apart_from_what_was_paid(payout: Payout) -> None:
    rows = (
        Row("-865.00", payout.number, paid="-850.00", charges="15.00"),
        Row("-3.50", code="NCHG"),
        Row("0.50", code="NCHG"),
    )
    taken = take(statement(*rows))
    assert [state for state, _ in states(taken)] == ["matched"] * 3
    assert held(Account.BANK_CHARGES) == 18
    assert held(Account.IN_TRANSIT) == 0
    assert Payout.objects.get().state == PayoutState.PAID
    assert wrong() == []


def test_R8_2_charges_that_are_not_told_apart_leave_it_in_suspense(payout: Payout) -> None:
    taken = take(statement(Row("-865.00", payout.number)))
    assert states(taken) == [("suspense", "other_amount")]


def test_R8_2_what_was_recorded_by_hand_is_found_on_the_statement(seller: Seller) -> None:
    payable(seller)
    payout = Payout.objects.get()
    pay_by_hand(payout.number, "TT-1", at("2024-03-04"), actor=an_operator("oscar"))
    move_deposit("S000001", "top_up", Decimal(300), "TT-77", actor=an_operator())
    rows = Row("-850.00", text="transfer TT-1 of today"), Row("300.00", text="TT-77")
    assert states(take(statement(*rows))) == [("matched", "reference")] * 2
    assert held(Account.IN_TRANSIT) == held(Account.SUSPENSE) == 0
    again = take(statement(*rows, opening="1.00", name="2"))
    assert states(again) == [("suspense", "unknown")] * 2
    assert wrong() == []


def test_R8_2_part_of_a_reference_is_another_reference(seller: Seller) -> None:
    move_deposit("S000001", "top_up", Decimal(300), "TT-7", actor=an_operator())
    assert states(take(statement(Row("300.00", text="TT-77")))) == [("suspense", "unknown")]


def test_R8_2_what_failed_and_left_after_all_waits_for_a_person(payout: Payout) -> None:
    fail_by_hand(payout.number, "AC04", actor=an_operator("oscar"))
    taken = take(statement(Row("-850.00", payout.number)))
    assert states(taken) == [("suspense", "not_expected")]
    assert wrong() == []


def test_R8_2_what_was_rejected_may_be_booked_out_and_in(payout: Payout) -> None:
    batch = payout.batch
    assert batch
    take(report(batch.number, "RJCT", reason="AM04"))
    rows = Row("-850.00", payout.number), Row("850.00", payout.number, reason="AM04")
    assert states(take(statement(*rows))) == [("matched", "end_to_end")] * 2
    assert held(Account.IN_TRANSIT) == 0
    assert wrong() == []


@pytest.mark.parametrize("whole", [True, False])
def test_R8_2_what_the_bank_rejects_has_failed(
    seller: Seller, payout: Payout, *, whole: bool
) -> None:
    assert payout.batch
    about = "" if whole else payout.number
    taken = take(report(payout.batch.number, "RJCT", reason="AC01", end_to_end_id=about))
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.FAILED, "AC01")
    assert seller.bills.get().state == BillState.PAYMENT_FAILED
    assert taken.statuses[0]["failed"] == [payout.number]
    assert wrong() == []


@pytest.mark.parametrize("status", ["ACTC", "ACCP", "ACSP", "ACSC", "PDNG", "PART"])
def test_R8_2_what_the_bank_accepts_is_noted(payout: Payout, status: str) -> None:
    assert payout.batch
    taken = take(report(payout.batch.number, status))
    assert taken.statuses[0]["status"] == status
    assert Payout.objects.get().state == PayoutState.SENT


def test_R8_2_an_answer_to_another_file_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        take(report("20110102-0000001", "RJCT"))
    assert refusal.value.code == "unknown_batch"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (statement(off="0.01"), "does_not_add_up"),
        (statement(account="0039000841"), "not_our_account"),
        (statement(currency="USD", account="DE89370400440532013000"), "not_our_account"),
        (statement(Row("-0.001")), "too_fine"),
        (notification(Row("-1")).replace(b"BkToCstmrDbtCdtNtfctn", b"X"), "unknown_message"),
        (statement().replace(b"CLBD", b"XXXX"), "no_balance"),
        (statement().replace(b"OPBD", b"XXXX"), "no_balance"),
    ],
)
def test_R8_2_a_statement_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        take(data)
    assert (refusal.value.code, refusal.value.rule) == (code, "R8.2")
    assert not BankStatement.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_R8_2_an_opening_that_is_not_said_follows_from_the_closing_before() -> None:
    take(statement(Row("-1.00", code="NCHG")))
    silent = statement(Row("-2.00", code="NCHG"), opening="99999.00", day="2024-03-06", name="2")
    taken = take(silent.replace(b"OPBD", b"XXXX"))
    assert (taken.opening, taken.closing) == (99999, 99997)
    assert gaps_of([taken]) == {}
    with pytest.raises(InvalidInput, match="does not follow"):
        take(silent.replace(b"OPBD", b"XXXX").replace(b">2<", b">3<"))


def test_R8_2_a_gap_is_shown_and_closes_when_the_missing_statement_comes() -> None:
    first = take(statement(Row("-10.00", code="NCHG"), day="2024-03-05"))
    third = take(statement(opening="99970.00", day="2024-03-07", name="3"))
    assert gaps_of([first, third]) == {third.pk: -20}
    assert held(Account.BANK) == 99970
    assert held(Account.OPENING_BALANCE) == -99980
    assert wrong() == []
    second = statement(Row("-20.00", code="NCHG"), opening="99990.00", day="2024-03-06", name="2")
    taken = take(second)
    assert gaps_of([first, taken, third]) == {}
    assert held(Account.BANK) == 99970
    assert held(Account.OPENING_BALANCE) == -100000
    assert wrong() == []


def test_R8_2_a_movement_that_was_notified_is_known_on_the_statement(payout: Payout) -> None:
    rows = (
        Row("-850.00", payout.number, reference="B1"),
        Row("55.00", text="who knows", reference="B2"),
    )
    told = take(notification(*rows))
    assert states(told) == [("matched", "end_to_end"), ("suspense", "unknown")]
    assert held(Account.BANK) == -795
    assert wrong() == []
    taken = take(statement(*rows, Row("7.00", text="new", reference="B3")))
    assert states(taken) == [("repeated", "notified")] * 2 + [("suspense", "unknown")]
    assert held(Account.BANK) == 99212
    assert held(Account.SUSPENSE) == -62
    late = take(notification(*rows, name="N2"))
    assert states(late) == [("repeated", "notified")] * 2
    assert held(Account.BANK) == 99212
    assert wrong() == []


def test_R8_2_several_notified_payments_may_be_booked_as_one() -> None:
    told = notification(
        Row("-10.00", text="a", reference="R1"), Row("-20.00", text="b", reference="R1")
    )
    take(told)
    taken = take(statement(Row("-30.00", reference="R1")))
    assert states(taken) == [("repeated", "notified")]
    assert held(Account.BANK) == 99970
    assert wrong() == []


def test_R8_2_a_dry_run_shows_what_would_match_and_changes_nothing(payout: Payout) -> None:
    with rehearsed(statement(Row("-850.00", payout.number)), actor=an_operator()) as taken:
        assert states(taken.statements[0]) == [("matched", "end_to_end")]
    assert not BankStatement.objects.exists()
    assert Payout.objects.get().state == PayoutState.SENT


def test_R8_2_who_records_no_payments_takes_no_statement() -> None:
    clerk = User.objects.create_user("amara", is_staff=True, operator_roles=["viewer"])
    with pytest.raises(Forbidden):
        take_statement(statement(), actor=clerk)


def test_R8_2_an_overdrawn_account_is_taken() -> None:
    take(statement(Row("-15.00", code="NCHG"), opening="10.00"))
    assert held(Account.BANK) == -5
    assert LineState.MATCHED == BankLine.objects.get().state
    assert wrong() == []
