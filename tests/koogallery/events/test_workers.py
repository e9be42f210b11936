"""Workers that deliver events: two at once, a dead one, one whose clock is wrong (R10)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now

from koogallery.events import delivering
from koogallery.events.delivering import deliver_to, due_endpoints
from koogallery.events.queueing import queue_new_events
from koogallery.models import Notice, User, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from koogallery.tasks import deliver_webhook, deliver_webhooks, forget_webhook_log
from sellers.models import Seller
from sellers.services.access.webhook_replays import send_again, send_test
from tests.koogallery.events.conftest import happen
from tests.koogallery.events.receiver import Receiver
from tests.koogallery.events.test_delivering import NOON, deliver, states

pytestmark = pytest.mark.django_db


def _deliver_in_thread(pk: int) -> int:
    try:
        return deliver_to(pk)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_R10_two_workers_at_once_call_once_each(
    seller: Seller, server: Receiver, secret: str, endpoint: WebhookEndpoint
) -> None:
    """Fails without the lease: both workers then read the same event as due and call with it."""
    happen(seller, 1, 2)
    queue_new_events()
    server.holds = True
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(_deliver_in_thread, endpoint.pk)
        assert server.entered.acquire(timeout=10)  # it is inside its call, outside a transaction
        second = pool.submit(_deliver_in_thread, endpoint.pk)
        assert second.result(timeout=10) == 0
        server.holds = False
        server.lets_go.set()
        assert first.result(timeout=10) == 2
    assert server.sequences(secret) == [1, 2]
    assert set(states()) == {"delivered"}


@pytest.mark.django_db(transaction=True)
def test_R10_a_worker_that_outlived_its_lease_changes_nothing(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint
) -> None:
    happen(seller, 1)
    queue_new_events()
    server.holds = True
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(_deliver_in_thread, endpoint.pk)
        assert server.entered.acquire(timeout=10)
        WebhookEndpoint.objects.update(lease=None, leased_until=None)
        server.holds = False
        assert deliver_to(endpoint.pk) == 1
        server.status = 500
        server.lets_go.set()
        late.result(timeout=10)
    assert states() == ["delivered"]
    assert WebhookAttempt.objects.count() == 2


def test_R10_a_test_is_tried_once_at_once_and_counts_for_nothing(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint, owner: User
) -> None:
    server.status = 410
    WebhookEndpoint.objects.update(resting_until=datetime.now(UTC) + timedelta(minutes=5))
    send_test(endpoint.number, actor=owner)
    assert deliver() == 1
    endpoint.refresh_from_db()
    assert (states(), endpoint.state, endpoint.failing_since) == (["failed"], "active", None)
    server.status = 200
    send_again(WebhookDelivery.objects.get().number, actor=owner)
    assert deliver() == 1
    assert states() == ["failed", "delivered"]


def test_R10_a_dead_workers_endpoint_is_taken_over(
    seller: Seller,
    server: Receiver,
    secret: str,
    endpoint: WebhookEndpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It died in the middle of a call: nothing was recorded, the lease stands."""
    happen(seller, 1)
    queue_new_events()
    lease = delivering._claim(endpoint.pk)
    assert lease and delivering._next(endpoint.pk, lease)
    assert deliver() == 0
    WebhookEndpoint.objects.update(leased_until=Now())
    assert deliver() == 1
    assert server.sequences(secret) == [1]


@pytest.mark.parametrize("hours", [-1, 1])
def test_R10_a_hosts_clock_takes_no_lease_away(
    server: Receiver, endpoint: WebhookEndpoint, seller: Seller, hours: int
) -> None:
    """It runs by the database's clock, whatever a host thinks; one from far ahead is nobody's."""
    happen(seller, 1)
    queue_new_events()
    WebhookDelivery.objects.update(due_at=NOON)
    assert delivering._claim(endpoint.pk)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        assert due_endpoints() == []
    WebhookEndpoint.objects.update(leased_until=Now() + timedelta(hours=hours))
    assert due_endpoints() == [endpoint.pk]


@pytest.mark.parametrize("field", ["due_at", "resting_until"])
def test_R10_what_a_clock_ahead_put_off_is_due(
    server: Receiver, endpoint: WebhookEndpoint, seller: Seller, field: str
) -> None:
    """Nothing is put off for longer than a day, so a time beyond that was never meant."""
    happen(seller, 1)
    queue_new_events()
    rows: Any = WebhookDelivery if field == "due_at" else WebhookEndpoint
    rows.objects.update(**{field: datetime.now(UTC) + timedelta(hours=23)})
    assert deliver() == 0
    rows.objects.update(**{field: datetime.now(UTC) + timedelta(days=40)})
    assert deliver() == 1


def test_R10_the_schedule_sends_a_worker_to_whoever_is_due(
    seller: Seller,
    server: Receiver,
    secret: str,
    endpoint: WebhookEndpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver_webhook, "delay", deliver_webhook)
    happen(seller, 1)
    deliver_webhooks()
    deliver_webhooks()
    assert server.sequences(secret) == [1]


def test_R10_the_log_is_forgotten_the_events_are_not(
    seller: Seller, server: Receiver, endpoint: WebhookEndpoint
) -> None:
    happen(seller, 1)
    deliver()
    forget_webhook_log()
    assert WebhookDelivery.objects.count() == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(days=91), tick=False):
        forget_webhook_log()
        assert deliver() == 0
    assert (WebhookDelivery.objects.count(), Notice.objects.count()) == (0, 1)
