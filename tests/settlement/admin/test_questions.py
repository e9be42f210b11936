"""What a question of the desk shows before anything is decided, and what a batch answers (R4.4)."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from koogallery.models import User
from sellers.models import Order
from settlement.models import Bill, Invoice, Refund
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import submit_invoice
from settlement.services.refunds import lifecycle
from tests.settlement.admin.test_refunds_as_seen import ask, confirmation
from tests.settlement.builders import a_spokesman, make_operator
from tests.world import a_certified_account, an_invoice_says
from tests.world import an_operator as an_operator_of_the_world

pytestmark = pytest.mark.django_db


def decide(kind: str, row: Any, verb: str) -> str:
    return f"/admin/settlement/{kind}/{row.pk}/{verb}/decide/"


@pytest.fixture
def second(refund: Refund, settled_order: Order, requester: User) -> Refund:
    """100 more of the same order."""
    asked = lifecycle.request_refund(
        settled_order.number, Decimal(100), "half unused", "contract 8", actor=requester
    )
    return lifecycle.agree_refund(asked.number, actor=a_spokesman())


@pytest.mark.parametrize("verb", ["approve"])
def test_R4_3_the_question_shows_failing_standards_and_the_special_agreement(
    desk: Client, refund: Refund, verb: str
) -> None:
    html = desk.get(decide("refund", refund, verb)).text
    [failing] = [check for check in refund.checks if not check["holds"]]
    assert html.count('class="fails"') == 1
    assert f"<strong>Fails.</strong> {failing['detail']}" in html
    assert "Admitted under a special agreement: contract 7" in html


def test_R4_3_so_does_a_batch_for_every_refund(
    desk: Client, refund: Refund, second: Refund
) -> None:
    html = ask(desk, refund, second).text
    for each, agreement in ((refund, "contract 7"), (second, "contract 8")):
        [failing] = [check for check in each.checks if not check["holds"]]
        assert f"<strong>Fails.</strong> {failing['detail']}" in html
        assert f"Special agreement: {agreement}" in html
    assert html.count("<strong>Fails.</strong>") == 2


@pytest.mark.parametrize("decided", ["withdrawn", "approved", "rejected"])
def test_R4_3_a_batch_names_what_somebody_else_decided_meanwhile(
    desk: Client, refund: Refund, second: Refund, requester: User, decided: str
) -> None:
    asked = ask(desk, refund, second)
    otto = make_operator("otto")
    if decided == "withdrawn":
        lifecycle.withdraw_refund(second.number, actor=requester)
    elif decided == "approved":
        lifecycle.approve_refund(second.number, actor=otto)
    else:
        lifecycle.reject_refund(second.number, "no", actor=otto)
    answer = ask(desk, refund, second, **confirmation(asked))
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    [others] = [each for each in told if each.startswith(f"{second.number}: ")]
    by = "olga" if decided == "withdrawn" else "otto"
    assert f"{decided.capitalize()}”" in others and f"by {by} since" in others
    assert Refund.objects.get(pk=second.pk).state == decided


@pytest.fixture
def differing(settled_order: Order, requester: User) -> Invoice:
    """Of another account and company than the certified ones, and another VAT number."""
    bill = Bill.objects.get(seller=settled_order.seller, cycle="202601")
    a_certified_account(settled_order.seller)
    approve_bill(bill.number, actor=an_operator_of_the_world("anna"))
    said = an_invoice_says("1000.00", account_number="55556666", company_name="Contoso Ltd")
    return submit_invoice(bill.number, said, actor=requester)


def test_R8_1_the_question_shows_what_differs_and_takes_no_verification_without_a_reason(
    desk: Client, differing: Invoice
) -> None:
    address = decide("invoice", differing, "verify")
    html = desk.get(address).text
    assert "It names another bank account than the certified one: 55556666" in html
    for label in ("Company is the certified one", "Account number is the certified one"):
        assert label in html
    assert html.count("Differs") >= 2
    answer = desk.post(address, {"reason": " "})
    assert "Say why it is right all the same." in answer.text
    assert Invoice.objects.get().state == "under_review"
