"""Celery tasks of the foundation."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from koogallery.models import IdempotencyKey


@shared_task
def forget_idempotency_keys() -> None:
    """Calls are not sent again for ever; their answers need not be kept for ever."""
    before = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_KEY_HOURS)
    IdempotencyKey.objects.filter(created_at__lt=before).delete()
