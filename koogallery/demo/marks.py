"""How far the loading has come, kept in the record of acts: each step is done once.

A mark is written in the transaction of its step where the step is one transaction, so that an
interrupted load goes on with the first step that is not done.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from koogallery import audit
from koogallery.kit.cycles import Cycle
from koogallery.models import Act
from sellers.models import Seller

KIND = "demo"
BEGUN = "first month"
LOADED = "all months"
#: Any number nobody else uses: two loads of one database exclude each other by it.
LOCK = 7_311_094


def begun() -> tuple[Cycle, datetime] | None:
    """The first month of the demo, and the real instant at which its loading began."""
    act = Act.objects.filter(object_kind=KIND, object_number=BEGUN).first()
    if act is None:
        return None
    return Cycle(act.facts["cycle"]), datetime.fromisoformat(act.facts["began_at"])


def begin(cycle: Cycle, began_at: datetime) -> None:
    audit.record(None, "loaded", KIND, BEGUN, cycle=cycle, began_at=began_at)


def is_demos_own() -> bool:
    """Whether this database holds no sellers but the demo's, or none at all."""
    return begun() is not None or not Seller.objects.exists()


def is_done(step: str) -> bool:
    return Act.objects.filter(object_kind=KIND, object_number=step).exists()


def mark(step: str) -> None:
    audit.record(None, "loaded", KIND, step)


def once(step: str, do: Callable[[], object]) -> None:
    """Do it together with its mark, or neither."""
    if not is_done(step):
        with transaction.atomic():
            do()
            mark(step)


def take_lock() -> bool:
    """Whether nobody else loads the demo into this database; held until this session ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
