"""What a reader has read of what sellers are told: each reader for themselves."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet

from koogallery.models import Notice, Reading, User

#: Up to so many unread notices of a seller are counted on every page.
LAST = 100


def with_readings(notices: Any, reader: User) -> Any:
    """Each with `is_read`."""
    read = Reading.objects.filter(notice=OuterRef("pk"), user=reader)
    return notices.annotate(is_read=Exists(read))


def unread_among_last(reader: User, seller_number: OuterRef) -> Func:
    """For a column: of a seller's last notices, how many the reader has not read.

    However many there are in all, it costs the same.
    """
    told = Notice.objects.of_sellers().filter(seller_number=OuterRef(seller_number))
    last = told.order_by("-sequence").values("pk")[:LAST]
    read = Reading.objects.filter(notice=OuterRef("pk"), user=reader)
    unread = Notice.objects.filter(~Exists(read), pk__in=last).values("pk")
    return Func(ArraySubquery(unread), function="cardinality", output_field=IntegerField())


def mark_read(notices: QuerySet[Notice], reader: User) -> int:
    """How many of them the reader had not read yet. No act: nothing depends on it."""
    unread = notices.exclude(pk__in=Reading.objects.filter(user=reader).values("notice"))
    readings = [Reading(notice_id=pk, user=reader) for pk in unread.values_list("pk", flat=True)]
    Reading.objects.bulk_create(readings, ignore_conflicts=True)
    return len(readings)
