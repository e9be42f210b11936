"""How days, instants and cycles are written for people; amounts: koogallery/kit/figures.py."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE


def instant_text(instant: datetime) -> str:
    """In the settlement time zone, which whoever shows it prints beside it (R1.1)."""
    return date_format(instant.astimezone(ZONE), "DATETIME_FORMAT")


def written_instant_text(text: str) -> str:
    """Of an instant that a rule wrote in the settlement time zone: 2026-02-01 00:00."""
    return date_format(datetime.fromisoformat(text), "DATETIME_FORMAT")


def day_text(day: date) -> str:
    """A day of the settlement time zone; the day an instant falls on there."""
    if isinstance(day, datetime):
        day = day.astimezone(ZONE).date()
    return date_format(day, "DATE_FORMAT")


def long_day_text(day: date) -> str:
    """A day within a sentence: 7 February 2026."""
    return date_format(day, "LONG_DATE_FORMAT")


def cycle_label(cycle: str) -> str:
    """202602 is February 2026, and 2026年2月."""
    return date_format(Cycle(cycle).start(ZONE).astimezone(ZONE), "YEAR_MONTH_FORMAT")


def cycle_bounds(cycle: str) -> tuple[str, str]:
    """Its first instant and its last day's end: the instant after it would name the next month."""
    bounds = Cycle(cycle)
    last_day = bounds.end(ZONE).astimezone(ZONE) - timedelta(days=1)
    return instant_text(bounds.start(ZONE)), date_format(last_day, "END_OF_DAY_FORMAT")
