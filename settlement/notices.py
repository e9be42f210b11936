"""What sellers and customers are told, once each: written with the act, sent after it (R10)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from koogallery.kit.money import format_amount
from koogallery.models import Notice
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.models import (
    Bill,
    DepositMovement,
    Dispute,
    Invoice,
    Receivable,
    Recovery,
    Refund,
)
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
        "invoicing_notice": "The bill is approved. Please send an invoice over exactly the amount "
        "to be paid, made out as the invoicing list on the bill's page says.",
        "invoice_verified": "The invoice is verified. Once all invoices of the bill are, it is "
        "paid to your bank account.",
        "invoice_rejected": "The invoice cannot be accepted as it is. Please submit a corrected "
        "one.",
        "invoice_overdue": "The bill still waits for its invoice; it cannot be paid before that.",
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
        "invoice": "Invoice",
        "invoice_no": "Your invoice No.",
        "bill": "Bill",
        "line": "Line",
        "cycle": "Cycle",
        "order": "Order",
        "original_bill": "Bill it was settled on",
        "amount": "Amount",
        "difference": "Difference",
        "adjustment": "Adjustment",
        "net_payable": "To be paid to you",
        "to_invoice": "Still to be invoiced",
        "bill_to": "Bill to",
        "due_on": "Due on",
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
    {
        "amount",
        "difference",
        "net_payable",
        "to_invoice",
        "balance",
        "required",
        "outstanding",
        "returned",
    }
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
    facts = (f"{label}: {value}" for label, value in facts_of(notice))
    return "\n".join([notice.subject, "", sentence_of(notice), "", *facts])


def sentence_of(notice: Notice) -> str:
    return SENTENCES[notice.kind]


def facts_of(notice: Notice) -> list[tuple[str, str]]:
    """What the notice is about, in the order it is read: label and value."""
    currency = notice.facts.get("currency", "")
    return [
        (label, _fact(name, notice.facts[name], currency))
        for name, label in LABELS.items()
        if name in notice.facts
    ]


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


def invoicing_notice(bill: Bill, due_on: date, bill_to: str) -> None:
    """Once a bill: what to invoice, to whom, until when (R8.1)."""
    _of_bill(
        bill,
        "invoicing_notice",
        key=f"invoicing_notice:{bill.number}",
        subject=f"Please invoice bill {bill.number} by {due_on.isoformat()}",
        net_payable=format_amount(bill.net_payable, bill.currency),
        bill_to=bill_to,
        due_on=due_on.isoformat(),
    )


def invoice_overdue(bill: Bill, due_on: date, left: Decimal) -> None:
    _of_bill(
        bill,
        "invoice_overdue",
        key=f"invoice_overdue:{bill.number}:{due_on.isoformat()}",
        subject=f"The invoice for bill {bill.number} is overdue",
        to_invoice=format_amount(left, bill.currency),
        due_on=due_on.isoformat(),
    )


def invoice_verified(invoice: Invoice) -> None:
    _of_invoice(invoice, "invoice_verified", f"Invoice {invoice.invoice_no} verified")


def invoice_rejected(invoice: Invoice, due_on: date) -> None:
    _of_invoice(
        invoice,
        "invoice_rejected",
        f"Invoice {invoice.invoice_no} rejected",
        reason=invoice.rejection_reason,
        due_on=due_on.isoformat(),
    )


def _of_invoice(invoice: Invoice, kind: str, subject: str, **facts: str) -> None:
    _of_bill(
        invoice.bill,
        kind,
        key=f"{kind}:{invoice.number}",
        subject=subject,
        invoice=invoice.number,
        invoice_no=invoice.invoice_no,
        amount=format_amount(invoice.amount, invoice.currency),
        **facts,
    )


def _of_bill(bill: Bill, kind: str, *, key: str, subject: str, **facts: str) -> None:
    notify(
        key=key,
        kind=kind,
        recipient=SELLER,
        seller=bill.seller,
        subject=subject,
        bill=bill.number,
        currency=bill.currency,
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
