"""What sellers and customers are told, once each: written with the act, sent after it (R10)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from koogallery.kit.money import format_amount
from koogallery.models import Notice
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.models import DepositMovement, Dispute, Receivable, Recovery, Refund
from settlement.rules.wording import instant, money

SELLER, CUSTOMER = "seller", "customer"

#: The sentence under the heading of each kind. The facts follow it.
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "refund_review": "A customer asks for money back. Please agree, or reject it and say why.",
        "refund_confirmed": "The refund has been approved. The customer gets the money back.",
        "refund_rejected": "The refund has been rejected. The customer may apply again.",
        "refund_paid": "The money has been returned to the customer.",
        "bill_issued": "The bill of the cycle has been issued and is waiting for approval.",
        "dispute_answered": "Your dispute has been answered. A difference comes onto your next "
        "bill.",
        "recovery_planned": "A refunded order had already been settled. Its refund is taken back "
        "in this order, and only as long as something is left to take:",
        "recovery_taken": "Part of a settled refund has been taken from this bill.",
        "deposit_used": "The bills of the recovery's window did not cover it; the deposit did.",
        "deposit_below_level": "The deposit is below its required level. Please top it up.",
        "receivable_opened": "Neither bills nor deposit covered the recovery. Please pay the rest.",
        "receivable_paid": "The receivable has been paid in full. Nothing is left to pay.",
        "seller_left": "Nothing is open any more. What the deposit held goes back to you.",
    }
)

#: The facts of a message in the order they are printed; PostgreSQL keeps none.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "refund": "Refund",
        "recovery": "Recovery",
        "receivable": "Receivable",
        "dispute": "Dispute",
        "bill": "Bill",
        "line": "Line",
        "cycle": "Cycle",
        "order": "Order",
        "original_bill": "Bill it was settled on",
        "amount": "Amount",
        "difference": "Difference",
        "adjustment": "Adjustment",
        "net_payable": "To be paid to you",
        "outstanding": "To be recovered",
        "balance": "Deposit",
        "required": "Required deposit",
        "returned": "Deposit returned",
        "refunded_at": "Refunded at",
        "reason": "Reason",
        "answer": "Answer",
        "plan": "Plan",
    }
)

#: Facts that are amounts of the notice's currency.
AMOUNTS = frozenset(
    {"amount", "difference", "net_payable", "balance", "required", "outstanding", "returned"}
)


def notify(
    *,
    key: str,
    kind: str,
    recipient: str,
    seller: Seller,
    subject: str,
    customer_account: str = "",
    **facts: str,
) -> None:
    """Note that somebody must be told; `key` names what happened, so a repeat writes nothing."""
    notice = Notice(
        key=key,
        kind=kind,
        recipient=recipient,
        seller_number=seller.number,
        customer_account=customer_account,
        subject=subject,
        facts=facts,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def body_of(notice: Notice) -> str:
    """The text of a message: what it means, then the facts, one a line."""
    currency = notice.facts.get("currency", "")
    facts = (
        f"{label}: {_fact(name, notice.facts[name], currency)}"
        for name, label in LABELS.items()
        if name in notice.facts
    )
    return "\n".join([notice.subject, "", SENTENCES[notice.kind], "", *facts])


def _fact(name: str, value: str, currency: str) -> str:
    return money(Decimal(value), currency) if name in AMOUNTS else value


def refund_review(refund: Refund) -> None:
    _tell_seller(refund, "refund_review", f"Please review refund {refund.number}")


def refund_confirmed(refund: Refund) -> None:
    """To both, once each (R4.5)."""
    _tell_both(refund, "refund_confirmed", f"Refund {refund.number} approved")


def refund_rejected(refund: Refund) -> None:
    _tell_both(
        refund,
        "refund_rejected",
        f"Refund {refund.number} rejected",
        reason=refund.rejection_reason,
    )


def refund_paid(refund: Refund) -> None:
    assert refund.refunded_at is not None, "told when the money has been returned"
    _tell_both(
        refund,
        "refund_paid",
        f"Refund {refund.number} paid out",
        refunded_at=f"{instant(refund.refunded_at, ZONE)} ({ZONE})",
    )


def dispute_answered(dispute: Dispute) -> None:
    """To the seller; operators find what is open in their queue."""
    facts = {"line": str(dispute.line_no)} if dispute.line_no is not None else {}
    if dispute.adjustment is not None and dispute.difference is not None:
        facts["adjustment"] = dispute.adjustment.number
        facts["difference"] = format_amount(dispute.difference, dispute.bill.currency)
    notify(
        key=f"dispute_answered:{dispute.number}",
        kind="dispute_answered",
        recipient=SELLER,
        seller=dispute.seller,
        subject=f"Dispute {dispute.number} {dispute.state}",
        dispute=dispute.number,
        bill=dispute.bill.number,
        currency=dispute.bill.currency,
        answer=dispute.answer,
        **facts,
    )


def recovery_planned(recovery: Recovery, plan: Sequence[str]) -> None:
    """Before money is taken (R5.6); again when a receivable goes back to a bill (R5.7)."""
    outstanding = money(recovery.outstanding, recovery.currency)
    notify(
        key=f"recovery_planned:{recovery.number}:{recovery.window_start}",
        kind="recovery_planned",
        recipient=SELLER,
        seller=recovery.seller,
        subject=f"{outstanding} to be recovered for refund {recovery.refund.number}",
        recovery=recovery.number,
        refund=recovery.refund.number,
        order=recovery.refund.order.number,
        original_bill=recovery.original_bill.number,
        outstanding=format_amount(recovery.outstanding, recovery.currency),
        currency=recovery.currency,
        plan="; ".join(plan),
    )


def deposit_below_level(movement: DepositMovement) -> None:
    seller = movement.seller
    currency = seller.settlement_currency
    notify(
        key=f"deposit_below_level:{movement.pk}",
        kind="deposit_below_level",
        recipient=SELLER,
        seller=seller,
        subject=f"Your deposit is below {money(seller.required_deposit, currency)}",
        balance=format_amount(movement.balance_after, currency),
        required=format_amount(seller.required_deposit, currency),
        currency=currency,
    )


def receivable_paid(receivable: Receivable) -> None:
    notify(
        key=f"receivable_paid:{receivable.number}",
        kind="receivable_paid",
        recipient=SELLER,
        seller=receivable.seller,
        subject=f"Receivable {receivable.number} is paid in full",
        receivable=receivable.number,
        recovery=receivable.recovery.number,
        amount=format_amount(receivable.amount, receivable.currency),
        currency=receivable.currency,
    )


def seller_left(seller: Seller, returned: Decimal) -> None:
    notify(
        key=f"seller_left:{seller.number}",
        kind="seller_left",
        recipient=SELLER,
        seller=seller,
        subject="You have left KooGallery",
        returned=format_amount(returned, seller.settlement_currency),
        currency=seller.settlement_currency,
    )


def _tell_both(refund: Refund, kind: str, subject: str, **facts: str) -> None:
    _tell_seller(refund, kind, subject, **facts)
    _tell(refund, kind, CUSTOMER, subject, refund.order.customer_account, facts)


def _tell_seller(refund: Refund, kind: str, subject: str, **facts: str) -> None:
    _tell(refund, kind, SELLER, subject, "", facts)


def _tell(
    refund: Refund,
    kind: str,
    recipient: str,
    subject: str,
    customer_account: str,
    facts: Mapping[str, str],
) -> None:
    notify(
        key=f"{kind}:{refund.number}:{recipient}",
        kind=kind,
        recipient=recipient,
        seller=refund.seller,
        subject=subject,
        customer_account=customer_account,
        refund=refund.number,
        order=refund.order.number,
        amount=format_amount(refund.amount, refund.currency),
        currency=refund.currency,
        **facts,
    )
