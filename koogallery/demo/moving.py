"""The demo goes on to a day to come: what happens until then is told, what is daily is done."""

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

from celery import current_app
from celery.schedules import crontab
from django.utils import timezone

from koogallery.demo import clock, marks
from koogallery.demo.calendar import RUNNING_MONTH, Calendar
from koogallery.demo.closing import await_run, keep_forecasts
from koogallery.demo.desk import open_desk
from koogallery.demo.loading import Loading
from koogallery.demo.marketplace import marketplace
from koogallery.kit.errors import Conflict
from koogallery.schedule import BEAT_SCHEDULE
from koogallery.settlement_time import ZONE, current_cycle, has_ended
from settlement.readings.calendar import run_day_of

#: When the schedule closes the month (koogallery/schedule.py).
NIGHT = time(2)


def go_on(to: datetime | None, directory: Path, tell: Callable[[str], None]) -> datetime:
    """To the night in which this month's bills are issued, unless told otherwise.

    The last month with facts of its own is the one in which the demo was loaded.
    """
    clock.agree()
    begun = marks.begun()
    if begun is None or not marks.is_done(marks.LOADED):
        raise Conflict("The demo is not loaded here: run load_demo first.", code="demo_not_loaded")
    to = to or datetime.combine(run_day_of(current_cycle()), NIGHT, ZONE)
    calendar, cycle = Calendar(begun[0]), current_cycle()
    end = calendar.end(RUNNING_MONTH)
    if to >= end > timezone.now():
        clock.go_on_to(end)
        loading = Loading(directory, tell, calendar, begun[1])
        loading.tell_facts("rest of the month", begun[1], end, marketplace(calendar), open_desk())
    clock.go_on_to(to)
    current_app.loader.import_default_modules()
    for entry in BEAT_SCHEDULE.values():
        if isinstance(entry["schedule"], crontab):
            current_app.tasks[entry["task"]].delay()
    if has_ended(cycle) and to.astimezone(ZONE).date() >= run_day_of(cycle):
        tell(f"{cycle} bill run: {await_run(cycle)}")
    keep_forecasts()
    return timezone.now()
