"""Celery tasks of the foundation."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from koogallery.events import mail
from koogallery.models import IdempotencyKey

RETRIED = (OperationalError, InterfaceError)


@shared_task
def forget_idempotency_keys() -> None:
    """Calls are not sent again for ever; their answers need not be kept for ever."""
    before = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_KEY_HOURS)
    IdempotencyKey.objects.filter(created_at__lt=before).delete()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def send_waiting_notices() -> None:
    """Mail what is still waiting, each exactly once (R10)."""
    mail.send_waiting_notices()
