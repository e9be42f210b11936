"""Telling sellers' servers what is queued: claim, call, record, each in its own step (R9.4).

The call is made outside of any transaction. A message is claimed by one worker at a time; if that
one dies between its call and its record the lease ends and another sends the message again, which
sellers' servers answer as before. Only the answer to a message's latest attempt has an effect.
"""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from koogallery import outgoing
from koogallery.clock import database_now
from koogallery.leases import due, held
from sellers.choices import Activity, AttemptOutcome, InstanceState, MessageState
from sellers.models import DeliveryAttempt, DeliveryMessage
from sellers.rules.answers import Judgement, judge, kept_of
from sellers.rules.deliveries import LONGEST_WAIT, Verdict
from sellers.rules.signatures import call_signature
from sellers.services.delivery.access_keys import access_key, current_version
from sellers.services.delivery.answers import Reply, record_answer
from sellers.services.delivery.queue import close_message

#: What the access guide promises sellers.
TIMEOUT: Final = 5.0  # seconds
#: Well beyond the timeout: who has not recorded by then is dead.
LEASE: Final = timedelta(seconds=30)
#: So that one slow server does not hold every worker.
CALLS_AT_ONCE_PER_INTERFACE: Final = 2

_WAITS = (MessageState.QUEUED, MessageState.RETRYING)


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed message's next attempt, ready to be sent."""

    attempt: DeliveryAttempt
    key: str

    @property
    def body(self) -> bytes:
        return json.dumps(self.attempt.request, separators=(",", ":")).encode()


def deliver_due(until: float) -> int:
    """Send what is due, one message after the other, until `time.monotonic()` is `until`."""
    sent = 0
    while time.monotonic() < until and (call := claim()) is not None:
        _complete(call)
        sent += 1
    return sent


def deliver_now(number: str) -> None:
    """Send this message at once, unless somebody is at it."""
    call = claim(number)
    if call is not None:
        _complete(call)


def _complete(call: Call) -> None:
    reply = place(call)
    record_answer(call.attempt.pk, reply)


def claim(number: str | None = None) -> Call | None:
    """The next message that nobody is at, leased, with its attempt written before it is made."""
    while True:
        with transaction.atomic():
            message = _due(number).first()
            if message is None:
                return None
            if reason := _needless(message):
                close_message(message, MessageState.CANCELLED, reason)
                continue
            return _lease(message)


def _due(number: str | None) -> QuerySet[DeliveryMessage]:
    """Oldest first; of one instance one by one in order, of one interface a few at a time."""
    now = timezone.now()
    others = DeliveryMessage.objects.filter(instance=OuterRef("instance"))
    earlier = Exists(others.filter(pk__lt=OuterRef("pk"), closed_at=None))
    beside = Exists(others.filter(state=MessageState.SENDING))
    waits = Q(state__in=_WAITS) & due("next_attempt_at", now, LONGEST_WAIT) & ~earlier & ~beside
    abandoned = Q(state=MessageState.SENDING) & ~held("lease_until", LEASE)
    found = DeliveryMessage.objects.filter(waits | abandoned)
    if number is not None:
        found = found.filter(number=number)
    under_way = DeliveryMessage.objects.filter(
        held("lease_until", LEASE), interface=OuterRef("interface"), state=MessageState.SENDING
    )
    counted = under_way.order_by().values("interface").annotate(n=Count("pk")).values("n")
    found = found.annotate(busy=Coalesce(Subquery(counted), 0)).filter(
        busy__lt=CALLS_AT_ONCE_PER_INTERFACE
    )
    locked = found.select_for_update(of=("self",), skip_locked=True)
    return locked.select_related("seller", "interface__product", "instance").order_by(
        "next_attempt_at", "pk"
    )


def _needless(message: DeliveryMessage) -> str:
    """Why there is nothing to tell any more; empty where there is."""
    instance = message.instance
    if instance is None:
        return ""
    if instance.state == InstanceState.RELEASED:
        return "The instance has been released."
    if message.activity != Activity.NEW and not instance.instance_id:
        return "Your server has never created the instance."
    return ""


def _lease(message: DeliveryMessage) -> Call:
    now = timezone.now()
    message.attempts.filter(outcome=AttemptOutcome.UNDER_WAY).update(
        outcome=AttemptOutcome.LOST,
        explanation="Our worker ended before it had the answer; the message was sent again.",
    )
    message.move_to(
        MessageState.SENDING,
        attempts_made=message.attempts_made + 1,
        next_attempt_at=None,
        lease_until=database_now() + LEASE,
        modified_at=now,
    )
    interface, seller = message.interface, message.seller
    is_test = message.is_test
    version = current_version(seller) if is_test else interface.key_version
    url = interface.proposed_url if is_test and interface.proposed_url else interface.url
    business_id = secrets.token_hex(16)
    request = dict(_request(message, business_id))
    attempt = DeliveryAttempt.objects.create(
        message=message,
        attempt_no=message.attempts_made,
        activity=request["activity"],
        url=url,
        key_version=version,
        business_id=business_id,
        request=request,
        sent_at=now,
    )
    return Call(attempt, access_key(seller.number, version))


def _request(message: DeliveryMessage, business_id: str) -> Iterator[tuple[str, str]]:
    """The fields of the request, as the access guide names and orders them."""
    instance = message.instance
    instance_id = instance.instance_id if instance else ""
    activity = message.activity
    if activity == Activity.NEW and instance_id:
        activity = Activity.QUERY  # it is being created; how far is it?
    yield "activity", str(activity)
    if activity != Activity.QUERY:
        yield from message.details.items()
    if activity == Activity.NEW:
        yield "businessId", business_id
    else:
        yield "instanceId", instance_id
    if activity == Activity.REFRESH:
        yield "productId", message.interface.product.number
    yield "testFlag", "1" if message.is_test else "0"


def place(call: Call) -> Reply:
    """Make the call and read its answer; whatever goes wrong is an answer of its own kind."""
    body, started = call.body, time.monotonic()
    status: int | None = None
    kept = ""
    try:
        nonce, timestamp = secrets.token_hex(32), str(time.time_ns() // 1_000_000)
        signature = call_signature(call.key, nonce, timestamp, body)
        signed = urlencode({"signature": signature, "timestamp": timestamp, "nonce": nonce})
        url = call.attempt.url
        answer = outgoing.call(
            "POST", f"{url}{'&' if '?' in url else '?'}{signed}", body, _HEADERS, timeout=TIMEOUT
        )
    except outgoing.Unreachable as fault:
        judgement = Judgement(Verdict.AGAIN, "", str(fault))
    else:
        status, kept = answer.status, kept_of(answer.body)
        judgement = judge(call.attempt.activity, call.key, status, answer.headers, answer.body)
    spent = round((time.monotonic() - started) * 1000)
    return Reply(judgement, timezone.now(), spent, status, kept)


_HEADERS: Final = {"Content-Type": "application/json;charset=utf8", "Accept": "application/json"}
