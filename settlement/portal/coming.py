"""What comes next: the cycle whose bill is issued next, and the day (R1.6)."""

from dataclasses import dataclass
from datetime import date, datetime

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE, cycle_of
from settlement.readings.calendar import run_days_of


@dataclass(frozen=True, slots=True)
class NextIssue:
    cycle: Cycle
    day: date


def next_issue(now: datetime, open_cycle: str | None = None) -> NextIssue:
    """`open_cycle` is the seller's first cycle not yet closed, None if unknown or before any."""
    current = cycle_of(now)
    cycle = current if (open_cycle or "") >= current else current.previous
    days = run_days_of([cycle, cycle.following])
    if days[cycle] < now.astimezone(ZONE).date():
        cycle = cycle.following
    return NextIssue(cycle, days[cycle])
