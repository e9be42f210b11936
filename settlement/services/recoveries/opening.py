"""Opening the recovery of a settled refund (R5.1). Bills, deposit and seller then pay it.

What recoveries do once their window has passed: the deposit, then a receivable (R5.3).
"""

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from koogallery import audit
from koogallery.kit.money import ZERO, format_amount
from koogallery.models import User
from koogallery.settlement_time import ZONE
from koogallery.statements import MINOR_UNITS, columns_of, run_statement
from sellers.services.closing import lock_sellers
from settlement import notices
from settlement.choices import Account, LineKind
from settlement.models import BillLine, Recovery, Refund
from settlement.readings.recovery_paths import plan_of
from settlement.rules.recovery import recovery_basis_amount, window
from settlement.services import ledger


def settle_expired_recoveries(seller_ids: Sequence[int]) -> None:
    """Draw on the deposit up to its balance, oldest refund first; the rest is receivable at once.

    For recoveries whose window has passed for their seller, or whose seller has left. The caller
    holds the sellers' locks. Repeating it changes nothing: only what is outstanding is moved.
    """
    scope = {"sellers": list(seller_ids), "minor_units": MINOR_UNITS}
    run_statement("settlement/draw_deposits", scope)
    due = {"due_days": settings.RECEIVABLE_DUE_DAYS}
    run_statement("settlement/open_receivables", {**scope, **due})


def open_recovery(refund: Refund, line: BillLine, *, actor: User | None) -> Recovery | None:
    """Claim a refund back from its seller, who is told before money is taken (R5.6).

    `line` is the order's line on its issued bill. None where the seller's share rounds to
    nothing. The caller holds the seller's lock and has just made the refund `refunded`.
    """
    amount = _basis_amount(refund, line)
    if amount == ZERO:
        return None
    recovery = _create(refund, line, amount)
    ledger.post(
        key=f"recovery:{recovery.number}",
        kind="recovery",
        seller_id=recovery.seller_id,
        subject=recovery.number,
        effective_at=recovery.refunded_at,
        currency=recovery.currency,
        legs={Account.RECOVERIES: recovery.amount, Account.CUSTOMER_REFUNDS: -recovery.amount},
    )
    notices.recovery_planned(recovery, plan_of(recovery))
    audit.note(
        actor,
        "opened",
        recovery,
        refund=refund.number,
        amount=format_amount(amount, recovery.currency),
        currency=recovery.currency,
    )
    return recovery


def _basis_amount(refund: Refund, line: BillLine) -> Decimal:
    """A partly refunded order was settled for what the customer had kept until then (R4.6)."""
    return recovery_basis_amount(
        settings.REFUND_RECOVERY_BASIS,
        refund.amount,
        line.settlement,
        refund.order.paid_amount - line.refunded_before,
        refund.currency,
    )


def _create(refund: Refund, line: BillLine, amount: Decimal) -> Recovery:
    assert refund.refunded_at is not None, "opened once the money has been returned"
    first, last = window(refund.refunded_at, ZONE, settings.RECOVERY_WINDOW_CYCLES)
    return Recovery.objects.create(
        number=f"RC{refund.number.removeprefix('RF')}",
        refund=refund,
        seller=refund.seller,
        original_bill=line.bill,
        currency=refund.currency,
        basis=settings.REFUND_RECOVERY_BASIS,
        amount=amount,
        outstanding=amount,
        refunded_at=refund.refunded_at,
        cycle=first,
        window_start=first,
        window_end=last,
    )


# Refunds and recoveries that something has left undone, finished seller by seller (R5.1, R5.3).
#
# The report of a refund opens its recovery, and the close ends what its window ended. This finds
# what neither did, whatever the reason, and needs nobody: it is safe to repeat.


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
