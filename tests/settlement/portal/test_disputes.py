"""A seller objects to a bill or a line in the console, and follows what becomes of it (R3.4)."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Product, Seller
from settlement.models import Bill, Dispute
from settlement.services.bills.disputes import accept_dispute, decline_dispute, open_dispute
from tests.books import snapshot
from tests.settlement.builders import at, close, make_member, make_operator, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(product: Product) -> Bill:
    """One line: 850.00 of March, settled 722.50."""
    make_order(product, "850", at(3, 5))
    issued = close(product.seller, "202603")
    assert issued
    return issued


def entered(reason: str = "A seat is missing.", amount: str = "") -> dict[str, str]:
    return {"reason": reason, "amount": amount}


def test_R3_4_a_line_is_disputed_from_the_bill(console: Client, bill: Bill) -> None:
    page = f"/bills/{bill.number}/lines/1/dispute/"
    assert page in console.get(f"/bills/{bill.number}/").text
    assert "722.50" in console.get(page).text

    answer = console.post(page, entered(amount="12.50"))

    dispute = Dispute.objects.get()
    assert answer["Location"] == f"/disputes/{dispute.number}/"
    assert (dispute.bill, dispute.line_no, dispute.amount) == (bill, 1, Decimal("12.50"))
    assert dispute.number in console.get(f"/bills/{bill.number}/").text
    assert "A seat is missing." in console.get(answer["Location"]).text


def test_R3_4_a_whole_bill_is_disputed_without_an_amount(console: Client, bill: Bill) -> None:
    console.post(f"/bills/{bill.number}/dispute/", entered())
    dispute = Dispute.objects.get()

    assert (dispute.line_no, dispute.amount) == (None, None)
    assert dispute.number in console.get("/disputes/").text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (entered("  "), "reason"),
        (entered(amount="0"), "amount"),
        (entered(amount="1.005"), "amount"),
        (entered(amount="1E+99"), "amount"),
        (entered(amount="NaN"), "amount"),
    ],
)
def test_what_is_entered_wrongly_is_said_beside_its_field(
    console: Client, bill: Bill, given: dict[str, str], field: str
) -> None:
    before = snapshot()
    form = console.post(f"/bills/{bill.number}/dispute/", given).context["form"]

    assert list(form.errors) == [field]
    assert snapshot() == before


def test_R3_4_the_same_is_disputed_once_at_a_time(
    console: Client, bill: Bill, member: User
) -> None:
    waiting = open_dispute(bill.number, 1, "too little", actor=member)
    form = console.post(f"/bills/{bill.number}/lines/1/dispute/", entered()).context["form"]

    assert waiting.number in form.non_field_errors()[0]


def test_a_line_that_is_not_there_cannot_be_disputed(console: Client, bill: Bill) -> None:
    for line in ("2", "0", "9999999999"):
        assert console.get(f"/bills/{bill.number}/lines/{line}/dispute/").status_code == 404


def test_R3_4_the_answer_leads_to_the_next_bill_and_back(
    console: Client, bill: Bill, member: User
) -> None:
    dispute = open_dispute(bill.number, 1, "too little", Decimal("12.50"), actor=member)
    accept_dispute(dispute.number, "One seat more.", Decimal("12.50"), actor=make_operator())
    page = f"/disputes/{dispute.number}/"
    assert "The difference comes onto your next bill." in console.get(page).text
    assert "Huawei answered" in console.get("/overview/").text

    following = close(bill.seller, "202604")

    assert following
    assert following.number in console.get(page).text
    assert page in console.get(f"/bills/{following.number}/").text


def test_R3_4_a_declined_dispute_says_why(console: Client, bill: Bill, member: User) -> None:
    dispute = open_dispute(bill.number, None, "too little", actor=member)
    decline_dispute(dispute.number, "The seat was cancelled.", actor=make_operator())
    page = console.get(f"/disputes/{dispute.number}/").text

    assert "The seat was cancelled." in page
    assert "Withdraw" not in page


def test_R3_4_a_dispute_is_withdrawn_after_a_question(
    console: Client, bill: Bill, member: User
) -> None:
    dispute = open_dispute(bill.number, 1, "too little", actor=member)
    page = f"/disputes/{dispute.number}/withdraw/"
    assert "Withdraw this dispute?" in console.get(page).text
    console.post(page)
    dispute.refresh_from_db()
    assert dispute.state == "withdrawn"

    form = console.post(page).context["form"]
    assert form.non_field_errors()


def test_R3_4_a_viewer_of_the_bills_changes_nothing(
    client: Client, bill: Bill, seller: Seller, member: User
) -> None:
    dispute = open_dispute(bill.number, None, "too little", actor=member)
    client.force_login(make_member(seller, "reader", Role.VIEWER))
    before = snapshot()

    assert client.post(f"/bills/{bill.number}/lines/1/dispute/", entered()).status_code == 403
    assert client.post(f"/disputes/{dispute.number}/withdraw/").status_code == 403
    assert "/dispute/" not in client.get(f"/bills/{bill.number}/").text
    assert snapshot() == before


def test_R3_4_a_document_is_sent_with_the_dispute(console: Client, bill: Bill) -> None:
    contract = SimpleUploadedFile("contract.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    console.post(f"/bills/{bill.number}/dispute/", {**entered(), "documents": contract})

    dispute = Dispute.objects.get()
    assert "contract.pdf" in console.get(f"/disputes/{dispute.number}/").text
