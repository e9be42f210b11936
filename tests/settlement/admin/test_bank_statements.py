"""Operators take statements in the admin, and say whose the lines in suspense are (R8.2)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sellers.models import Seller
from settlement.models import BankLine, BankStatement, Payout
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.taking import take_statement
from settlement.services.deposits import balance_of
from tests.settlement.banking.statements import Row, notification, report, statement
from tests.settlement.services.test_payouts import payable, sent
from tests.world import a_certified_account, a_seller, an_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def contoso() -> Seller:
    return a_seller("S000001", currency="USD")


@pytest.fixture
def line(contoso: Seller) -> BankLine:
    take_statement(statement(Row("55.00", text="from S000001")), actor=an_operator())
    return BankLine.objects.get()


def address(name: str, *args: object) -> str:
    return reverse(f"admin:settlement_{name}", args=args)


def test_R8_2_a_statement_is_taken_in_the_admin(desk: Client) -> None:
    data = statement(Row("-3.00", code="NCHG"), Row("55.00", text="who knows"))
    take = reverse("admin:settlement_bankstatement_take")
    assert "camt.053" in desk.get(take).text
    foreseen = desk.post(take, {"file": SimpleUploadedFile("a.xml", data)})
    for shown in ("Lines in suspense</th><td>1<", "In suspense who knows</th><td>55.00 USD<"):
        assert shown in foreseen.text
    assert not BankStatement.objects.exists()
    sent = {"file": SimpleUploadedFile("a.xml", data), "seen": foreseen.context["foreseen"].digest}
    answer = desk.post(take, sent, follow=True)
    taken = BankStatement.objects.get()
    for shown in (taken.number, "Opening balance", "Bank charges", "100,052.00 USD", "who knows"):
        assert shown in answer.text
    assert taken.number in desk.get(address("bankstatement_changelist")).text


@pytest.mark.parametrize("kind", ["pain.002", "camt.054"])
def test_R8_2_what_says_no_balances_is_listed_without(
    desk: Client, contoso: Seller, kind: str
) -> None:
    a_certified_account(contoso)
    payable(contoso)
    batch = sent(Payout.objects.get()).batch
    assert batch
    answers = {"pain.002": report(batch.number, "ACCP"), "camt.054": notification(Row("55.00"))}
    [taken] = take_statement(answers[kind], actor=an_operator()).statements
    assert (taken.opening, taken.closing) == (None, None)
    assert taken.number in desk.get(address("bankstatement_changelist")).text
    assert taken.number in desk.get(address("bankstatement_change", taken.pk)).text


def test_R8_2_a_file_that_is_refused_says_why(desk: Client) -> None:
    take = reverse("admin:settlement_bankstatement_take")
    data = SimpleUploadedFile("a.xml", statement(off="0.01"))
    assert "does not add up" in desk.post(take, {"file": data}).text
    assert not BankStatement.objects.exists()


def test_R8_2_a_gap_is_shown(desk: Client, line: BankLine) -> None:
    take_statement(statement(opening="1.00", day="2024-03-06", name="2"), actor=an_operator())
    latest = BankStatement.objects.latest("pk")
    assert "A gap" in desk.get(address("bankstatement_change", latest.pk)).text
    assert "A gap" not in desk.get(address("bankstatement_change", line.statement_id)).text


def test_R8_2_suspense_is_listed_aged_and_suggested(desk: Client, line: BankLine) -> None:
    listed = desk.get(address("bankline_changelist")).text
    assert line.number in listed and " days" in listed
    html = desk.get(address("bankline_change", line.pk)).text
    for shown in ("In suspense for", "the seller is named", "?to=deposit%3AS000001"):
        assert shown in html


def test_R8_2_what_follows_is_shown_before_a_line_is_attributed(
    desk: Client, contoso: Seller, line: BankLine
) -> None:
    decide = address("bankline_decide", line.pk, "attribute")
    entered = {"to": "deposit:S000001", "comment": "told by mail"}
    asked = desk.get(decide, {"to": "deposit:S000001"}).text
    assert '<option value="deposit:S000001">Deposit of S000001' in asked
    assert 'list="candidates"' in asked and 'value="deposit:S000001" class' in asked
    shown = desk.post(decide, entered)
    assert "Deposit is then" in shown.text
    assert balance_of(contoso.pk) == 0
    seen = shown.context["asking"].foreseen
    desk.post(decide, {**entered, "seen": seen.digest, "shown": seen.written})
    assert balance_of(contoso.pk) == 55
    line.refresh_from_db()
    assert (line.state, line.comment) == ("attributed", "told by mail")
    assert decide not in desk.get(address("bankline_change", line.pk)).text


def test_R8_2_a_number_of_nothing_is_refused_at_its_field(desk: Client, line: BankLine) -> None:
    entered = {"to": "PO99999999", "comment": "told by mail"}
    refused = desk.post(address("bankline_decide", line.pk, "attribute"), entered)
    assert "There is no payout PO99999999." in refused.context["form"].errors["to"]


def test_R4_4_what_waits_for_a_second_person_stands_on_the_page(
    desk: Client, contoso: Seller
) -> None:
    take_statement(statement(Row("20000.00")), actor=an_operator())
    line = BankLine.objects.get()
    to = f"deposit:{contoso.number}"
    asked = attribute_line(line.number, to, "told by mail", actor=an_operator())
    html = desk.get(address("bankline_change", line.pk)).text
    assert f">{asked}</a> of {an_operator()} waits for another operator." in html


def test_R8_2_what_is_no_longer_as_it_was_shown_is_shown_again(
    desk: Client, contoso: Seller, line: BankLine
) -> None:
    decide = address("bankline_decide", line.pk, "attribute")
    entered = {"to": "deposit:S000001", "comment": "told by mail", "seen": "0" * 64, "shown": ""}
    assert "Deposit is then" in desk.post(decide, entered).text
    assert balance_of(contoso.pk) == 0
