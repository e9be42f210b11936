"""Events and webhook endpoints as REST clients use them (R10)."""

from typing import Any

import pytest

from koogallery.events.delivering import deliver_to, due_endpoints
from koogallery.events.queueing import queue_new_events
from koogallery.models import AccessToken, IdempotencyKey, WebhookEndpoint
from sellers.choices import Role
from sellers.models import Seller
from tests.callers import Caller, operator_caller, seller_caller
from tests.koogallery.events.conftest import happen
from tests.koogallery.events.receiver import Receiver, receiver
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db

ENDPOINTS = "/webhook-endpoints/"


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def owner(seller: Seller) -> Caller:
    return seller_caller(make_member(seller, "anna"), seller.number, may_write=True)


@pytest.fixture
def server(settings: Any) -> Any:
    settings.OUTGOING_PRIVATE_TARGETS = True
    with receiver() as got:
        yield got


@pytest.fixture
def made(owner: Caller, seller: Seller, server: Receiver) -> dict[str, Any]:
    answer = owner.post(ENDPOINTS, {"seller": seller.number, "url": server.url})
    assert answer.status == 201
    return dict(answer.body)


def deliver() -> None:
    queue_new_events()
    for pk in due_endpoints():
        deliver_to(pk)


def test_R10_the_secret_is_shown_when_it_is_made_and_never_again(
    owner: Caller, seller: Seller, server: Receiver
) -> None:
    body = {"seller": seller.number, "url": server.url, "kinds": ["bill_issued"]}
    made = owner.post(ENDPOINTS, body, idempotency_key="once")
    assert made.body["secret"].startswith("whsec_")
    again = owner.post(ENDPOINTS, body, idempotency_key="once")
    assert (again.status, again.body["secret"]) == (201, None)
    assert "whsec_" not in IdempotencyKey.objects.get().body
    assert WebhookEndpoint.objects.count() == 1
    path = f"{ENDPOINTS}{made.body['number']}/"
    assert "secret" not in owner.get(path).body
    rotated = owner.post(f"{path}rotate-secret/", {})
    assert (rotated.status, rotated.body["secret_version"]) == (200, 2)
    assert rotated.body["secret"] not in (None, made.body["secret"])


def test_R10_an_endpoint_is_read_changed_and_removed(owner: Caller, made: dict[str, Any]) -> None:
    path = f"{ENDPOINTS}{made['number']}/"
    tag = owner.get(path).response.headers["ETag"]
    changed = owner.patch(path, {"kinds": ["refund_paid"], "description": "ERP"}, if_match=tag)
    assert (changed.status, changed.body["kinds"]) == (200, ["refund_paid"])
    assert owner.patch(path, {"kinds": None}, if_match=tag).status == 412
    assert owner.patch(path, {"kinds": None}).body["kinds"] is None
    assert owner.send("DELETE", path, if_match=tag).status == 412
    tag = owner.get(path).response.headers["ETag"]
    assert owner.send("DELETE", path, if_match=tag).status == 204
    assert owner.get(path).status == owner.send("DELETE", path).status == 404
    assert owner.get(ENDPOINTS).body["results"] == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"url": "https://10.0.0.1/"}, ("/url", "private_target", "R10")),
        ({"url": "http://example.org/"}, ("/url", "not_an_address", "R10")),
        ({"kinds": ["no_such"]}, ("/kinds", "unknown_kind", "R10")),
        ({"description": "x" * 201}, ("/description", "too_long", "R10")),
    ],
)
def test_R10_bad_input_names_its_field(
    owner: Caller, made: dict[str, Any], settings: Any, body: Any, error: Any
) -> None:
    settings.OUTGOING_PRIVATE_TARGETS = False
    answer = owner.patch(f"{ENDPOINTS}{made['number']}/", body)
    assert (answer.status, answer.errors) == (422, [error])


def test_R10_a_token_for_reading_or_of_another_role_manages_nothing(
    seller: Seller, made: dict[str, Any]
) -> None:
    reader = seller_caller(make_member(seller, "rita"), seller.number)
    viewer = seller_caller(make_member(seller, "vera", Role.VIEWER), seller.number, may_write=True)
    path = f"{ENDPOINTS}{made['number']}/"
    for caller in (reader, viewer):
        assert caller.get(path).status == 200
        for act in ("test/", "replay/", "rotate-secret/", "disable/", "enable/"):
            body = {"sequence_from": 1} if act == "replay/" else {}
            assert (act, caller.post(path + act, body).status) == (act, 403)
        assert caller.send("DELETE", path).status == 403


def test_R10_an_operator_without_the_duty_does_not_send(made: dict[str, Any]) -> None:
    path = f"{ENDPOINTS}{made['number']}/test/"
    auditor = make_operator("aud")
    auditor.operator_roles = ["auditor"]
    auditor.save()
    assert operator_caller(auditor).post(path, {}).status == 403
    assert operator_caller(make_operator("olga")).post(path, {}).status == 202


