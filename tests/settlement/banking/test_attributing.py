"""A line in suspense is attributed once, by who answers for it (R8.2, R4.4)."""

from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.approving import approve_request
from koogallery.kit.errors import Conflict, DomainError, InvalidInput, NotFound
from koogallery.models import Act, ApprovalRequest
from sellers.models import Seller
from settlement.choices import Account, BillState, PayoutState
from settlement.models import BankLine, Payout, Receivable
from settlement.readings.bank_lines import suggestions_for
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.reversing import reverse_statement
from settlement.services.banking.taking import take_statement
from settlement.services.deposits import balance_of
from settlement.services.payouts.outcomes import fail_by_hand, pay_again
from tests.books import execute, refused_by
from tests.settlement.services.test_payouts import payable, sent
from tests.world import (
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    at,
    close,
)

from .statements import Row, notification, statement
from .test_taking import held, states, take, wrong

pytestmark = pytest.mark.django_db


def a_receivable(seller: Seller) -> Receivable:
    """350, open after February and March brought nothing and there is no deposit."""
    order = an_order(a_product(seller), "1000.00", "2024-01-10")
    close("202401", seller)
    a_refund(order, "350", paid_out="2024-02-10")
    close("202402", seller)
    close("202403", seller)
    return Receivable.objects.get()


def in_suspense(*rows: Row) -> BankLine:
    """The first line of a statement with these."""
    taken = take(statement(*rows))
    return taken.lines.order_by("line_no")[0]


def attribute(line: BankLine, to: str, name: str = "oscar") -> BankLine:
    return done(attribute_line(line.number, to, "told by mail", actor=an_operator(name)))


def test_R8_2_a_line_is_attributed_to_a_deposit(seller: Seller) -> None:
    line = attribute(in_suspense(Row("55.00", text="who knows")), "deposit:S000001")
    assert (line.state, line.purpose, line.reason) == ("attributed", "deposit", "by_hand")
    assert (line.seller, line.comment) == (seller, "told by mail")
    assert line.attributed_by and line.attributed_by.username == "oscar"
    assert line.movement and line.movement.reference == line.number
    assert balance_of(seller.pk) == 55
    assert held(Account.SUSPENSE) == held(Account.IN_TRANSIT) == 0
    assert Act.objects.of("bank line", line.number).latest("pk").verb == "attributed"
    assert wrong() == []


def test_R8_2_a_line_is_attributed_once(seller: Seller) -> None:
    line = in_suspense(Row("55.00"))
    attribute(line, "deposit:S000001")
    with pytest.raises(Conflict):
        attribute(line, "deposit:S000001")
    assert balance_of(seller.pk) == 55


def test_R8_2_a_line_is_attributed_to_a_payout_that_left(seller: Seller, payout: Payout) -> None:
    line = attribute(in_suspense(Row("-850.00", text="no id")), payout.number)
    payout.refresh_from_db()
    assert (line.purpose, payout.state) == ("payout", PayoutState.PAID)
    assert seller.bills.get().state == BillState.PAID
    assert held(Account.SUSPENSE) == held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_a_line_is_attributed_to_a_payout_that_came_back(payout: Payout) -> None:
    take(statement(Row("-850.00", payout.number)))
    back = take(statement(Row("850.00", text="?"), opening="99150", day="2024-03-06", name="2"))
    attribute(back.lines.get(), payout.number)
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.RETURNED, "NARR")
    assert payout.failure_detail == "told by mail"
    assert wrong() == []


def test_R8_2_a_line_is_attributed_to_a_receivable(seller: Seller) -> None:
    receivable = a_receivable(seller)
    outstanding = receivable.recovery.outstanding
    line = attribute(in_suspense(Row("10.00")), receivable.number)
    assert line.payment and line.payment.receivable == receivable
    receivable = Receivable.objects.get()
    assert receivable.recovery.outstanding == outstanding - 10
    assert held(Account.SUSPENSE) == held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_charges_without_a_code_are_attributed_to_charges() -> None:
    line = attribute(in_suspense(Row("-12.00", text="ACCOUNT MAINTENANCE")), "charges")
    assert (line.purpose, line.seller) == ("charges", None)
    assert held(Account.BANK_CHARGES) == 12
    assert wrong() == []


