"""Calling sellers' addresses: one worker an endpoint at a time, its events in order (R10).

A worker takes an endpoint's lease in a transaction of its own, calls outside of any, and writes
what came of it in another. If it dies, its lease ends and somebody else calls again: an event
arrives at least once, always under the same `webhook-id`.
"""

import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from koogallery.events import backoff
from koogallery.events.payloads import body_of
from koogallery.events.signing import headers_of
from koogallery.events.stopping import disable
from koogallery.leases import due, held
from koogallery.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import (
    Cause,
    DeliveryState,
    EndpointQuerySet,
    EndpointState,
    StopReason,
)
from koogallery.outgoing import Answer, Unreachable, call

logger = logging.getLogger(__name__)

#: Longer than a call may take, so that it ends only when its worker is gone.
LEASE = timedelta(seconds=60)
#: A worker leaves an endpoint after so many seconds, however much waits there: others wait, too.
SLICE_SECONDS = 20.0
EXCERPT = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call; without a status there was no answer, and `fault` says why."""

    at: datetime
    milliseconds: int
    status: int | None = None
    fault: str = ""
    answer: str = ""
    asked_wait: timedelta | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and HTTPStatus(200) <= self.status < HTTPStatus(300)


def due_endpoints() -> list[int]:
    """Whom a worker should call now, whoever waits longest first."""
    now = timezone.now()
    pending = _pending(now)
    free = _free(now).filter(pk__in=pending.values("endpoint"))
    return list(free.order_by("resting_until", "pk").values_list("pk", flat=True))


def deliver_to(pk: int) -> int:
    """Call one endpoint with what is due there, in order; how many calls were made.

    None where another worker is at it, where it rests or where it is disabled.
    """
    lease = _claim(pk)
    if lease is None:
        return 0
    calls, until = 0, time.monotonic() + SLICE_SECONDS
    try:
        while time.monotonic() < until and (delivery := _next(pk, lease)):
            _record(delivery, lease, _send(delivery))
            calls += 1
    finally:
        _held(pk, lease).update(lease=None, leased_until=None)
    return calls


def _free(now: datetime) -> EndpointQuerySet:
    free = ~held("leased_until", LEASE)
    return WebhookEndpoint.objects.filter(free, _rested(now), state=EndpointState.ACTIVE)


def _rested(now: datetime) -> Q:
    return Q(resting_until=None) | due("resting_until", now, backoff.LONGEST_WAIT)


def _pending(now: datetime) -> QuerySet[WebhookDelivery]:
    mine = due("due_at", now, backoff.LONGEST_WAIT)
    return WebhookDelivery.objects.filter(mine, state=DeliveryState.PENDING)


def _held(pk: int, lease: UUID) -> EndpointQuerySet:
    return WebhookEndpoint.objects.filter(pk=pk, lease=lease)


def _claim(pk: int) -> UUID | None:
    """The lease, if it is free: of two workers the database lets one change the row."""
    lease = uuid4()
    free = _free(timezone.now()).filter(pk=pk)
    taken = free.update(lease=lease, leased_until=Now() + LEASE)
    return lease if taken else None


def _next(pk: int, lease: UUID) -> WebhookDelivery | None:
    """The next that is due; none once the endpoint rests, is disabled or belongs to another."""
    now = timezone.now()
    mine = _held(pk, lease).filter(_rested(now))
    if not mine.filter(state=EndpointState.ACTIVE).update(leased_until=Now() + LEASE):
        return None
    waiting = _pending(now).filter(endpoint=pk)
    return waiting.select_related("endpoint", "notice").order_by("pk").first()


def _send(delivery: WebhookDelivery) -> Outcome:
    """Outside of any transaction: the other side may take its time."""
    endpoint, at, body = delivery.endpoint, timezone.now(), body_of(delivery)
    headers = headers_of(endpoint, delivery.message_id, body, at)
    begun = time.perf_counter()
    try:
        answer = call("POST", endpoint.url, body, headers, timeout=settings.WEBHOOK_TIMEOUT)
    except Unreachable as fault:
        return Outcome(at, _since(begun), fault=str(fault)[:300])
    return Outcome(
        at,
        _since(begun),
        status=answer.status,
        answer=answer.body.decode(errors="replace").replace("\0", "")[:EXCERPT],
        asked_wait=_asked_wait(answer, at),
    )


def _since(begun: float) -> int:
    return int((time.perf_counter() - begun) * 1000)


def _asked_wait(answer: Answer, now: datetime) -> timedelta | None:
    """`Retry-After`, in seconds or as a date."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), backoff.LONGEST_WAIT)
    try:
        return max(parsedate_to_datetime(text) - now, timedelta(0)) if text else None
    except (ValueError, TypeError):
        return None


@transaction.atomic
def _record(delivery: WebhookDelivery, lease: UUID, outcome: Outcome) -> None:
    """The attempt, and what follows from it for the delivery and its endpoint."""
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=outcome.at,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        fault=outcome.fault,
        answer=outcome.answer,
    )
    if endpoint.lease != lease:
        logger.warning("The lease of %s ended during a call of %s.", endpoint, delivery)
        return
    delivery.attempts += 1
    if outcome.is_success:
        _finish(delivery, DeliveryState.DELIVERED)
        endpoint.failing_since, endpoint.unanswered, endpoint.resting_until = None, 0, None
    elif delivery.cause == Cause.TEST:
        _finish(delivery, DeliveryState.FAILED)
    else:
        endpoint.failing_since = endpoint.failing_since or outcome.at
        _rest(endpoint, outcome)
        wait = backoff.wait_after(
            delivery.attempts,
            asked=outcome.asked_wait,
            chance=random.random(),  # noqa: S311
        )
        if wait is None:
            _finish(delivery, DeliveryState.FAILED)
        else:
            delivery.due_at = timezone.now() + wait
            delivery.save(update_fields=["attempts", "due_at"])
        if reason := _reason_to_stop(delivery, endpoint, outcome):
            disable(endpoint, reason)
    endpoint.save(update_fields=["failing_since", "unanswered", "resting_until"])


def _finish(delivery: WebhookDelivery, state: DeliveryState) -> None:
    delivery.state, delivery.finished_at = state, timezone.now()
    delivery.save(update_fields=["state", "attempts", "finished_at"])


def _rest(endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Without an answer the next call would fail, too; a server that asks for time is given it."""
    now = timezone.now()
    if outcome.status is None:
        endpoint.unanswered += 1
        endpoint.resting_until = now + backoff.rest_after(endpoint.unanswered)
    else:
        endpoint.unanswered = 0
        wait = outcome.asked_wait
        endpoint.resting_until = now + min(wait, backoff.LONGEST_WAIT) if wait else None


def _reason_to_stop(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, outcome: Outcome
) -> StopReason | None:
    if outcome.status == HTTPStatus.GONE:
        return StopReason.GONE
    failing = endpoint.failing_since or outcome.at
    given_up = delivery.state == DeliveryState.FAILED
    nothing_else = given_up and failing <= delivery.tries.earliest("pk").at
    if nothing_else or outcome.at - failing >= backoff.PATIENCE:
        return StopReason.FAILING
    return None
