"""Refunds and recoveries that something has left undone, finished seller by seller (R5.1, R5.3).

The report of a refund opens its recovery, and the close ends what its window ended. This finds what
neither did, whatever the reason, and needs nobody: it is safe to repeat.
"""

from pathlib import Path

from django.db import transaction

from koogallery.statements import columns_of, run_statement
from sellers.services.closing import lock_sellers
from settlement.choices import LineKind
from settlement.models import BillLine, Refund
from settlement.services.expiry import settle_expired_recoveries
from settlement.services.recoveries import open_recovery

SQL = Path(__file__).resolve().parent.parent / "sql"


def sellers_with_unsettled_refunds() -> list[int]:
    return columns_of(run_statement(SQL / "unsettled_sellers.sql", {}))


@transaction.atomic
def settle_refunds_of(seller_id: int) -> None:
    """Open the recoveries that are missing, then end every one whose window is over."""
    lock_sellers([seller_id])
    missing = columns_of(run_statement(SQL / "unrecovered_refunds.sql", {"seller": seller_id}))
    refunds = Refund.objects.select_related("seller", "order").in_bulk(missing)
    for number in missing:
        refund = refunds[number]
        line = BillLine.objects.get(order=refund.order_id, kind=LineKind.ORDER)
        open_recovery(refund, line, actor=None)
    settle_expired_recoveries([seller_id])