def test_R10_what_was_delivered_can_be_read_filtered_and_sent_again(
    owner: Caller, seller: Seller, server: Receiver, made: dict[str, Any]
) -> None:
    path = f"{ENDPOINTS}{made['number']}/"
    ping = owner.post(f"{path}test/", {})
    assert (ping.status, ping.body["type"], ping.body["sequence"]) == (202, "test.ping", None)
    happen(seller, 1, 2)
    server.status = 500
    deliver()
    log = f"{path}deliveries/"
    assert [row["sequence"] for row in owner.get(log).body["results"]] == [3, 2, None]
    narrowed = {"cause": "event", "sequence_from": "3", "state": "pending"}
    (row,) = owner.get(log, narrowed).body["results"]
    (attempt,) = row["attempts"]
    assert (attempt["status"], attempt["fault"], attempt["answer"]) == (500, None, "ok")
    assert owner.get(log, {"sequence_from": "x"}).status == 400
    server.status = 200
    assert owner.post(f"{log}{row['number']}/resend/", {}).status == 202
    deliver()
    sent = owner.get(f"{log}{row['number']}/").body
    assert (sent["state"], len(sent["attempts"])) == ("delivered", 2)
    assert sent["webhook_id"] == f"EV-{seller.number}-3-{made['number']}"
    again = owner.post(f"{path}replay/", {"sequence_from": 3, "sequence_to": 3})
    assert (again.status, again.body) == (202, {"events": 1})
    deliver()
    assert [message.id for message in server.messages].count(sent["webhook_id"]) == 3


def test_R10_enabled_again_over_rest(
    owner: Caller, seller: Seller, server: Receiver, made: dict[str, Any]
) -> None:
    path = f"{ENDPOINTS}{made['number']}/"
    server.status = 410
    happen(seller, 1)
    deliver()
    row = owner.get(path).body
    assert (row["state"], row["disabled_reason"]) == ("disabled", "gone")
    assert owner.get(ENDPOINTS, {"state": "disabled"}).body["results"][0]["number"] == row["number"]
    assert owner.post(f"{path}test/", {}).status == 409
    server.status = 200
    enabled = owner.post(f"{path}enable/", {"skip_missed": False}).body
    assert (enabled["state"], enabled["disabled_reason"]) == ("active", None)
    deliver()
    assert server.sequences(made["secret"]) == [2, 2, 3]


def test_R10_events_are_followed_by_their_sequence(owner: Caller, seller: Seller) -> None:
    happen(seller, 1, 2, 3)
    happen(make_seller(), 1)
    seen: list[dict[str, Any]] = []
    for _ in range(3):
        query = {"sequence_from": len(seen) + 1, "ordering": "sequence", "page_size": 2}
        seen += owner.get("/events/", query).body["results"]
    assert [event["sequence"] for event in seen] == [1, 2, 3]
    assert owner.get(f"/events/{seen[1]['id']}/").body == seen[1]
    kinds = {"kind": "bill_issued,receivable_paid", "sequence_to": 2}
    assert len(owner.get("/events/", kinds).body["results"]) == 2
    assert owner.get("/events/", {"since": seen[1]["occurred_at"]}).body["results"] == seen[:0:-1]
    for unknown in ("EV-1", f"EV-{seller.number}-9", f"EV-{seller.number}-0", "EV-S000002-1"):
        assert owner.get(f"/events/{unknown}/").status == 404


def test_R10_a_webhook_and_the_api_say_the_same(
    owner: Caller, seller: Seller, server: Receiver, made: dict[str, Any]
) -> None:
    happen(seller, 1)
    deliver()
    (event,) = server.events(made["secret"])
    told = owner.get(f"/events/{event['id']}/").body
    assert told == {**event, "is_read": False}


def test_R10_operators_see_no_secret_and_change_no_address(
    made: dict[str, Any], seller: Seller
) -> None:
    olga, path = operator_caller(make_operator("olga")), f"{ENDPOINTS}{made['number']}/"
    body = {"seller": seller.number, "url": "https://8.8.8.8/elsewhere"}
    answers = [
        olga.post(ENDPOINTS, body),
        olga.patch(path, {"url": "https://8.8.8.8/elsewhere"}),
        olga.post(f"{path}rotate-secret/", {}),
        olga.send("DELETE", path),
    ]
    assert {(each.status, each.errors[0][1]) for each in answers} == {(403, "owner_only")}
    assert olga.get(path).body["url"] == made["url"]


def test_R10_a_token_for_certain_networks_gets_no_secret_that_works_anywhere(
    made: dict[str, Any], seller: Seller
) -> None:
    _, token = AccessToken.objects.create(
        user=make_member(seller, "bea"),
        name="bound",
        seller_number=seller.number,
        may_write=True,
        allowed_networks=["127.0.0.0/8"],
    )
    bound = Caller(token)
    body = {"seller": seller.number, "url": made["url"]}
    for answer in (
        bound.post(ENDPOINTS, body),
        bound.post(f"{ENDPOINTS}{made['number']}/rotate-secret/", {}),
    ):
        assert (answer.status, answer.errors) == (403, [("", "wider_than_issuer", "")])
    assert WebhookEndpoint.objects.get().key_version == 1
