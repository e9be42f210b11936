"""Every event arrives, signed, in order where the receiver lets it; whatever the receiver does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from koogallery.events.delivering import deliver_to, due_endpoints
from koogallery.events.mail import send_waiting_notices
from koogallery.events.queueing import queue_new_events
from koogallery.events.signing import secret_of
from koogallery.models import Notice, User, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from sellers.models import Seller
from sellers.services.access.webhooks import enable_endpoint, rotate_secret
from tests.koogallery.events.conftest import happen, quietly_made
from tests.koogallery.events.receiver import Receiver, receiver

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)


def deliver() -> int:
    """What one beat of the schedule does, the worker's share included."""
    queue_new_events()
    return sum(deliver_to(pk) for pk in due_endpoints())


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def test_R10_an_event_arrives_signed_as_it_is_documented(
    seller: Seller, server: Receiver, secret: str, endpoint: WebhookEndpoint
) -> None:
    happen(seller, 7)
    assert deliver() == 1
    notice = Notice.objects.get()
    (message,) = server.messages
    assert server.events(secret) == [
        {
            "id": f"EV-{seller.number}-1",
            "sequence": 1,
            "type": "receivable_paid",
            "occurred_at": notice.created_at.isoformat().replace("+00:00", "Z"),
            "seller": seller.number,
            "data": {
                "receivable": "RV7",
                "recovery": "RC7",
                "amount": "1.00",
                "currency": "USD",
                "links": {
                    "seller": f"/api/v1/sellers/{seller.number}/",
                    "receivable": "/api/v1/receivables/RV7/",
                    "recovery": "/api/v1/recoveries/RC7/",
                },
            },
        }
    ]
    assert message.id == f"EV-{seller.number}-1-{endpoint.number}"
    assert message.headers["content-type"] == "application/json"
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.answer, attempt.fault) == (200, "ok", "")
    assert deliver() == 0


def test_R10_a_changed_body_is_not_ours(seller: Seller, server: Receiver, secret: str) -> None:
    happen(seller, 1)
    deliver()
    (message,) = server.messages
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(message.body.replace(b"1.00", b"9.00"), message.headers)


def test_R10_events_arrive_in_the_order_of_their_sequence(
    seller: Seller, server: Receiver, secret: str
) -> None:
    happen(seller, *range(1, 8))
    assert deliver() == 7
    assert server.sequences(secret) == [1, 2, 3, 4, 5, 6, 7]


def test_R10_an_endpoint_is_told_of_the_kinds_it_chose_of_its_own_seller(
    seller: Seller, owner: User, server: Receiver, secret: str
) -> None:
    with receiver() as other:
        _, its_secret = quietly_made(seller, owner, other.url, kinds=["bill_issued"])
        happen(seller, 1)
        Notice.objects.create(
            key="bill", kind="bill_issued", seller_number=seller.number, recipient="seller"
        )
        Notice.objects.create(
            key="else", kind="bill_issued", seller_number="S-other", recipient="seller"
        )
        Notice.objects.create(
            key="customer", kind="bill_issued", seller_number=seller.number, recipient="customer"
        )
        deliver()
        assert server.sequences(secret) == [1, 2]
        assert other.sequences(its_secret) == [2]  # the gap is what it did not subscribe to


def test_R10_what_happened_before_an_endpoint_is_not_its(
    seller: Seller, owner: User, server: Receiver
) -> None:
    happen(seller, 1, 2)
    _, secret = quietly_made(seller, owner, server.url)
    happen(seller, 3)
    deliver()
    assert server.sequences(secret) == [3]


def test_R10_a_receiver_down_for_an_hour_gets_everything_afterwards(
    seller: Seller, owner: User, settings: Any
) -> None:
    """While it is away nothing is hammered: the endpoint rests, at most five minutes at a time."""
    settings.OUTGOING_PRIVATE_TARGETS = True
    with receiver(is_up=False) as server, time_machine.travel(NOON, tick=False) as clock:
        _, secret = quietly_made(seller, owner, server.url)
        for minute in range(60):
            happen(seller, minute)
            deliver()
            clock.shift(timedelta(minutes=1))
        assert set(states()) == {"pending"}
        assert 10 < WebhookAttempt.objects.count() < 20
        assert WebhookAttempt.objects.exclude(status=None).count() == 0
        clock.shift(timedelta(hours=4))  # beyond the longest step that an hour's attempts reach
        server.come_up()
        deliver()
        late = WebhookAttempt.objects.filter(at__gte=datetime.now(UTC)).exclude(status=200)
        assert [attempt.fault for attempt in late] == []
        assert sorted(server.sequences(secret)) == list(range(1, 61))  # type: ignore[type-var]
        assert deliver() == 0
    assert set(states()) == {"delivered"}
    assert WebhookEndpoint.objects.get().failing_since is None


