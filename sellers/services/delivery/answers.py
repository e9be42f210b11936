"""What the answer of a seller's server changes: its message, its instance, its order (R9.4).

Under the seller's lock, and only for the latest attempt of a message that is still being sent: a
worker that was taken for dead comes too late, and its answer is kept but has no effect.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from koogallery import audit
from koogallery.kit.errors import DomainError
from koogallery.notices import tell
from sellers.choices import (
    Activity,
    AttemptOutcome,
    InstanceState,
    InstanceStatus,
    MessageState,
    Scene,
)
from sellers.models import DeliveryAttempt, DeliveryMessage, Instance, Order
from sellers.rules.answers import Judgement
from sellers.rules.deliveries import Verdict, wait_before_poll, wait_before_retry
from sellers.services.delivery.queue import queue_waiting
from sellers.services.locks import lock_seller
from sellers.services.orders.recording import change_order


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call came to. Without `http_status` there was no answer."""

    judgement: Judgement
    received_at: datetime
    milliseconds: int
    http_status: int | None
    kept: str


@transaction.atomic
def record_answer(attempt_pk: int, reply: Reply) -> None:
    """Keep the answer; let it act if its attempt is the message's latest."""
    attempt = DeliveryAttempt.objects.select_related("message").get(pk=attempt_pk)
    lock_seller(pk=attempt.message.seller_id)
    rows = DeliveryMessage.objects.select_related("interface", "instance", "order", "seller")
    message = rows.select_for_update(of=("self",)).get(pk=attempt.message_id)
    is_latest = message.state == MessageState.SENDING and (
        message.attempts_made == attempt.attempt_no
    )
    judgement = _usable(message, reply.judgement)
    attempt.outcome = _outcome(reply, judgement)
    attempt.answered_at = reply.received_at
    attempt.milliseconds = reply.milliseconds
    attempt.http_status = reply.http_status
    attempt.result_code = judgement.result_code
    attempt.answer = reply.kept
    attempt.explanation = judgement.explanation
    attempt.save()
    if is_latest:
        _Effect(message, judgement, reply.received_at).take()


def _usable(message: DeliveryMessage, judgement: Judgement) -> Judgement:
    """Refused where the server gives an instance the name of another one."""
    if message.instance is None or not judgement.instance_id or message.activity != Activity.NEW:
        return judgement
    named = Instance.objects.filter(seller=message.seller_id, instance_id=judgement.instance_id)
    other = named.exclude(pk=message.instance.pk).first()
    if other is None:
        return judgement
    explanation = (
        f"{judgement.instance_id} is the instance of order {other.order}: every order has its own."
    )
    return Judgement(Verdict.AGAIN, judgement.result_code, explanation)


def _outcome(reply: Reply, judgement: Judgement) -> AttemptOutcome:
    if reply.http_status is None:
        return AttemptOutcome.UNREACHABLE
    if not judgement.result_code:
        return AttemptOutcome.UNTRUSTED
    return {
        Verdict.SUCCEEDED: AttemptOutcome.SUCCEEDED,
        Verdict.PROCESSING: AttemptOutcome.PROCESSING,
    }.get(judgement.verdict, AttemptOutcome.REFUSED)


