"""Celery tasks of the foundation."""

import logging
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from koogallery import account_mail, traces
from koogallery.events import delivering, mail, queueing, streams
from koogallery.exports import jobs, uploads
from koogallery.models import IdempotencyKey, WebhookDelivery

logger = logging.getLogger(__name__)

RETRIED = (OperationalError, InterfaceError)


def queue(task: Any, *given: Any) -> None:
    """Hand it to a worker. If the broker is away, the schedule or who asks again does it later."""
    try:
        task.delay(*given)
    except BrokerAway:
        logger.warning("The broker is away; %s is not queued now: %s", task.name, given)


@shared_task
def forget_idempotency_keys() -> None:
    """Calls are not sent again for ever; their answers need not be kept for ever."""
    before = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_KEY_HOURS)
    IdempotencyKey.objects.filter(created_at__lt=before).delete()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def send_waiting_notices() -> None:
    """Have what is still waiting mailed, each exactly once, by several side by side (R10)."""
    mail.address_notices()
    for sender in range(settings.MAIL_SENDERS):
        queue(send_messages, sender, settings.MAIL_SENDERS)


@shared_task(expires=60)
def send_messages(sender: int, senders: int) -> None:
    """One sender's round. Not retried: what still waits is found by the schedule."""
    mail.send_messages(sender, senders)


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def send_account_mail() -> None:
    """Links and news of accounts, which are of use at once."""
    account_mail.send_account_mail()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def deliver_webhooks() -> None:
    """Queue what has happened since, and send a worker to every endpoint that is due (R10).

    The platform's sequence goes on here, whoever then reads it.
    """
    streams.count_platform_events()
    queueing.queue_new_events()
    for endpoint in delivering.due_endpoints():
        queue(deliver_webhook, endpoint)


@shared_task(expires=60)
def deliver_webhook(endpoint: int) -> None:
    """Call one endpoint. Not retried, and not kept: what is still due is found by the schedule."""
    delivering.deliver_to(endpoint)


def deliver_soon() -> None:
    """Do not wait for the schedule."""
    queue(deliver_webhooks)


@shared_task
def forget_traces() -> None:
    """What is not needed any more of where people signed in and were written to."""
    traces.forget_traces()


@shared_task
def forget_webhook_log() -> None:
    """What was told is kept with the events for ever; how the telling went is not."""
    before = timezone.now() - timedelta(days=settings.WEBHOOK_LOG_DAYS)
    WebhookDelivery.objects.filter(finished_at__lt=before).delete()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def write_export(number: str) -> None:
    """Write one export; nothing if somebody else does, or nobody wants it any more."""
    jobs.write_export(number)


def queue_export(number: str) -> None:
    """Hand an export to a worker; else it waits for `take_up_exports`."""
    queue(write_export, number)


@shared_task
def take_up_exports() -> None:
    """Queue anew what was lost with its worker or its message."""
    for number in jobs.unheard_exports():
        queue_export(number)


@shared_task
def expire_exports() -> None:
    jobs.expire_exports()
    uploads.delete_old_uploads()
