"""What a reader has read of what sellers are told: each reader for themselves."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from koogallery.models import Notice, Reading, User


def with_readings(notices: Any, reader: User) -> Any:
    """Each with `is_read`."""
    read = Reading.objects.filter(notice=OuterRef("pk"), user=reader)
    return notices.annotate(is_read=Exists(read))


def mark_read(notices: QuerySet[Notice], reader: User) -> int:
    """How many of them the reader had not read yet. No act: nothing depends on it."""
    unread = notices.exclude(pk__in=Reading.objects.filter(user=reader).values("notice"))
    readings = [Reading(notice_id=pk, user=reader) for pk in unread.values_list("pk", flat=True)]
    Reading.objects.bulk_create(readings, ignore_conflicts=True)
    return len(readings)
