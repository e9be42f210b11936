"""Who is at something now, and what is due: one rule each, whatever a clock ahead once wrote."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now


def held(field: str, lease: timedelta, *, ends: bool = True) -> Q:
    """The lease runs now. `field` is its end, or else the last sign of life of who holds it.

    What lies further ahead than a lease reaches was written by a clock that was ahead: nobody's.
    """
    shift = lease if ends else timedelta(0)
    return Q(**{f"{field}__gt": Now() + (shift - lease), f"{field}__lt": Now() + (shift + lease)})


def due(field: str, now: datetime, longest_wait: timedelta) -> Q:
    """Its time has come.

    Nothing is put off for longer than `longest_wait`: what lies further ahead was written by a
    clock that was ahead, and is due.
    """
    return Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + longest_wait})
