"""What the bank keeps is of no seller; so much takes two people, however split (R8.2, R4.4)."""

import pytest

from koogallery.approving import approve_request
from koogallery.models import ApprovalRequest
from sellers.models import Seller
from settlement.choices import Account, PayoutState
from settlement.models import BankLine, Payout
from settlement.services.banking.attributing import attribute_line
from tests.world import an_operator

from .statements import Row, statement
from .test_attributing import attribute
from .test_taking import held, states, take, wrong

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["", "KooGallery {}"])
def test_R8_2_what_is_over_a_payout_is_no_charge(payout: Payout, text: str) -> None:
    number = "" if text else payout.number
    row = Row("-850.00", number, text=text.format(payout.number), code="NCHG")
    assert states(take(statement(row))) == [("suspense", "ambiguous")]
    assert wrong() == []


def test_R8_2_charges_of_a_payout_may_name_it(payout: Payout) -> None:
    rows = Row("-850.00", payout.number), Row("-8.50", payout.number, code="NCHG")
    assert [state for state, _reason in states(take(statement(*rows)))] == ["matched"] * 2
    assert held(Account.BANK_CHARGES) == 8.5
    assert wrong() == []


def test_R8_2_a_bank_keeps_charges_and_adds_none(payout: Payout) -> None:
    row = Row("-1.00", payout.number, paid="-850.00", charges="849.00")
    assert states(take(statement(row))) == [("suspense", "other_amount")]
    assert Payout.objects.get().state == PayoutState.SENT
    assert held(Account.BANK_CHARGES) == 0
    assert wrong() == []


def test_R4_4_so_much_beside_a_payment_takes_two(payout: Payout) -> None:
    row = Row("-15850.00", payout.number, paid="-850.00", charges="15000.00")
    taken = take(statement(row))
    assert states(taken) == [("suspense", "two_people")]
    line = taken.lines.get()
    asked = attribute_line(line.number, payout.number, "seen", actor=an_operator("oscar"))
    assert isinstance(asked, ApprovalRequest)
    assert asked.amount == 850
    approve_request(asked.number, actor=an_operator("otto"))
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID
    assert held(Account.BANK_CHARGES) == 15000
    assert held(Account.SUSPENSE) == 0
    assert wrong() == []


def test_R4_4_what_a_statement_tells_as_charges_counts_together(seller: Seller) -> None:
    taken = take(statement(Row("-6000.00", code="NCHG"), Row("-6000.00", code="NCHG")))
    assert states(taken) == [("matched", "code"), ("suspense", "two_people")]
    more = statement(Row("-6000.00", code="NCHG"), opening="88000.00", day="2024-03-06", name="2")
    assert states(take(more)) == [("suspense", "two_people")]
    assert wrong() == []


def test_R4_4_what_one_person_says_to_be_charges_counts_together(seller: Seller) -> None:
    rows = [Row(f"-{amount}.00", text="who knows") for amount in (6000, 6001, 3000)]
    first, second, third = take(statement(*rows)).lines.order_by("line_no")
    attribute(first, "charges")
    asked = attribute_line(second.number, "charges", "seen", actor=an_operator("oscar"))
    assert isinstance(asked, ApprovalRequest)
    approve_request(asked.number, actor=an_operator("otto"))
    attribute(third, "charges")
    assert not BankLine.objects.in_suspense().exists()
    assert held(Account.BANK_CHARGES) == 15001
    assert wrong() == []