def test_R10_an_event_in_retry_does_not_hold_up_the_others(
    seller: Seller, server: Receiver, secret: str
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        server.status = 500
        happen(seller, 1)
        deliver()
        server.status = 204
        happen(seller, 2, 3)
        deliver()
        clock.shift(timedelta(seconds=6))
        deliver()
        assert server.sequences(secret) == [1, 2, 3, 1]
    first = WebhookDelivery.objects.get(notice__sequence=1)
    assert [attempt.status for attempt in first.tries.all()] == [500, 204]
    assert len({message.id for message in server.messages}) == 3


def test_R10_the_waits_grow_to_three_days_in_all(
    seller: Seller, server: Receiver, secret: str, endpoint: WebhookEndpoint, owner: User
) -> None:
    """After three days of nothing but failure the endpoint is disabled and its owner told."""
    server.status, server.answer = 500, b"out of order " * 100
    with time_machine.travel(NOON, tick=False) as clock:
        happen(seller, 1)
        while WebhookEndpoint.objects.get().state == "active":
            deliver()
            due = WebhookDelivery.objects.earliest("pk").due_at
            clock.move_to(max(due, datetime.now(UTC)))
        age = datetime.now(UTC) - NOON
        assert timedelta(hours=64) < age < timedelta(hours=80)
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.attempts, len(server.messages)) == ("failed", 10, 10)
        assert {len(attempt.answer) for attempt in delivery.tries.all()} == {500}
        endpoint.refresh_from_db()
        assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "failing")
        told = Notice.objects.get(kind="webhook_disabled")
        assert told.facts == {
            "endpoint": endpoint.number,
            "address": server.url,
            "cause": "failing",
        }
        send_waiting_notices()
        happen(seller, 2)
        assert deliver() == 0

        server.status = 200
        server.messages.clear()
        enable_endpoint(endpoint.number, actor=owner)
        deliver()
        assert server.sequences(secret) == [1, 2, 3]  # 2: that it was disabled


def test_R10_the_owner_is_told_by_mail_that_an_endpoint_is_disabled(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint, mailoutbox: list[Any]
) -> None:
    server.status = 410
    happen(seller, 1)
    deliver()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "gone")
    assert len(server.messages) == 1
    send_waiting_notices()
    assert mailoutbox[-1].subject == f"Webhook endpoint {endpoint.number} is disabled"
    assert "Its server answered 410 Gone" in mailoutbox[-1].body
    assert mailoutbox[-1].to == ["anna@seller.example"]


def test_R10_enabled_again_it_may_skip_what_it_missed(
    seller: Seller, server: Receiver, secret: str, endpoint: WebhookEndpoint, owner: User
) -> None:
    server.status = 410
    happen(seller, 1)
    deliver()
    happen(seller, 2)
    server.status = 200
    server.messages.clear()
    enable_endpoint(endpoint.number, skip_missed=True, actor=owner)
    happen(seller, 4)
    deliver()
    assert server.sequences(secret) == [4]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_R10_a_receiver_that_asks_for_time_is_given_it(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint, form: str
) -> None:
    server.status = 429
    with time_machine.travel(NOON, tick=False) as clock:
        server.extra = {
            "Retry-After": "600" if form == "seconds" else "Mon, 09 Mar 2026 04:10:00 GMT"
        }
        happen(seller, 1, 2)
        assert deliver() == 1  # the second waits, too
        clock.shift(timedelta(seconds=599))
        assert deliver() == 0
        server.status, server.extra = 200, {}
        clock.shift(timedelta(seconds=1))
        assert deliver() == 2
    assert set(states()) == {"delivered"}


def test_R10_a_retry_after_nobody_can_read_is_ignored(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint
) -> None:
    server.status, server.extra = 503, {"Retry-After": "soon"}
    happen(seller, 1)
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.resting_until is None


def test_R10_a_slow_receiver_fails_in_time_and_rests(
    seller: Seller, owner: User, server: Receiver, endpoint: WebhookEndpoint, settings: Any
) -> None:
    settings.WEBHOOK_TIMEOUT = 0.2
    server.holds = True
    with receiver() as quick:
        _, secret = quietly_made(seller, owner, quick.url)
        happen(seller, 1, 2, 3)
        deliver()
        assert quick.sequences(secret) == [1, 2, 3]
    assert len(server.messages) == 1
    assert WebhookAttempt.objects.get(delivery__endpoint=endpoint).fault.startswith("No answer")


def test_R10_a_duplicate_has_the_id_of_the_first(
    seller: Seller, server: Receiver, secret: str, endpoint: WebhookEndpoint
) -> None:
    """A receiver that took it but whose answer got lost is told again, and can tell so."""
    happen(seller, 1)
    deliver()
    WebhookDelivery.objects.update(state="pending", finished_at=None)
    deliver()
    first, second = server.messages
    assert (first.id, first.body) == (second.id, second.body)
    assert server.sequences(secret) == [1, 1]


def test_R10_after_a_rotation_both_secrets_verify_for_a_day(
    seller: Seller, server: Receiver, secret: str, endpoint: WebhookEndpoint, owner: User
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _, new = rotate_secret(endpoint.number, actor=owner)
        happen(seller, 1)
        deliver()
        assert server.sequences(secret) == server.sequences(new) == [1, 2]  # first: the rotation
        clock.shift(timedelta(hours=24))
        happen(seller, 2)
        deliver()
        (late,) = server.messages[2:]
        assert Webhook(new).verify(late.body, late.headers)["sequence"] == 3
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(late.body, late.headers)


def test_R10_no_secret_is_stored(endpoint: WebhookEndpoint, secret: str) -> None:
    row = json.dumps(WebhookEndpoint.objects.values().get(), default=str)
    assert secret.removeprefix("whsec_") not in row and secret == secret_of(endpoint)


def test_R10_the_target_is_judged_at_every_call(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint, settings: Any
) -> None:
    """An endpoint made while private targets were allowed is not called when they are not."""
    settings.OUTGOING_PRIVATE_TARGETS = False
    happen(seller, 1)
    deliver()
    assert server.messages == []
    assert "https" in WebhookAttempt.objects.get().fault


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1"])
def test_R10_a_name_that_has_come_to_lead_inside_is_not_called(
    seller: Seller, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    settings.OUTGOING_PRIVATE_TARGETS = False
    url = "https://hooks.seller.example/"
    quietly_made(seller, owner, url)  # resolves to nothing, yet
    found = [(0, 0, 0, "", (address, 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    happen(seller, 1)
    deliver()
    fault = WebhookAttempt.objects.get().fault
    assert fault == "hooks.seller.example is a private or local address; it is not called."