@pytest.mark.parametrize("to", ["deposit:S000001", "charges"])
def test_R4_4_so_much_takes_two(seller: Seller, to: str) -> None:
    amount = "-15000.00" if to == "charges" else "15000.00"
    line = in_suspense(Row(amount))
    came = attribute_line(line.number, to, "told", actor=an_operator("oscar"))
    assert isinstance(came, ApprovalRequest)
    assert (came.object_kind, came.object_number) == ("bank line", line.number)
    assert came.amount == 15000
    line.refresh_from_db()
    assert line.state == "suspense"
    with pytest.raises(DomainError):
        approve_request(came.number, actor=an_operator("oscar"))
    approve_request(came.number, actor=an_operator("otto"))
    line.refresh_from_db()
    assert (line.state, line.attributed_by) == ("attributed", an_operator("oscar"))
    assert held(Account.SUSPENSE) == 0
    assert wrong() == []


@pytest.mark.parametrize(
    ("amount", "to", "code"),
    [
        ("-55.00", "deposit:S000001", "other_direction"),
        ("-55.00", "RV00000001", "other_direction"),
        ("-849.00", "PO", "other_amount"),
        ("851.00", "PO", "other_amount"),
        ("55.00", "deposit:EUR", "other_currency"),
        ("55.00", "deposit:S999999", "not_found"),
        ("55.00", "PO99999999", "not_found"),
        ("55.00", "RV99999999", "not_found"),
        ("55.00", "nonsense", "not_found"),
    ],
)
def test_R8_2_what_does_not_take_the_line_refuses_it(
    payout: Payout, amount: str, to: str, code: str
) -> None:
    a_seller("EUR", currency="EUR")
    line = in_suspense(Row(amount))
    with pytest.raises((InvalidInput, NotFound)) as refusal:
        attribute(line, payout.number if to == "PO" else to)
    assert refusal.value.code == code
    line.refresh_from_db()
    assert line.state == "suspense"
    assert wrong() == []


def test_R8_2_a_payout_takes_one_line_of_each_direction(payout: Payout) -> None:
    rows = Row("-850.00", payout.number), Row("-850.00", payout.number)
    second = take(statement(*rows)).lines.get(state="suspense")
    with pytest.raises(Conflict) as refusal:
        attribute(second, payout.number)
    assert refusal.value.code == "not_expected"


def test_R8_2_a_receivable_that_is_named_is_paid(seller: Seller) -> None:
    receivable = a_receivable(seller)
    open_ = receivable.recovery.outstanding
    taken = take(statement(Row("10.00", text=f"for {receivable.number}")))
    assert states(taken) == [("matched", "reference")]
    assert Receivable.objects.get().recovery.outstanding == open_ - 10
    more = f"{open_}"
    taken = take(statement(Row(more, text=receivable.number), opening="100010", name="2"))
    assert states(taken) == [("suspense", "other_amount")]
    assert wrong() == []


def test_R4_4_nobody_answers_for_a_command(seller: Seller) -> None:
    receivable = a_receivable(seller)
    taken = take_statement(statement(Row("10.00", text=receivable.number)), actor=None)
    assert states(taken.statements[0]) == [("suspense", "two_people")]


def test_R8_2_what_a_line_may_be_is_suggested_with_reasons(seller: Seller, payout: Payout) -> None:
    line = in_suspense(Row("-850.00", text=f"XX{payout.number[2:]}"))
    (found,) = suggestions_for(line)
    assert (found.to, found.reasons) == (payout.number, ("the same amount",))
    credit = take(notification(Row("55.00", text="top-up of S000001"))).lines.get()
    assert [(each.to, each.reasons) for each in suggestions_for(credit)] == [
        ("deposit:S000001", ("the seller is named",))
    ]
    assert Decimal(55) == suggestions_for(credit)[0].amount


