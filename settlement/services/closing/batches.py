"""The sellers of a bill run, or of a preview of one, as a queue of batches for any worker.

A worker claims a batch by an advisory lock that dies with its transaction, so a killed worker's
batch is free again at once. The queue says what is left to do, never what may be done: that is
decided by each seller's lock and open cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from string import Template
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Greatest, Now

from koogallery.kit.cycles import Cycle
from koogallery.statements import read_statement
from settlement.choices import PreviewSellerState, RunSellerState
from settlement.models import BillPreview, BillPreviewSeller, BillRun, BillRunSeller

#: Who failed goes behind all others, and not before it is time.
CLAIM = """
SELECT batch FROM (
    SELECT batch FROM $parts WHERE $owner = %(owner)s AND state = 'pending' GROUP BY batch
    HAVING coalesce(max(retry_at) <= statement_timestamp(), true) ORDER BY max(attempts), batch
) pending
WHERE pg_try_advisory_xact_lock(%(lock)s::int, batch) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """`sign` keeps the locks of the two kinds apart; `parked` is the state of who is refused."""

    model: type[BillRunSeller] | type[BillPreviewSeller]
    owner: str
    sign: int
    parked: str

    def fill(self, statement: str) -> str:
        return Template(statement).substitute(parts=self.model._meta.db_table, owner=self.owner)


RUN = Queue(BillRunSeller, "run_id", 1, RunSellerState.PARKED)
PREVIEW = Queue(BillPreviewSeller, "preview_id", -1, PreviewSellerState.BLOCKED)


def queue_of(work: BillRun | BillPreview) -> Queue:
    return RUN if isinstance(work, BillRun) else PREVIEW


def plan_parts(work: BillRun | BillPreview, sellers: Sequence[int] | None) -> None:
    """Queue these sellers, or everyone; the biggest first."""
    parameters: dict[str, Any] = {
        "owner": work.pk,
        "cycle": Cycle(work.cycle),
        "sellers": None if sellers is None else list(sellers),
        "lines": settings.BILL_RUN_BATCH_LINES,
        "members": settings.BILL_RUN_BATCH_SELLERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(queue_of(work).fill(read_statement("settlement/plan_parts")), parameters)
    planned = work.parts.aggregate(sellers=Count("id"), lines=Sum("weight", default=0))
    work.sellers_total, work.lines_expected = planned["sellers"], planned["lines"]
    work.save(update_fields=["sellers_total", "lines_expected"])


def claim_batch(work: BillRun | BillPreview) -> list[int]:
    """The pending sellers of one batch nobody works on; the lock ends with the transaction."""
    queue = queue_of(work)
    with connection.cursor() as cursor:
        cursor.execute(queue.fill(CLAIM), {"owner": work.pk, "lock": queue.sign * work.pk})
        claimed = cursor.fetchone()
    if claimed is None:
        return []
    parts = work.parts.filter(state="pending", batch=claimed[0])
    return list(parts.order_by("seller_id").values_list("seller_id", flat=True))


def take_up_stalled(unfinished: QuerySet[Any], after: timedelta) -> list[str]:
    """Numbers of those that neither moved nor were taken up for this long; taken up from now on.

    By the database's clock alone. What a clock ahead once wrote into the future counts as long ago.
    """
    stalled = unfinished.annotate(
        moved_at=Greatest("created_at", "progressed_at", "taken_up_at")
    ).exclude(moved_at__range=(Now() - after, Now()))
    numbers = list(stalled.values_list("number", flat=True))
    unfinished.filter(number__in=numbers).update(taken_up_at=Now())
    return numbers
