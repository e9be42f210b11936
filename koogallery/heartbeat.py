"""When the schedule last ran: what a missing beat, or a missing worker, is seen by."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Now

from koogallery.models import ScheduledTask

#: Something is due every five seconds; so long without it, and nobody is there.
LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`sent_at` is of the last task that beat sent, `done_at` of the last one a worker did."""

    sent_at: datetime | None
    done_at: datetime | None
    now: datetime | None

    @property
    def beat_is_late(self) -> bool:
        return self._is_late(self.sent_at)

    @property
    def work_is_late(self) -> bool:
        return self._is_late(self.done_at)

    def _is_late(self, at: datetime | None) -> bool:
        return at is None or self.now is None or self.now - at > LATE


def heartbeat() -> Heartbeat:
    """By the database's clock alone."""
    return Heartbeat(
        **ScheduledTask.objects.aggregate(
            sent_at=Max("sent_at"), done_at=Max("done_at"), now=Max(Now())
        )
    )