def test_R8_2_banks_keep_a_part_of_what_comes_back(payout: Payout) -> None:
    take(statement(Row("-850.00", payout.number)))
    back = Row("835.00", text=f"RETURN {payout.number}")
    line = take(statement(back, opening="99150", day="2024-03-06", name="2")).lines.get()
    assert (line.state, line.reason) == ("suspense", "other_amount")
    (found,) = suggestions_for(line)
    assert found.reasons == ("all but what banks may have kept", "it is named")
    line = attribute(line, payout.number)
    payout.refresh_from_db()
    assert (line.kept, line.seller, payout.state) == (-15, payout.seller, PayoutState.RETURNED)
    assert held(Account.BANK_CHARGES) == 15
    assert held(Account.SUSPENSE) == held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_a_part_that_comes_back_is_paid_with_the_next_bill(
    seller: Seller, payout: Payout
) -> None:
    """And what is paid on the payout stays paid."""
    take(statement(Row("-850.00", payout.number)))
    back = take(statement(Row("300.00"), opening="99150", day="2024-03-06", name="2"))
    bill = seller.bills.get()
    line = attribute(back.lines.get(), bill.number)
    payout.refresh_from_db()
    assert (line.purpose, payout.state) == ("adjustment", PayoutState.PAID)
    assert line.adjustment and line.adjustment.amount == 300
    assert (held(Account.SUSPENSE), held(Account.ADJUSTMENTS)) == (0, -300)
    assert wrong() == []
    with pytest.raises(Conflict, match=line.adjustment.number) as refused:
        reverse_statement(back.number, "forged", actor=an_operator())
    assert refused.value.code == "adjusted"
    close("202402", seller)
    assert (seller.bills.get(cycle="202402").adjustments, held(Account.ADJUSTMENTS)) == (300, 0)
    assert wrong() == []


def test_R8_2_who_has_left_has_no_next_bill(seller: Seller, payout: Payout) -> None:
    line = in_suspense(Row("300.00"))
    Seller.objects.filter(pk=seller.pk).update(left_at=at("2024-04-01"))
    with pytest.raises(Conflict) as refused:
        attribute(line, seller.bills.get().number)
    assert refused.value.code == "no_next_bill"


def failed(payout: Payout) -> Payout:
    fail_by_hand(payout.number, "NARR", "told by phone", actor=an_operator("oscar"))
    payout.refresh_from_db()
    return payout


def test_R8_2_what_was_said_to_have_failed_may_have_left(seller: Seller, payout: Payout) -> None:
    failed(payout)
    line = in_suspense(Row("-850.00", payout.number))
    assert (line.state, line.reason) == ("suspense", "not_expected")
    (found,) = suggestions_for(line)
    assert "it was said to have failed" in found.reasons
    attribute(line, payout.number)
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.PAID, "")
    assert seller.bills.get().state == BillState.PAID
    assert held(Account.SUSPENSE) == held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_unless_another_payout_pays_it(seller: Seller, payout: Payout) -> None:
    """Planned, it is recorded as failed first, and pays what else it was to pay once more."""
    other = pay_again(failed(payout).number, "cleared up", actor=an_operator("oscar"))
    payable(seller, "100.00", "202402")
    line = in_suspense(Row("-850.00", payout.number))
    with pytest.raises(Conflict, match=other.number) as refused:
        attribute(line, payout.number)
    assert refused.value.code == "paid_by_another"
    failed(other)
    attribute(line, payout.number)
    assert [bill.state for bill in seller.bills.order_by("cycle")] == ["paid", "payment_failed"]
    assert wrong() == []
    again = pay_again(other.number, "that was another one", actor=an_operator("oscar"))
    assert again.amount == 85
    assert wrong() == []


def test_R8_2_what_was_paid_twice_is_settled_with_the_next_bill(
    seller: Seller, payout: Payout
) -> None:
    other = sent(pay_again(failed(payout).number, "cleared up", actor=an_operator("oscar")))
    taken = take(statement(Row("-850.00", other.number), Row("-850.00", payout.number)))
    assert states(taken) == [("matched", "end_to_end"), ("suspense", "not_expected")]
    line = taken.lines.get(line_no=2)
    with pytest.raises(Conflict, match="name the bill"):
        attribute(line, payout.number)
    line = attribute(line, seller.bills.get().number)
    assert line.adjustment and line.adjustment.amount == -850
    assert (held(Account.SUSPENSE), held(Account.ADJUSTMENTS)) == (0, 850)
    assert wrong() == []


