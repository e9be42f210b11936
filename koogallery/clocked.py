"""The portal's Celery task: done only where the clock is right, and on record where scheduled."""

import logging
from datetime import timedelta
from typing import Any

from celery import Task
from django.db import Error
from django.db.models.functions import Now

from koogallery.clock import clock_difference
from koogallery.metrics import counted_task
from koogallery.models import ScheduledTask
from koogallery.schedule import BEAT_SCHEDULE
from koogallery.tracing import traced_task

logger = logging.getLogger(__name__)

SCHEDULED = frozenset(entry["task"] for entry in BEAT_SCHEDULE.values())


class ClockedTask(Task):  # type: ignore[type-arg]  # not generic while it runs
    """Each piece of work is found again in the database, so that another host does it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if ahead := _ahead():
            logger.error("%s is left to others: this host's clock is %s ahead.", self.name, ahead)
            return None
        with counted_task(self.name), traced_task(self.name, self.request):
            done = super().__call__(*args, **kwargs)
        if self.name in SCHEDULED:
            ScheduledTask.objects.filter(task=self.name).update(done_at=Now())
        return done


def _ahead() -> timedelta:
    """Without the database the task itself finds out, and is tried again."""
    try:
        return clock_difference()
    except Error:
        return timedelta(0)
