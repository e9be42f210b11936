"""A clock that is wrong stops nothing for longer than it is wrong, and ends no month early."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from koogallery.beat import RowScheduler
from koogallery.clock import clock_difference
from koogallery.kit.errors import Conflict, Unavailable
from koogallery.models import ScheduledTask
from koogallery.settlement_time import current_cycle, has_ended
from settlement import tasks
from settlement.models import BillRun
from settlement.services.closing.runs import request_run, work_on_run
from settlement.services.closing.work import take_up_stalled
from tests.eagerly import tasks_at_once
from tests.settlement.builders import at, make_order, make_product, make_seller

pytestmark = pytest.mark.django_db

AHEAD = pytest.mark.parametrize("days", [1, 40], ids=["a day", "forty days"])


@pytest.fixture(autouse=True)
def _as_deployed(settings: Settings) -> Iterator[None]:
    settings.CLOCK_TOLERANCE_SECONDS = 5
    with tasks_at_once(propagates=False):
        yield


@pytest.fixture
def _market(db: None) -> None:
    make_order(make_product(make_seller()), "100", at(1, 5))


def test_clocks_that_agree_differ_by_nothing() -> None:
    assert clock_difference() == timedelta(0)


@AHEAD
def test_R1_6_no_month_ends_early(days: int, settings: Settings) -> None:
    running = current_cycle()
    with time_machine.travel(running.following.end(timezone.get_default_timezone())):
        assert not has_ended(running)
        with pytest.raises(Unavailable, match="clocks of this host and of the database differ"):
            request_run(running, None, actor=None)
        settings.CLOCK_TOLERANCE_SECONDS = 10**10
        with pytest.raises(Conflict, match="has not ended"):
            request_run(running, None, actor=None)
    assert not BillRun.objects.exists()


@AHEAD
@pytest.mark.usefixtures("_market")
def test_R1_6_the_schedule_of_such_a_host_closes_nothing(days: int) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        tasks.close_on_run_day()
        tasks.close_monthly_bills(current_cycle().previous)
    assert not BillRun.objects.exists()


@AHEAD
@pytest.mark.usefixtures("_market")
def test_R1_7_a_run_is_left_to_others_and_they_go_on_at_once(days: int) -> None:
    run = request_run(current_cycle().previous, None, actor=None)
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        work_on_run(run.number)
    run.refresh_from_db()
    assert run.state == "running"
    assert "differ by" in run.last_error
    assert not run.parts.exclude(state="pending").exists()

    work_on_run(run.number)

    run.refresh_from_db()
    assert run.state == "closed"


@pytest.mark.usefixtures("_market")
def test_R1_7_what_a_clock_ahead_once_wrote_is_no_reason_to_wait() -> None:
    run = request_run(current_cycle().previous, None, actor=None)
    later = timezone.now() + timedelta(hours=6)
    BillRun.objects.filter(pk=run.pk).update(
        created_at=timezone.now() - timedelta(minutes=5), taken_up_at=later, progressed_at=later
    )
    assert take_up_stalled(BillRun, timedelta(seconds=10)) == [run.number]


class Recorded(RowScheduler):
    """Beat that notes what it would send."""

    producer: Any = None

    def __init__(self) -> None:
        self.sent: list[str] = []
        super().__init__(current_app)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:  # noqa: ARG002  # as Celery's
        self.sent.append(entry.task)

    def run(self) -> set[str]:
        """What it sends before it would sleep."""
        self.sent.clear()
        while self.tick() <= 0:
            pass
        return set(self.sent)


RESUME = "settlement.tasks.resume_bill_runs"


@AHEAD
@pytest.mark.parametrize("restarted", [False, True], ids=["goes on", "restarted"])
def test_beat_goes_on_at_once_after_a_clock_that_was_ahead(days: int, *, restarted: bool) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        beat = Recorded()
        beat.run()
        clock.move_to(now + timedelta(days=days))
        assert RESUME in beat.run()
        clock.move_to(now + timedelta(seconds=6))
        if restarted:
            ScheduledTask.objects.update(sent_at=now + timedelta(days=days))
            beat = Recorded()
        assert RESUME in beat.run()
        assert RESUME not in beat.run()
        clock.move_to(now + timedelta(seconds=12))
        assert RESUME in beat.run()


def test_beat_goes_on_where_it_was_when_it_is_started_again() -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone())
    daily = "settlement.tasks.close_on_run_day"
    ScheduledTask.objects.create(task=daily, sent_at=long_ago)

    assert daily in Recorded().run()

    assert ScheduledTask.objects.get(task=daily).sent_at > long_ago
    assert daily not in Recorded().run()


@pytest.mark.django_db(transaction=True)
def test_beat_survives_a_database_that_is_away() -> None:
    def away(*_: object) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        beat = Recorded()
        beat.run()


def test_what_a_worker_did_of_the_schedule_is_on_record() -> None:
    ScheduledTask.objects.create(task=RESUME, sent_at=timezone.now())
    tasks.resume_bill_runs()
    assert ScheduledTask.objects.get(task=RESUME).done_at is not None
