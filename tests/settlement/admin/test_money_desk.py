"""Bills, deposits and receivables decided in the admin, each after its effect was shown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from koogallery.dates import day_text
from koogallery.models import User
from koogallery.telling import fact_name, fact_value
from sellers.models import Order
from settlement.models import Adjustment, Bill, Deposit, DepositMovement, Receivable
from settlement.services.bills.approval import approve_bill
from settlement.services.deposits import move_deposit
from tests.books import snapshot
from tests.settlement.admin.answering import answered
from tests.settlement.builders import at, close, make_order, make_seller, refunded

BILLS, DEPOSITS = "/admin/settlement/bill/", "/admin/settlement/deposit/"
RECEIVABLES = "/admin/settlement/receivable/"


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def foreseen(client: Client, address: str, **entered: Any) -> dict[str, str]:
    facts = client.post(address, entered).context["asking"].foreseen.facts
    return {fact_name(fact): fact_value(fact.value) for fact in facts}


@pytest.fixture
def bill(settled_order: Order) -> Bill:
    return Bill.objects.get(seller=settled_order.seller, cycle="202601")


@pytest.fixture
def receivable(settled_order: Order, requester: User, approver: User) -> Receivable:
    """1000 were refunded, February gave 400: 600 are left; April has sold 250."""
    refunded(settled_order, "1000", at(2, 10), requester, approver)
    close(settled_order.seller, "202602")
    close(settled_order.seller, "202603")
    make_order(settled_order.product, "250", at(4, 2))
    return Receivable.objects.get()


def test_R3_3_a_bill_is_rejected_submitted_again_and_approved(desk: Client, bill: Bill) -> None:
    page = f"{BILLS}{bill.pk}/"
    desk.post(f"{page}reject/decide/", {"reason": "the bank account is checked"})
    html = desk.get(f"{page}change/").content.decode()
    assert "the bank account is checked" in html
    assert f"{page}approve/decide/" not in html
    desk.post(f"{page}resubmit/decide/")
    desk.post(f"{page}approve/decide/")
    bill.refresh_from_db()
    assert bill.state == "pending_invoice"


def test_R3_3_bills_are_approved_together_after_their_amounts(
    desk: Client, bill: Bill, settled_order: Order, approver: User
) -> None:
    second = close(settled_order.seller, "202602")
    assert second
    approve_bill(second.number, actor=approver)
    chosen = {"action": "approve_together", "_selected_action": [bill.pk, second.pk]}
    asked = desk.post(BILLS, chosen).content.decode()
    assert "1,000.00 USD" in asked
    assert "Left out" in asked
    assert Bill.objects.filter(state="pending_approval").count() == 1
    answer = desk.post(BILLS, {**chosen, "confirmed": "yes"})
    others, mine = told(answer)
    assert others.startswith(f"{second.number}: ") and "by oscar since" in others
    assert mine == "1 bill approved."
    assert not Bill.objects.filter(state="pending_approval").exists()


def test_R3_2_an_adjustment_shows_the_next_bill_first(desk: Client, bill: Bill) -> None:
    adjust = f"{BILLS}{bill.pk}/adjust/decide/"
    entered = {"amount": "-30", "reason": "counted twice"}
    before = snapshot()
    facts = foreseen(desk, adjust, **entered)
    assert facts["Next payment with bill February 2026"] == "400.00 USD → 370.00 USD"
    assert snapshot() == before
    answer = answered(desk, adjust, **entered)
    assert told(answer) == ["The adjustment is recorded."]
    assert [each.amount for each in Adjustment.objects.all()] == [-30]


def test_R3_2_what_is_not_an_amount_is_asked_for_again(desk: Client, bill: Bill) -> None:
    adjust = f"{BILLS}{bill.pk}/adjust/decide/"
    for amount in ("0", "1.001", "x"):
        answer = desk.post(adjust, {"amount": amount, "reason": "x"})
        assert 'role="alert"' in answer.content.decode()
        assert answer.context["asking"].foreseen is None


@pytest.mark.parametrize(
    ("verb", "amount", "after"),
    [("top_up", "50", 150), ("penalty", "40", 60), ("adjustment", "-40", 60), ("return", "100", 0)],
)
def test_R6_1_a_deposit_moves_after_its_balance_was_shown(
    desk: Client, requester: User, verb: str, amount: str, after: int
) -> None:
    seller = make_seller()
    move_deposit(seller.number, "top_up", Decimal(100), "first", actor=requester)
    address = f"{DEPOSITS}{seller.pk}/{verb}/decide/"
    entered = {"amount": amount, "reference": "wire 7", "reason": "Late."}
    assert foreseen(desk, address, **entered)["Deposit"] == f"100.00 USD → {after}.00 USD"
    assert Deposit.objects.get().balance == 100
    answered(desk, address, **entered)
    assert Deposit.objects.get().balance == after


def test_R6_2_the_desk_gives_a_penalty_its_reason(desk: Client, requester: User) -> None:
    seller = make_seller()
    move_deposit(seller.number, "top_up", Decimal(100), "first", actor=requester)
    address = f"{DEPOSITS}{seller.pk}/penalty/decide/"
    answer = desk.post(address, {"amount": "40", "reference": "wire 7"})
    assert answer.context["asking"].foreseen is None
    answered(desk, address, amount="40", reference="wire 7", reason="Three days late.")
    assert DepositMovement.objects.get(kind="penalty").reason == "Three days late."
    assert "Three days late." in desk.get(f"{DEPOSITS}{seller.pk}/change/").content.decode()


def test_R6_1_a_balance_that_moved_meanwhile_is_shown_again(desk: Client, requester: User) -> None:
    seller = make_seller()
    move_deposit(seller.number, "top_up", Decimal(100), "first", actor=requester)
    address = f"{DEPOSITS}{seller.pk}/penalty/decide/"
    entered = {"amount": "40", "reference": "wire 7", "reason": "Late."}
    shown = desk.post(address, entered).context["asking"].foreseen
    move_deposit(seller.number, "return", Decimal(10), "back", actor=requester)
    before = snapshot()
    answer = desk.post(address, {**entered, "seen": shown.digest, "shown": shown.written})
    assert snapshot() == before
    changes = answer.context["asking"].changes
    assert [(fact_value(each.was), fact_value(each.now)) for each in changes] == [
        ("100.00 USD → 60.00 USD", "90.00 USD → 50.00 USD")
    ]


def test_R6_1_the_first_top_up_opens_a_deposit_and_nothing_overdraws_it(
    desk: Client, requester: User
) -> None:
    seller = make_seller()
    page = f"{DEPOSITS}{seller.pk}/"
    assert "Nothing was paid in yet" in desk.get(f"{page}change/").content.decode()
    answer = desk.post(
        f"{page}penalty/decide/", {"amount": "1", "reference": "x", "reason": "Late."}
    )
    assert answer.context["asking"].foreseen is None
    answered(desk, f"{page}top_up/decide/", amount="25", reference="wire 1", reason="Paid in.")
    assert DepositMovement.objects.get().balance_after == 25
    assert desk.get(f"{DEPOSITS}999999/change/").status_code == 404


def test_R5_7_a_receivable_is_paid_in_part(desk: Client, receivable: Receivable) -> None:
    pay = f"{RECEIVABLES}{receivable.pk}/pay/decide/"
    entered = {"amount": "200", "reference": "wire 3"}
    facts = foreseen(desk, pay, **entered)
    assert facts["Receivable from the seller"] == "600.00 USD → 400.00 USD"
    answered(desk, pay, **entered)
    receivable.recovery.refresh_from_db()
    assert receivable.recovery.outstanding == 400
    above = desk.post(pay, {"amount": "400.01", "reference": "wire 4"})
    assert "Only 400.00 USD is open." in above.content.decode()


def test_R5_7_a_receivable_is_moved_after_the_next_payment_was_shown(
    desk: Client, receivable: Receivable
) -> None:
    move = f"{RECEIVABLES}{receivable.pk}/move/decide/"
    facts = foreseen(desk, move, reason="agreed")
    assert facts["Receivable from the seller"] == "600.00 USD → 0.00 USD"
    assert facts["To be recovered from bills"] == "0.00 USD → 600.00 USD"
    assert facts["Next payment with bill April 2026"] == "250.00 USD → 0.00 USD"
    answered(desk, move, reason="agreed")
    receivable.refresh_from_db()
    assert receivable.state == "moved_to_bill"


def test_R10_a_seller_is_reminded_and_given_another_day(
    desk: Client, receivable: Receivable
) -> None:
    page = f"{RECEIVABLES}{receivable.pk}/"
    assert told(desk.post(f"{page}remind/decide/")) == ["The seller is reminded."]
    again = desk.post(f"{page}remind/decide/")
    assert "reminded today already" in told(again)[-1]
    later = receivable.opened_at.date() + timedelta(days=90)
    changed = desk.post(f"{page}date/decide/", {"due_on": later, "reason": "holidays"})
    assert "The due date is changed, and the seller is notified." in told(changed)
    html = desk.get(f"{page}change/").content.decode()
    assert "holidays" in html
    assert day_text(later) in html
