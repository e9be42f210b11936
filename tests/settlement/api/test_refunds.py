"""Refunds and what follows from them over REST, from application to the last payment."""

import pytest

from koogallery.models import User
from sellers.models import Order
from tests.callers import Caller, operator_caller, seller_caller
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Caller:
    return operator_caller(make_operator("olga"))


@pytest.fixture
def second() -> Caller:
    return operator_caller(make_operator("oscar"))


@pytest.fixture
def settled() -> Order:
    """1000, on the bill of January."""
    order = make_order(make_product(make_seller()), "1000", at(1, 5))
    close(order.seller, "202601")
    return order


def refund(api: Caller, second: Caller, order: Order, amount: str) -> str:
    """Applied for, agreed by the seller, approved, and paid out on 10 February."""
    asked = {"order": order.number, "amount": amount, "reason": "x", "special_agreement": "c"}
    number = str(api.post("/refunds/", asked).body["number"])
    member = make_member(order.seller, "mia")
    seller = seller_caller(member, order.seller.number, may_write=True)
    paid_out = {"refunded_at": "2026-02-10T02:00:00Z"}
    for caller, act, body in [
        (seller, "agree", {"comment": "yes"}),
        (second, "approve", {"comment": "fine"}),
        (second, "complete", paid_out),
    ]:
        assert caller.post(f"/refunds/{number}/{act}/", body).status == 200
    return number


def test_R4_3_the_answer_tells_standards_and_state(api: Caller, settled: Order) -> None:
    asked = {"order": settled.number, "amount": 10, "reason": "x", "special_agreement": "c"}
    answer = api.post("/refunds/", asked)
    assert (answer.status, answer.body["state"]) == (201, "seller_review")
    assert [(each["rule"], each["holds"]) for each in answer.body["checks"]] == [
        ("R4.1", True),
        ("R4.1", True),
        ("R4.2", True),
        ("R4.2", False),
    ]
    assert (answer.body["approvals_needed"], answer.body["approvals_given"]) == (1, 0)


def test_R4_3_who_comes_too_late_hears_who_decided_a_seller_that_it_was_an_operator(
    api: Caller, second: Caller, settled: Order
) -> None:
    number = refund(api, second, settled, "10")
    late = f"/refunds/{number}/agree/"
    mia = seller_caller(User.objects.get(username="mia"), settled.seller.number, may_write=True)
    assert "now, by an operator since" in mia.post(late, {"comment": "late"}).body["detail"]
    assert "now, by oscar since" in api.post(late, {"comment": "late"}).body["detail"]


def test_R5_5_the_way_of_a_recovery(api: Caller, second: Caller, settled: Order) -> None:
    """Bills 250 and 400, deposit 200: a receivable of 150."""
    seller = settled.seller
    top_up = {"kind": "top_up", "amount": "200", "reference": "wire 0"}
    assert api.post(f"/deposits/{seller.number}/movements/", top_up).status == 201
    number = refund(api, second, settled, "1000")
    foreseen = api.get(f"/refunds/{number}/simulation/").body["steps"]
    assert [(step["source"], step["amount"]) for step in foreseen] == [
        ("deposit", "200.00"),
        ("receivable", "800.00"),
    ]
    make_order(settled.product, "250", at(2, 5))
    make_order(settled.product, "400", at(3, 5))
    close(seller, "202602")
    close(seller, "202603")
    [recovery] = api.get("/recoveries/", {"refund": number}).body["results"]
    assert (recovery["outstanding"], recovery["state"]) == ("150.00", "receivable")
    taken = [(each["source"], each["cycle"], each["amount"]) for each in recovery["allocations"]]
    assert taken == [
        ("bill", "202602", "250.00"),
        ("bill", "202603", "400.00"),
        ("deposit", None, "200.00"),
    ]
    deposit = api.get(f"/deposits/{seller.number}/").body
    assert deposit["balance"] == "0.00"
    assert [(each["kind"], each["change"]) for each in deposit["movements"]] == [
        ("refund_recovery", "-200.00"),
        ("top_up", "200.00"),
    ]


def test_R5_7_a_receivable_is_paid_in_parts(api: Caller, second: Caller, settled: Order) -> None:
    refund(api, second, settled, "350")
    close(settled.seller, "202602")
    close(settled.seller, "202603")
    [receivable] = api.get("/receivables/", {"seller": settled.seller.number}).body["results"]
    path = f"/receivables/{receivable['number']}"
    first = api.post(f"{path}/payments/", {"amount": "100", "reference": "wire 1"})
    assert (first.status, first.body["outstanding"], first.body["state"]) == (201, "250.00", "open")
    moved = api.post(f"{path}/move-to-next-bill/", {"reason": "agreed by mail"}).body
    assert (moved["outstanding"], moved["state"]) == ("250.00", "moved_to_bill")
    last = api.post(f"{path}/payments/", {"amount": 250, "reference": "wire 2"}).body
    assert (last["outstanding"], last["state"]) == ("0.00", "paid")
    assert [each["amount"] for each in last["payments"]] == ["100.00", "250.00"]
    assert {row["holds"] for row in api.get("/ledger/invariants/").body["results"]} == {True}
