"""Celery beat with its memory in the database: no file, and no clock that was ahead stops it.

What was last sent in the future counts as due: all tasks are safe to repeat, none may wait.
"""

import logging
from datetime import datetime
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import BaseSchedule
from django.db import Error, connection
from django.db.models.functions import Now
from django.utils import timezone

from koogallery.models import ScheduledTask

logger = logging.getLogger(__name__)


class RowEntry(ScheduleEntry):
    schedule: BaseSchedule
    last_run_at: datetime

    def is_due(self) -> tuple[bool, float]:
        now = self.default_now()
        if self.last_run_at <= now:
            return super().is_due()
        _, until_next = self.schedule.is_due(now)
        return True, until_next


class RowScheduler(Scheduler):
    Entry = RowEntry
    #: Seconds; how soon a clock that was set back is noticed.
    max_interval = 5
    _ticked_at: datetime | None = None

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for task, sent_at in _remembered().items():
            for entry in self.schedule.values():
                if entry.task == task:
                    entry.last_run_at = sent_at

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """What is next was computed by the clock as it was; set back, it is computed anew."""
        now = timezone.now()
        if self._ticked_at is not None and now < self._ticked_at:
            self._heap = None
        self._ticked_at = now
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def reserve(self, entry: Any) -> Any:
        # Without the database the schedule goes on; what it sends waits in the broker.
        try:
            ScheduledTask.objects.update_or_create(task=entry.task, defaults={"sent_at": Now()})
        except Error as away:
            logger.warning("When %s was sent is not remembered: %s", entry.task, away)
            connection.close()  # a new one for the next
        return super().reserve(entry)


def _remembered() -> dict[str, datetime]:
    try:
        return dict(ScheduledTask.objects.values_list("task", "sent_at"))
    except Error:
        logger.warning("The database is away; the schedule begins anew.")
        return {}
