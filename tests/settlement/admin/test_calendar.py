"""The working-day calendar, edited in the admin: audited, and the run days told (R1.6)."""

from datetime import date

import time_machine
from django.test import Client

from koogallery.kit.seen import change, on_day
from koogallery.models import Act
from settlement.models import CalendarDay
from settlement.readings.calendar import WorkingDays
from tests.settlement.admin.answering import answered
from tests.settlement.builders import at

DAYS = "/admin/settlement/calendarday/"


@time_machine.travel(at(4, 10))
def test_R1_6_a_day_is_overruled_moved_and_given_back(desk: Client) -> None:
    listed = desk.get(DAYS).content.decode()
    assert "Tuesday, 7 April 2026" in listed
    entered = {"date": "2026-04-07", "is_working_day": "", "name": "Moving house"}
    shown = desk.post(f"{DAYS}overrule/", entered)
    assert not CalendarDay.objects.exists()
    [fact] = shown.context["foreseen"].facts
    assert (fact.name, fact.of) == ("run_day_of_cycle", "202603")
    assert fact.value == change(on_day(date(2026, 4, 7)), on_day(date(2026, 4, 8)))
    assert "Tuesday, 7 April 2026 → Wednesday, 8 April 2026" in shown.content.decode()
    desk.post(f"{DAYS}overrule/", {**entered, "seen": "0" * 64})
    assert not CalendarDay.objects.exists()
    desk.post(f"{DAYS}overrule/", {**entered, "seen": shown.context["foreseen"].digest})
    assert not WorkingDays().includes(date(2026, 4, 7))
    assert "Wednesday, 8 April 2026" in desk.get(DAYS).content.decode()

    day = CalendarDay.objects.get()
    answered(desk, f"{DAYS}{day.pk}/say/decide/", is_working_day="on", name="Back")
    assert WorkingDays().includes(date(2026, 4, 7))
    page = f"{DAYS}{day.pk}/restore/decide/"
    assert "unchanged" in desk.get(page).content.decode()
    answered(desk, page)
    assert not CalendarDay.objects.exists()
    acts = Act.objects.filter(object_kind="calendar_day").order_by("pk")
    assert list(acts.values_list("verb", "object_number")) == [
        ("overruled", "2026-04-07"),
        ("overruled", "2026-04-07"),
        ("restored", "2026-04-07"),
    ]