def test_R4_4_so_much_is_settled_with_the_next_bill_by_two(seller: Seller, payout: Payout) -> None:
    line, bill = in_suspense(Row("-15000.00")), seller.bills.get()
    request = attribute_line(line.number, bill.number, "paid twice", actor=an_operator("oscar"))
    assert isinstance(request, ApprovalRequest)
    assert attributed(line) == ("suspense", "")
    approve_request(request.number, actor=an_operator("otto"))
    assert attributed(line) == ("attributed", "adjustment")
    assert wrong() == []


def test_R8_2_what_failed_and_came_back_is_seen_to_leave_by_hand(payout: Payout) -> None:
    back = take(statement(Row("850.00", payout.number, reason="AC04"))).lines.get()
    assert attributed(back) == ("matched", "return")
    out = take(notification(Row("-850.00", text="no id"))).lines.get()
    attribute(out, payout.number)
    payout.refresh_from_db()
    assert payout.state == PayoutState.FAILED
    assert held(Account.SUSPENSE) == held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def came_and_went(came: str = "55.00", went: str = "-55.00") -> tuple[BankLine, BankLine]:
    """As the bank tells it: money of nobody's, and what left for its payer."""
    rows = take(statement(Row(came, text="who knows"), Row(went, text="back"))).lines
    return rows.get(line_no=1), rows.get(line_no=2)


def attributed(line: BankLine) -> tuple[str, str]:
    line.refresh_from_db()
    return line.state, line.purpose


def test_R8_2_what_is_nobodys_goes_back_to_its_payer() -> None:
    came, went = came_and_went()
    assert [each.to for each in suggestions_for(went)] == [came.number]
    attribute(went, came.number)
    assert attributed(came) == attributed(went) == ("attributed", "sent_back")
    assert (went.sends_back, came.sends_back) == (came, None)
    assert held(Account.SUSPENSE) == 0
    assert Act.objects.of("bank line", came.number).latest("pk").verb == "attributed"
    assert wrong() == []


def test_R8_2_what_goes_back_is_all_that_came(seller: Seller) -> None:
    came, went = came_and_went(went="-54.00")
    with pytest.raises(InvalidInput, match="is over"):
        attribute(went, came.number)
    with pytest.raises(Conflict):
        attribute(came, went.number)


def test_R8_2_what_is_somebodys_does_not_go_back(seller: Seller) -> None:
    came, went = came_and_went()
    attribute(came, "deposit:S000001")
    with pytest.raises(Conflict):
        attribute(went, came.number)
    assert wrong() == []


def test_R8_2_R4_4_so_much_goes_back_by_two() -> None:
    came, went = came_and_went("15000.00", "-15000.00")
    request = attribute_line(went.number, came.number, "told", actor=an_operator("oscar"))
    assert isinstance(request, ApprovalRequest)
    assert attributed(went) == ("suspense", "")
    approve_request(request.number, actor=an_operator("otto"))
    assert attributed(came) == attributed(went) == ("attributed", "sent_back")
    assert wrong() == []


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("a_bank_line_is_over_what_it_names", "sends_back_id = id, purpose = 'sent_back'"),
        ("what_sends_back_is_sent_back", "sends_back_id = id, purpose = 'charges'"),
        ("a_bank_line_is_over_what_it_names", "purpose = 'sent_back'"),
    ],
)
def test_R8_2_the_database_knows_what_goes_back(constraint: str, columns: str) -> None:
    _came, went = came_and_went()
    with refused_by(constraint):
        execute(
            f"UPDATE settlement_bankline SET {columns}, state = 'attributed', reason = 'by_hand',"
            " attributed_by_id = %(who)s, attributed_at = now() WHERE id = %(line)s",
            who=an_operator().pk,
            line=went.pk,
        )
