"""Refunds and recoveries that something has left undone, finished seller by seller (R5.1, R5.3).

The report of a refund opens its recovery, and the close ends what its window ended. This finds what
neither did, whatever the reason, and needs nobody: it is safe to repeat.
"""

from django.db import transaction

from koogallery.statements import columns_of, run_statement
from sellers.services.closing import lock_sellers
from settlement.choices import LineKind
from settlement.models import BillLine, Refund
from settlement.services.recoveries.opening import open_recovery, settle_expired_recoveries


def sellers_with_unsettled_refunds() -> list[int]:
    return columns_of(run_statement("settlement/unsettled_sellers", {}))


@transaction.atomic
def settle_refunds_of(seller_id: int) -> None:
    """Open the recoveries that are missing, then end every one whose window is over."""
    lock_sellers([seller_id])
    missing = columns_of(run_statement("settlement/unrecovered_refunds", {"seller": seller_id}))
    refunds = Refund.objects.select_related("seller", "order").in_bulk(missing)
    for number in missing:
        refund = refunds[number]
        line = BillLine.objects.get(order=refund.order_id, kind=LineKind.ORDER)
        open_recovery(refund, line, actor=None)
    settle_expired_recoveries([seller_id])
