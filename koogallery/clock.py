"""The one clock: the database's. A host whose own differs does nothing that a clock decides."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from koogallery.kit.errors import Unavailable


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [now] = cursor.fetchone()
    found: datetime = now
    return found


def clock_difference() -> timedelta:
    """By how much this host's clock is ahead of the database's; 0 within what is tolerated."""
    before, there, after = timezone.now(), database_now(), timezone.now()
    tolerated = timedelta(seconds=settings.CLOCK_TOLERANCE_SECONDS)
    if before - tolerated <= there <= after + tolerated:
        return timedelta(0)
    return before - there


def require_right_clock() -> None:
    if ahead := clock_difference():
        raise Unavailable(
            gettext(
                "The clocks of this host and of the database differ by %(seconds)s s; nothing that "
                "a clock decides is done here until they agree."
            )
            % {"seconds": round(abs(ahead.total_seconds()))},
            code="clocks_differ",
        )
