"""What settlement tells sellers and customers (R10): its kinds, and one function for each act."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from koogallery.kit.money import format_amount
from koogallery.notices import CUSTOMER, SELLER, notify
from sellers.models import Seller
from settlement.models import DepositMovement, Dispute, Receivable, Recovery, Refund


def refund_review(refund: Refund) -> None:
    _tell(refund, "refund_review", SELLER, {})


def refund_confirmed(refund: Refund) -> None:
    """To both, once each (R4.5)."""
    _tell_both(refund, "refund_confirmed")


def refund_rejected(refund: Refund) -> None:
    _tell_both(refund, "refund_rejected", reason=refund.rejection_reason)


def refund_paid(refund: Refund) -> None:
    assert refund.refunded_at is not None, "told when the money has been returned"
    _tell_both(refund, "refund_paid", refunded_at=refund.refunded_at.isoformat())


def dispute_answered(dispute: Dispute) -> None:
    """To the seller; operators find what is open in their queue."""
    facts = {"line": str(dispute.line_no)} if dispute.line_no is not None else {}
    if dispute.adjustment is not None and dispute.difference is not None:
        facts["adjustment"] = dispute.adjustment.number
        facts["difference"] = format_amount(dispute.difference, dispute.bill.currency)
    notify(
        key=f"dispute_answered:{dispute.number}",
        kind="dispute_answered",
        seller=dispute.seller,
        dispute=dispute.number,
        outcome=str(dispute.state),
        bill=dispute.bill.number,
        currency=dispute.bill.currency,
        answer=dispute.answer,
        **facts,
    )


def recovery_planned(recovery: Recovery, plan: Sequence[Mapping[str, str]]) -> None:
    """Before money is taken (R5.6); again when a receivable goes back to a bill (R5.7)."""
    notify(
        key=f"recovery_planned:{recovery.number}:{recovery.window_start}",
        kind="recovery_planned",
        seller=recovery.seller,
        recovery=recovery.number,
        refund=recovery.refund.number,
        order=recovery.refund.order.number,
        original_bill=recovery.original_bill.number,
        outstanding=format_amount(recovery.outstanding, recovery.currency),
        currency=recovery.currency,
        plan=list(plan),
    )


def deposit_below_level(movement: DepositMovement) -> None:
    seller = movement.seller
    currency = seller.settlement_currency
    notify(
        key=f"deposit_below_level:{movement.pk}",
        kind="deposit_below_level",
        seller=seller,
        balance=format_amount(movement.balance_after, currency),
        required=format_amount(seller.required_deposit, currency),
        currency=currency,
    )


def receivable_paid(receivable: Receivable) -> None:
    notify(
        key=f"receivable_paid:{receivable.number}",
        kind="receivable_paid",
        seller=receivable.seller,
        receivable=receivable.number,
        recovery=receivable.recovery.number,
        amount=format_amount(receivable.amount, receivable.currency),
        currency=receivable.currency,
    )


def seller_left(seller: Seller, returned: Decimal) -> None:
    notify(
        key=f"seller_left:{seller.number}",
        kind="seller_left",
        seller=seller,
        returned=format_amount(returned, seller.settlement_currency),
        currency=seller.settlement_currency,
    )


def _tell_both(refund: Refund, kind: str, **facts: str) -> None:
    _tell(refund, kind, SELLER, facts)
    _tell(refund, kind, CUSTOMER, facts)


def _tell(refund: Refund, kind: str, recipient: str, facts: Mapping[str, Any]) -> None:
    notify(
        key=f"{kind}:{refund.number}:{recipient}",
        kind=kind,
        recipient=recipient,
        seller=refund.seller,
        customer_account=refund.order.customer_account if recipient == CUSTOMER else "",
        refund=refund.number,
        order=refund.order.number,
        amount=format_amount(refund.amount, refund.currency),
        currency=refund.currency,
        **facts,
    )
