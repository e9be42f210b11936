"""Webhook endpoints of two sellers with what they were told; nobody is called for it.

One takes everything, once only at the second attempt. The other's server has gone, and its owner
has not looked yet.
"""

from datetime import timedelta

from django.utils import timezone

from koogallery.demo.desk import Desk
from koogallery.events.backoff import STEPS
from koogallery.events.queueing import queue
from koogallery.events.stopping import disable
from koogallery.events.streams import last_sequence
from koogallery.models import Notice, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import Cause, DeliveryState, EndpointState, StopReason
from koogallery.numbering import next_number

HEALTHY, GONE = "S000004", "S000012"
#: Events that the log still shows.
LOGGED = 30
AGE = timedelta(days=200)
#: From an event to its first delivery.
SOON = timedelta(seconds=3)
BUSY = "Accounting is closing its month."


def tell_webhooks(desk: Desk) -> None:
    healthy = _endpoint(HEALTHY, "https://erp.chaophraya.example/koogallery", "Our ERP", desk)
    for place, delivery in enumerate(_told(healthy)):
        tries = [(503, BUSY)] if place % 11 == 7 else []  # noqa: PLR2004  # one in a while
        _deliver(delivery, [*tries, (200, "ok")])
    gone = _endpoint(GONE, "https://hooks.wisla.example/", "The old shop", desk)
    for delivery in _told(gone)[:3]:
        _give_up(delivery)
    disable(gone, StopReason.FAILING)


def _endpoint(seller: str, url: str, description: str, desk: Desk) -> WebhookEndpoint:
    """Past the service, which would look the server up."""
    made = WebhookEndpoint.objects.create(
        number=next_number("WE"),
        seller_number=seller,
        url=url,
        description=description,
        state=EndpointState.ACTIVE,
        read_through=last_sequence(seller),
        created_by=desk.deliverer_for(seller),
    )
    WebhookEndpoint.objects.filter(pk=made.pk).update(created_at=timezone.now() - AGE)
    return made


def _told(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    events = Notice.objects.of_sellers().filter(seller_number=endpoint.seller_number)
    newest = list(events.order_by("-sequence")[:LOGGED])
    return queue(endpoint, newest[::-1], Cause.EVENT)


def _deliver(delivery: WebhookDelivery, answers: list[tuple[int, str]]) -> None:
    assert delivery.notice, "it tells an event"
    began = at = delivery.notice.created_at + SOON
    for place, (status, answer) in enumerate(answers):
        at = began + sum(STEPS[:place], timedelta())
        WebhookAttempt.objects.create(
            delivery=delivery, at=at, milliseconds=80 + 7 * place, status=status, answer=answer
        )
    delivery.state, delivery.attempts = DeliveryState.DELIVERED, len(answers)
    delivery.created_at = delivery.due_at = began
    delivery.finished_at = at
    delivery.save()


def _give_up(delivery: WebhookDelivery) -> None:
    assert delivery.notice, "it tells an event"
    began = min(delivery.notice.created_at, timezone.now() - sum(STEPS, timedelta()))
    fault = "The name hooks.wisla.example does not resolve."
    for place in range(len(STEPS) + 1):
        at = began + sum(STEPS[:place], timedelta())
        WebhookAttempt.objects.create(delivery=delivery, at=at, milliseconds=12, fault=fault)
    delivery.state, delivery.attempts = DeliveryState.FAILED, len(STEPS) + 1
    delivery.created_at = delivery.due_at = began
    delivery.finished_at = began + sum(STEPS, timedelta())
    delivery.save()
