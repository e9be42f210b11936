"""Flagged bills on the operators' pages: shown, looked at by name, alone or together (R1.6)."""

import pytest
from django.test import Client

from sellers.models import Product
from settlement.models import Bill, BillLook
from settlement.services.closing.bill_reviews import look_at_bill
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

BILLS = "/admin/settlement/bill/"
WHY = "24.00 USD is less than 0.25 times 100.00 USD, the last bill."


@pytest.fixture
def flagged(db: None) -> list[Bill]:
    return [flagged_bill(make_product(make_seller())) for _ in range(2)]


def flagged_bill(product: Product) -> Bill:
    make_order(product, "24", at(1, 5))
    bill = close(product.seller, "202601")
    assert bill is not None
    BillLook.objects.create(bill=bill, looks=[{"code": "below_trailing_mean", "detail": WHY}])
    return bill


def html_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_flagged_bill_says_why_and_cannot_be_approved(desk: Client, flagged: list[Bill]) -> None:
    bill, _ = flagged
    shown = html_of(desk, f"{BILLS}{bill.pk}/change/")
    assert WHY in shown
    assert "Record the look…" in shown
    assert "Approve…" not in shown
    assert WHY in html_of(desk, f"{BILLS}?state=pending_approval&look=due")
    assert "Bills to look at" in html_of(desk, "/admin/")
    desk.post(f"{BILLS}{bill.pk}/approve/decide/")
    bill.refresh_from_db()
    assert bill.state == "pending_approval"


def test_a_look_at_a_bill_is_of_the_seller_that_its_page_shows(
    desk: Client, flagged: list[Bill]
) -> None:
    bill, other = flagged
    look = f"{BILLS}{bill.pk}/look/decide/"
    assert WHY in html_of(desk, look)
    wrong = desk.post(look, {"seller": other.seller.number, "comment": "x"}).content.decode()
    assert f"This page shows {bill.seller.number}, not {other.seller.number}." in wrong
    assert BillLook.objects.due().count() == 2

    desk.post(look, {"seller": bill.seller.number, "comment": "A shop was closed."})

    assert BillLook.objects.due().get().bill == other
    shown = html_of(desk, f"{BILLS}{bill.pk}/change/")
    assert "Looked at by oscar" in shown
    assert "A shop was closed." in shown
    assert "Approve…" in shown


def test_several_are_looked_at_on_one_page_with_what_stands_against_each(
    desk: Client, flagged: list[Bill]
) -> None:
    """Of whoever was looked at meanwhile it is said."""
    quiet = make_product(make_seller())
    make_order(quiet, "5", at(1, 5))
    third = close(quiet.seller, "202601")
    assert third is not None
    chosen = {"action": "look_together", "_selected_action": [*(b.pk for b in flagged), third.pk]}
    asked = desk.post(BILLS, chosen).content.decode()
    assert asked.count(WHY) == 2
    assert third.number not in asked
    look_at_bill(flagged[0].number, "mine", actor=make_operator("mei"))

    answer = desk.post(BILLS, {**chosen, "confirmed": "yes", "comment": "right"}, follow=True)

    html = answer.content.decode()
    assert "1 look is recorded." in html
    assert all(f"{bill}: " in html for bill in (flagged[0], third))  # looked at already; not due
    looks = BillLook.objects.order_by("bill").values_list("looked_by__username", "comment")
    assert list(looks) == [("mei", "mine"), ("oscar", "right")]


def test_approving_together_leaves_out_who_is_to_be_looked_at(
    desk: Client, flagged: list[Bill]
) -> None:
    chosen = {"action": "approve_together", "_selected_action": [b.pk for b in flagged]}
    asked = desk.post(BILLS, chosen).content.decode()
    assert "Approve all" not in asked
    assert WHY in asked
    desk.post(BILLS, {**chosen, "confirmed": "yes"})
    assert not Bill.objects.exclude(state="pending_approval").exists()
