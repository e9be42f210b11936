"""The sellers of a bill run, or of a preview of one, as a queue of batches for any worker.

A worker claims a batch by an advisory lock that dies with its transaction, so a killed worker's
batch is free again at once. The queue says what is left to do, never what may be done: that is
decided by each seller's lock and open cycle.
"""

from collections.abc import Sequence
from string import Template
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from koogallery.kit.cycles import Cycle
from koogallery.statements import read_statement
from sellers.models import Seller
from settlement.models import Batched

#: Who failed goes behind all others, and not before it is time. Without OFFSET the planner asks for
#: the locks of all batches before it takes the first.
CLAIM = """
SELECT batch FROM (
    SELECT batch FROM $parts WHERE $owner = %(owner)s AND state = 'pending' GROUP BY batch
    HAVING coalesce(max(retry_at) <= statement_timestamp(), true) ORDER BY max(attempts), batch
    OFFSET 0
) pending
WHERE pg_try_advisory_xact_lock(%(lock)s::int, batch) LIMIT 1
"""


def _of(work: Batched, statement: str) -> str:
    """The statement, of the table of its parts and their column for whose they are."""
    field = work.parts.field
    return Template(statement).substitute(parts=field.model._meta.db_table, owner=field.column)


def name_sellers(work: Batched, sellers: Sequence[int] | None) -> None:
    """Whom the work is for, not weighed or put in batches: of everyone only how many they are."""
    if sellers is None:
        work.sellers_total = Seller.objects.count()
    else:
        part, owner = work.parts.model, {work.parts.field.name: work}
        part.objects.bulk_create(part(seller_id=seller, **owner) for seller in sellers)
        work.sellers_total = len(sellers)
    work.save(update_fields=["sellers_total"])


def plan_parts(work: Batched) -> None:
    """Queue everyone, or those whose parts are there; the biggest first."""
    parameters: dict[str, Any] = {
        "owner": work.pk,
        "cycle": Cycle(work.cycle),
        "everyone": work.everyone,
        "lines": settings.BILL_RUN_BATCH_LINES,
        "members": settings.BILL_RUN_BATCH_SELLERS,
        "most_lines": settings.BILL_RUN_MOST_LINES if work.IS_KEPT else 0,
        "most_members": settings.BILL_RUN_MOST_SELLERS if work.IS_KEPT else 0,
        "workers": settings.BILL_RUN_WORKERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_of(work, read_statement("settlement/plan_parts")), parameters)
    planned = work.parts.aggregate(sellers=Count("id"), lines=Sum("weight", default=0))
    work.sellers_total, work.lines_expected = planned["sellers"], planned["lines"]
    work.save(update_fields=["sellers_total", "lines_expected"])


def claim_batch(work: Batched) -> list[int]:
    """The pending sellers of one batch nobody works on; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_of(work, CLAIM), {"owner": work.pk, "lock": work.LOCK_SIGN * work.pk})
        claimed = cursor.fetchone()
    if claimed is None:
        return []
    parts = work.parts.filter(state="pending", batch=claimed[0])
    return list(parts.order_by("seller_id").values_list("seller_id", flat=True))
