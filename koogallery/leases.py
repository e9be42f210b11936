"""The one rule of leases, by the database's clock: who is at something now, and may call on."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now


def held(field: str, lease: timedelta, *, ends: bool = True) -> Q:
    """The lease runs now. `field` is its end, or else the last sign of life of who holds it.

    What lies further ahead than a lease reaches was written by a clock that was ahead: nobody's.
    """
    shift = lease if ends else timedelta(0)
    return Q(**{f"{field}__gt": Now() + (shift - lease), f"{field}__lt": Now() + (shift + lease)})