@dataclass(frozen=True, slots=True)
class _Effect:
    """The one effect of one answer."""

    message: DeliveryMessage
    judgement: Judgement
    at: datetime

    def take(self) -> None:
        verdict = self.judgement.verdict
        if self.message.is_test:
            if verdict in {Verdict.SUCCEEDED, Verdict.PROCESSING}:
                self._close(MessageState.SUCCEEDED)
                _put_into_use(self.message, self.at)
            else:
                self._close(MessageState.FAILED)
        elif verdict is Verdict.SUCCEEDED:
            remark = self._act()
            self._close(MessageState.SUCCEEDED, remark)
        elif verdict is Verdict.PROCESSING:
            self._poll()
        elif verdict is Verdict.REFUSED:
            self._give_up()
        else:
            self._try_again(anew=verdict is Verdict.ANEW)

    def _act(self) -> str:
        """What succeeded, once more in the books; what the books refused of it, in words."""
        message, instance = self.message, self._instance()
        if message.activity == Activity.NEW:
            if self.judgement.instance_id and not instance.instance_id:
                instance.instance_id = self.judgement.instance_id
            instance.move_to(
                InstanceState.RUNNING, instance_id=instance.instance_id, enabled_at=self.at
            )
            return _enable(self._order(), self.at)
        if message.activity == Activity.RELEASE:
            instance.move_to(InstanceState.RELEASED, released_at=self.at)
        elif message.activity == Activity.STATUS:
            frozen = message.details["status"] == InstanceStatus.FREEZE
            instance.move_to(InstanceState.FROZEN if frozen else InstanceState.RUNNING)
        elif message.details["scene"] == Scene.TRIAL_TO_FORMAL:
            Instance.objects.filter(pk=instance.pk).update(order=message.order)
            return _enable(self._order(), self.at)
        return ""

    def _poll(self) -> None:
        """Created on the seller's side, who told its name or will be asked for it again."""
        message = self.message
        since = message.processing_since or self.at
        if self.at - since >= timedelta(hours=settings.DELIVERY_PROCESSING_HOURS):
            self._give_up()
            return
        if told := self.judgement.instance_id:
            self._name_instance(told, before="")
        wait = wait_before_poll(message.polls + 1)
        self._wait(wait, polls=F("polls") + 1, processing_since=since)

    def _try_again(self, *, anew: bool) -> None:
        failures = self.message.failures + 1
        if failures >= settings.DELIVERY_ATTEMPTS:
            self._give_up()
            return
        if anew:
            self._name_instance("", before=self._instance().instance_id)
        self._wait(wait_before_retry(failures), failures=failures)

    def _give_up(self) -> None:
        self._close(MessageState.FAILED)
        message = self.message
        occasion = f"{message.number}:{message.attempts_made}"
        tell("delivery_failed", message, occasion, message=message, reason=message.result)

    def _wait(self, wait: timedelta, **columns: Any) -> None:
        self._move(MessageState.RETRYING, next_attempt_at=self.at + wait, **columns)

    def _close(self, state: MessageState, remark: str = "") -> None:
        self._move(state, remark, closed_at=self.at)

    def _move(self, state: MessageState, remark: str = "", **columns: Any) -> None:
        result = f"{self.judgement.explanation} {remark}".strip()[:500]
        self.message.move_to(
            state,
            lease_until=None,
            modified_at=self.at,
            result_code=self.judgement.result_code,
            result=result,
            **columns,
        )

    def _name_instance(self, name: str, *, before: str) -> None:
        rows = Instance.objects.filter(pk=self._instance().pk, enabled_at=None, instance_id=before)
        rows.update(instance_id=name)

    def _instance(self) -> Instance:
        assert self.message.instance is not None, "a test has no effect on any"
        return self.message.instance

    def _order(self) -> Order:
        assert self.message.order is not None, "the same"
        return self.message.order


def _enable(order: Order, at: datetime) -> str:
    """The order takes effect when the success was received (R1.2), unless it has already.

    The trading system's clock may be ahead of ours: never before the order was placed (R1.8).
    """
    if order.effective_at is not None:
        return f"The order was in effect before, since {order.effective_at:%Y-%m-%dT%H:%M:%SZ}."
    try:
        change_order(order.number, {"effective_at": max(at, order.placed_at)}, actor=None)
    except DomainError as refusal:
        return f"The order could not be enabled: {refusal.detail}"
    return ""


def _put_into_use(test: DeliveryMessage, at: datetime) -> None:
    """What has passed its test is used from now on, with the key it was tested with."""
    interface, attempt = test.interface, test.attempts.latest("attempt_no")
    is_first = not interface.url
    interface.url, interface.key_version = attempt.url, attempt.key_version
    interface.verified_at, interface.is_on = at, interface.is_on or is_first
    if interface.proposed_url == attempt.url:
        interface.proposed_url = ""
    interface.save()
    if interface.is_on:
        queue_waiting(interface)
    facts = {"url": attempt.url, "key_version": attempt.key_version, "test": test.number}
    number = interface.product.number
    audit.record(
        test.queued_by,
        "verified",
        "delivery interface",
        number,
        seller=interface.seller.number,
        **facts,
    )
