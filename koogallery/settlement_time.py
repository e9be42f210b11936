"""The settlement time zone, and cycles in it (R1.1)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from koogallery.clock import database_now
from koogallery.kit.cycles import Cycle

ZONE = ZoneInfo(settings.SETTLEMENT_TIME_ZONE)


def cycle_of(instant: datetime) -> Cycle:
    return Cycle.containing(instant, ZONE)


def current_cycle() -> Cycle:
    return cycle_of(timezone.now())


def has_ended(cycle: Cycle) -> bool:
    """By the database's clock and by this host's: neither alone, set wrong, ends a month early."""
    return cycle.has_ended(min(timezone.now(), database_now()), ZONE)
