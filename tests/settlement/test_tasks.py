"""What runs by itself: once a month, taken up after a crash, safe to repeat (R1.6, R1.7)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from koogallery.kit.cycles import Cycle
from sellers.models import Seller
from settlement import tasks
from settlement.models import Bill, BillRun, CalendarDay
from settlement.services.closing.runs import request_run
from tests.eagerly import tasks_at_once
from tests.settlement.builders import at, make_order, make_product, make_seller

MARCH = Cycle("202603")
#: 2026-04-07 is a Tuesday and a working day in the settlement calendar.
RUN_DAY_MORNING = datetime(2026, 4, 6, 18, 0, tzinfo=UTC)  # 02:00 on the 7th in Shanghai


@pytest.fixture(autouse=True)
def _tasks_run_at_once(settings: object) -> object:
    with tasks_at_once():
        yield


@pytest.fixture
def seller(db: None) -> Seller:
    seller = make_seller()
    make_order(make_product(seller), "100", at(3, 5))
    return seller


def test_R1_6_last_month_is_closed_on_the_run_day(
    seller: Seller, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with time_machine.travel(RUN_DAY_MORNING - timedelta(days=1), tick=False):
        tasks.close_on_run_day()
        assert not BillRun.objects.exists()
    with (
        time_machine.travel(RUN_DAY_MORNING, tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.close_on_run_day()

    run = BillRun.objects.get()
    assert (run.cycle, run.everyone, run.state) == (MARCH, True, "closed")
    assert Bill.objects.get(seller=seller).cycle == MARCH


def test_R1_6_a_holiday_moves_the_run(seller: Seller) -> None:
    CalendarDay.objects.create(
        date=RUN_DAY_MORNING.date() + timedelta(days=1), is_working_day=False
    )
    with time_machine.travel(RUN_DAY_MORNING, tick=False):
        tasks.close_on_run_day()

    assert not BillRun.objects.exists()


def test_R1_7_the_days_after_the_run_day_ask_for_nothing_more(seller: Seller) -> None:
    for days in range(3):
        with time_machine.travel(RUN_DAY_MORNING + timedelta(days=days), tick=False):
            tasks.close_on_run_day()

    assert BillRun.objects.count() == 1


def test_R1_7_a_run_nobody_works_on_is_taken_up(seller: Seller) -> None:
    run = request_run(MARCH, None, actor=None)
    tasks.resume_bill_runs()
    assert not Bill.objects.exists()
    BillRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    tasks.resume_bill_runs()

    run.refresh_from_db()
    assert run.state == "closed"
    assert Bill.objects.get(seller=seller).sales_amount == 100
