"""`ETag`, `If-None-Match` and `If-Match`: nobody changes what they have not seen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from koogallery.approvals import done
from sellers.models import Invitation, Product, Seller
from sellers.services.members.invitations import invite_member
from settlement.models import BillHold
from tests.callers import operator_caller
from tests.koogallery.api.test_scoping import ROUTES
from tests.settlement.api.world import World
from tests.settlement.builders import make_operator, make_product, make_seller
from tests.tables import every_table
from tests.world import in_ninety_days

#: Acts on one object: how its address begins, the act, and what it needs.
ACTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("/sellers/{seller}/", "PATCH", "", {"required_deposit": "10"}),
    ("/products/{product}/", "PATCH", "", {"name": "Fire door"}),
    ("/orders/{order}/", "PATCH", "", {"customer_name": "Northwind"}),
    ("/bills/{bill}/", "POST", "approve/", {}),
    ("/bills/{bill}/", "POST", "reject/", {"reason": "x"}),
    ("/refunds/{refund}/", "POST", "agree/", {}),
    ("/refunds/{refund}/", "POST", "reject/", {"reason": "x"}),
    ("/refunds/{refund}/", "POST", "withdraw/", {}),
    ("/receivables/{receivable}/", "POST", "payments/", {"amount": "1", "reference": "x"}),
    ("/receivables/{receivable}/", "POST", "move-to-next-bill/", {"reason": "x"}),
    (
        "/receivables/{receivable}/",
        "POST",
        "change-due-date/",
        {"due_on": str(in_ninety_days()), "reason": "x"},
    ),
    (
        "/deposits/{seller}/",
        "POST",
        "movements/",
        {"kind": "top_up", "amount": "1", "reference": "x"},
    ),
]

#: Addresses that answer with a file.
FILES = ("/export/", "/content/", "/file/", "/report/", "/wht-certificate/")


def tag(answer: Any) -> str:
    return str(answer.response.headers["ETag"])


def objects(world: World) -> list[str]:
    """The address of every object that can be read; lists inside one and files are none."""
    found = [path for method, path, _ in ROUTES if method == "GET" and "{" in path]
    inside = (
        "/lines/",
        "/fee-ratios/",
        "/members/",
        "/invitations/",
        "/movements/",
        "/sellers/",
        "/deliveries/",
        "/effect/",
        *FILES,
    )
    objects = [path for path in found if not path.endswith((*inside, "/seal/"))]
    return [world.mine.fill(path.replace("{}", number_in(world, path))) for path in objects]


def number_in(world: World, path: str) -> str:
    """Of what belongs to no seller, or has been released."""
    if path.startswith("/bill-holds/"):
        return (BillHold.objects.first() or a_released_hold(world)).number
    if "/invitations/{}" in path:
        known = Invitation.objects.first()
        return (known or an_invitation(world)).number
    of_the_world: dict[str, Any] = {
        "approval-requests": world.asked,
        "bank-lines": world.line,
        "bank-statements": world.statement,
        "bill-previews": world.preview,
        "payout-batches": world.batch,
    }
    return str(of_the_world.get(path.split("/")[1], world.run).number)


def an_invitation(world: World) -> Invitation:
    seller = world.mine.seller
    return done(invite_member(seller.number, "nora@seller.example", "viewer", actor=world.olga))


def a_released_hold(world: World) -> BillHold:
    operator = make_operator("holder")
    return BillHold.objects.create(
        number="BH-1",
        seller=world.mine.seller,
        reason="x",
        held_by=operator,
        released_by=operator,
        released_at=datetime.now(UTC),
        release_reason="x",
    )


@pytest.mark.parametrize("head", [False, True])
def test_every_object_has_a_tag(world: World, head: bool) -> None:
    for path in objects(world):
        answer = world.operator.send("HEAD" if head else "GET", path)
        assert (path, answer.status, tag(answer)[0]) == (path, 200, '"')


def test_what_is_known_is_not_sent_again(world: World) -> None:
    path = f"/bills/{world.mine.bill.number}/"
    known = tag(world.operator.get(path))
    for header in (known, f'"x", {known}', f"W/{known}", "*"):
        answer = world.operator.get(path, None, if_none_match=header)
        assert (answer.status, answer.body, tag(answer)) == (304, None, known)
    assert world.operator.get(path, None, if_none_match='"x"').status == 200
    world.operator.post(f"{path}approve/")
    changed = world.operator.get(path, None, if_none_match=known)
    assert (changed.status, changed.body["state"]) == (200, "pending_invoice")
    assert tag(changed) != known


@pytest.mark.parametrize(("path", "method", "act", "body"), ACTS)
def test_who_has_read_it_may_change_it_and_learns_its_new_tag(
    world: World, path: str, method: str, act: str, body: dict[str, Any]
) -> None:
    path = world.mine.fill(path)
    known = tag(world.operator.get(path))
    caller = world.second if act == "agree/" else world.operator  # not who applied for it
    answer = caller.send(method, path + act, body, if_match=f'"x", {known}')
    assert answer.status in {200, 201}
    now = tag(world.operator.get(path))
    assert now != known
    assert act == "movements/" or tag(answer) == now
    before = every_table()
    refused = world.operator.send(method, path + act, body, if_match=known)
    assert (refused.status, refused.errors) == (412, [("", "changed_meanwhile", "")])
    assert every_table() == before


@pytest.mark.parametrize(("path", "method", "act", "body"), ACTS)
@pytest.mark.parametrize("header", ['"x"', "", "x", "W/{tag}"])
def test_what_does_not_match_changes_nothing(
    world: World, path: str, method: str, act: str, body: dict[str, Any], header: str
) -> None:
    path = world.mine.fill(path)
    known = tag(world.operator.get(path))
    before = every_table()
    answer = world.operator.send(method, path + act, body, if_match=header.format(tag=known))
    assert (answer.status, answer.media_type) == (412, "application/problem+json")
    assert every_table() == before


def test_every_act_on_an_object_is_conditional(world: World) -> None:
    """Acts added later, too: they are found by walking the addresses."""
    acts = [
        (method, path.replace("{}", number_in(world, path)))
        for method, path, _ in ROUTES
        if method in {"POST", "PATCH"} and not path.startswith("/working-days/{}")
    ]
    before = every_table()
    for method, path in acts:
        answer = world.operator.send(method, world.mine.fill(path), {}, if_match='"x"')
        assert (method, path, answer.status) == (method, path, 412)
    assert every_table() == before


def test_any_object_will_do(world: World) -> None:
    path = f"/bills/{world.mine.bill.number}/approve/"
    assert world.operator.post(path, {}, if_match="*").status == 200


def test_where_there_is_no_object_no_tag_matches(world: World) -> None:
    body = {"bill": world.mine.bill.number, "amount": "1.00", "reason": "x"}
    assert world.operator.post("/adjustments/", body, if_match='"x"').status == 412
    assert world.operator.post("/adjustments/", body, if_match="*").status == 201


def test_a_new_object_comes_with_its_tag(world: World) -> None:
    body = {"bill": world.mine.bill.number, "amount": "1.00", "reason": "x"}
    new = world.operator.post("/adjustments/", body)
    assert tag(new) == tag(world.operator.get(f"/adjustments/{new.body['number']}/"))


def test_a_call_sent_again_is_not_judged_again(world: World) -> None:
    """The first attempt has changed the tag itself; its answer is what the caller wants."""
    path = f"/bills/{world.mine.bill.number}/"
    known = tag(world.operator.get(path))
    sent = {"if_match": known, "idempotency_key": "k"}
    first, again = (world.operator.post(f"{path}approve/", {}, **sent) for _ in range(2))
    assert (first.status, again.status, tag(again)) == (200, 200, tag(first))
    assert again.response.headers["Idempotency-Replayed"] == "true"


def test_another_object_of_the_same_seller_is_no_hindrance(world: World) -> None:
    path = f"/bills/{world.mine.bill.number}/"
    known = tag(world.operator.get(path))
    world.second.post(f"/refunds/{world.mine.refund.number}/agree/", {})
    assert world.operator.post(f"{path}approve/", {}, if_match=known).status == 200


def racing(path: str, field: str, callers: int) -> Counter[int]:
    """How often which status, if so many change what all of them have read before."""
    start, olga = Barrier(callers), make_operator("olga")
    known = tag(operator_caller(olga).get(path))

    def change(number: int) -> int:
        try:
            caller = operator_caller(olga)
            start.wait(timeout=60)
            return int(caller.patch(path, {field: f"Name {number}"}, if_match=known).status)
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as threads:
        return Counter(threads.map(change, range(callers)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Seller, Product])
def test_of_many_who_read_the_same_one_changes_it(kind: type[Any]) -> None:
    product = make_product(make_seller(certified_at=None))
    if kind is Seller:
        path, field = f"/sellers/{product.seller.number}/", "company_name"
    else:
        path, field = f"/products/{product.number}/", "name"
    assert racing(path, field, 8) == {200: 1, 412: 7}
