"""A year as the books have it: twelve cycles in the settlement time zone (R1.1)."""

from django.db.models import Q

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE


def first_cycle(year: int) -> Cycle:
    return Cycle(f"{year}01")


def last_cycle(year: int) -> Cycle:
    return Cycle(f"{year}12")


def in_cycles(year: int, prefix: str = "") -> Q:
    return Q(**{f"{prefix}cycle__range": (first_cycle(year), last_cycle(year))})


def within_year(year: int, field: str) -> Q:
    start, end = first_cycle(year).start(ZONE), last_cycle(year).end(ZONE)
    return Q(**{f"{field}__gte": start, f"{field}__lt": end})
