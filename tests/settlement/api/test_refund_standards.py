"""The standards of a refund as they hold when it is decided, wherever they are shown (R4.3)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from sellers.models import Order
from sellers.services.orders.recording import change_order
from settlement.models import Refund
from tests.callers import Caller, operator_caller
from tests.settlement.builders import (
    a_spokesman,
    at,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

pytestmark = pytest.mark.django_db

PERIOD = "inside_guarantee_period"
COMPLETED = {"supervision_status": "completed", "supervision_completed_at": at(1, 20)}


@pytest.fixture
def order() -> Order:
    """A licence that its customer has not accepted yet: the guarantee period is running."""
    waiting = {"supervision_status": "waiting_for_acceptance", "cycle": None, "due_cycle": None}
    return make_order(make_product(make_seller()), "100", at(1, 5), **waiting)


@pytest.fixture
def olga() -> Caller:
    return operator_caller(make_operator("olga"))


@pytest.fixture
def oscar() -> Caller:
    return operator_caller(make_operator("oscar"))


def applied(olga: Caller, order: Order, agreement: str = "") -> str:
    """The seller has agreed; an operator decides next."""
    asked = {"order": order.number, "amount": "60.00", "reason": "x"}
    number = str(olga.post("/refunds/", asked | {"special_agreement": agreement}).body["number"])
    assert operator_caller(a_spokesman()).post(f"/refunds/{number}/agree/", {}).status == 200
    return number


def standing(answer: Mapping[str, Any], field: str = "checks") -> bool:
    [period] = [each["holds"] for each in answer[field] if each["code"] == PERIOD]
    return bool(period)


def test_R4_2_the_share_of_an_image_that_is_used_up_changes_no_tag(
    olga: Caller, oscar: Caller
) -> None:
    seller, term_ends_at = make_seller(), timezone.now() + timedelta(days=365)
    image = make_product(seller, delivery_method="image", supervised=False)
    order = make_order(image, "100", at(1, 5), term_ends_at=term_ends_at)
    asked = {"order": order.number, "amount": "1.00", "reason": "x"}
    address = f"/refunds/{olga.post('/refunds/', asked).body['number']}/"
    seen = oscar.get(address)
    with travel(timezone.now() + timedelta(minutes=5)):
        later = oscar.get(address)
        assert later.body["checks"] != seen.body["checks"]
        approved = oscar.post(f"{address}approve/", {}, if_match=seen.response["ETag"])
    assert (approved.status, approved.body["state"]) == (200, "approved")


def test_R4_3_standards_are_told_as_they_hold_now(
    olga: Caller, oscar: Caller, order: Order
) -> None:
    number = applied(olga, order)
    seen = oscar.get(f"/refunds/{number}/simulation/").body["seen"]
    assert standing(olga.get(f"/refunds/{number}/").body)
    change_order(order.number, COMPLETED, actor=None)

    answer = olga.get(f"/refunds/{number}/").body
    assert (standing(answer), standing(answer, "checks_at_request")) == (False, True)
    [listed] = olga.get("/refunds/").body["results"]
    assert listed["checks"] == answer["checks"]
    simulation = oscar.get(f"/refunds/{number}/simulation/").body
    assert simulation["checks"] == answer["checks"]
    assert simulation["seen"] != seen

    for sent in ({"seen": seen}, {}):
        assert oscar.post(f"/refunds/{number}/approve/", sent).status == 409
    refused = oscar.post(f"/refunds/{number}/approve/", {"seen": simulation["seen"]})
    [error] = refused.body["errors"]
    assert (refused.status, error["code"], error["rule"]) == (409, PERIOD, "R4.2")


def test_R4_3_an_approval_keeps_the_standards_it_was_given_by(
    olga: Caller, oscar: Caller, order: Order
) -> None:
    """Under a special agreement; what becomes of the order afterwards was not decided on."""
    number = applied(olga, order, "contract 7")
    assert standing(oscar.post(f"/refunds/{number}/approve/", {}).body)
    change_order(order.number, COMPLETED, actor=None)
    answer = olga.get(f"/refunds/{number}/").body
    assert (standing(answer), standing(answer, "checks_at_request")) == (True, True)
    assert Refund.objects.get().approvals.get().checks == Refund.objects.get().checks


def test_R4_3_other_claims_of_the_order_count_for_one_and_for_a_page_alike(
    olga: Caller, order: Order
) -> None:
    """60 and 40 of 100; neither counts itself."""
    first = applied(olga, order)
    olga.post("/refunds/", {"order": order.number, "amount": "40.00", "reason": "x"})
    page = {each["number"]: each["checks"] for each in olga.get("/refunds/").body["results"]}
    assert all(each["holds"] for checks in page.values() for each in checks)
    simulation = olga.get(f"/refunds/{first}/simulation/").body
    assert simulation["checks"] == page[first]


@pytest.mark.parametrize("desk", [True, False])
def test_R4_3_pages_show_what_held_when_it_was_asked_for(
    client: Client, olga: Caller, order: Order, desk: bool
) -> None:
    number = applied(olga, order)
    change_order(order.number, COMPLETED, actor=None)
    refund = Refund.objects.get(number=number)
    client.force_login(make_operator("ines") if desk else make_member(order.seller, "mia"))
    page = (
        reverse("admin:settlement_refund_change", args=[refund.pk])
        if desk
        else reverse("console:refund-detail", args=[number])
    )
    html = client.get(page).text
    for told in (
        "As they hold now.",
        "The guarantee period ended when supervision completed",
        "When it was asked for, it held." if desk else "It held when it was asked for.",
    ):
        assert told in html
    if desk:
        assert "1 failing" in client.get(reverse("admin:settlement_refund_changelist")).text
