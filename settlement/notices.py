"""What settlement tells sellers and customers (R10): its kinds, and one function for each act."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from koogallery.kit.figures import percent_text
from koogallery.kit.money import format_amount
from koogallery.models import Notice
from koogallery.notices import CUSTOMER, SELLER, notify
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.choices import MovementKind
from settlement.models import (
    Adjustment,
    Bill,
    DepositMovement,
    Dispute,
    ExitRequest,
    Invoice,
    Payout,
    PayoutItem,
    Receivable,
    ReceivablePayment,
    Recovery,
    Refund,
    SelfBillingConsent,
)


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


def bill_approved(bill: Bill) -> None:
    _tell_of_bill(bill, "bill_approved", bill.number, **_payable(bill))


def bill_rejected(bill: Bill) -> None:
    """Each time: it may be submitted again, and rejected again."""
    _tell_again(bill, "bill_rejected", reason=bill.state_reason)


def adjustment_recorded(adjustment: Adjustment) -> None:
    """Of an amount that comes onto the seller's next bill (R3.2)."""
    _tell_of_bill(
        adjustment.bill,
        "adjustment_recorded",
        adjustment.number,
        adjustment=adjustment.number,
        amount=format_amount(adjustment.amount, adjustment.currency),
        reason=adjustment.reason,
    )


def invoicing_notice(bill: Bill, due_on: date, bill_to: str) -> None:
    """Once a bill: what to invoice, to whom, until when (R8.1)."""
    _tell_of_bill(
        bill,
        "invoicing_notice",
        bill.number,
        net_payable=format_amount(bill.net_payable, bill.currency),
        bill_to=bill_to,
        due_on=due_on.isoformat(),
    )


def invoice_overdue(bill: Bill, due_on: date, left: Decimal) -> None:
    """Once for each day it was due on."""
    _tell_of_bill(
        bill,
        "invoice_overdue",
        f"{bill.number}:{due_on.isoformat()}",
        to_invoice=format_amount(left, bill.currency),
        due_on=due_on.isoformat(),
    )


def invoice_verified(invoice: Invoice) -> None:
    _tell_of_invoice(invoice, "invoice_verified")


def invoice_rejected(invoice: Invoice, due_on: date) -> None:
    facts = {"reason": invoice.rejection_reason, "due_on": due_on.isoformat()}
    _tell_of_invoice(invoice, "invoice_rejected", **facts)


def payout_planned(payout: Payout, item: PayoutItem) -> None:
    """Of each bill or deposit that the payout pays."""
    _notify_of_payout(
        payout,
        "payout_planned",
        f"{payout.number}:{item.pk}",
        amount=format_amount(item.total, payout.currency),
        expected_on=payout.expected_on.isoformat(),
        **({"bill": item.bill.number} if item.bill else {}),
    )


def payout_sent(payout: Payout) -> None:
    assert payout.bank_account is not None, "what is sent has its account"
    account = payout.bank_account.masked_account_number
    _notify_of_payout(payout, "payout_sent", account=account)


def payout_paid(payout: Payout) -> None:
    assert payout.paid_at is not None, "a paid payout says when"
    facts = {"reference": payout.bank_reference} if payout.bank_reference else {}
    what = f"{payout.number}:{payout.modified_at.isoformat()}"
    _notify_of_payout(payout, "payout_paid", what, paid_at=payout.paid_at.isoformat(), **facts)


def payout_undone(payout: Payout) -> None:
    """It failed, or was returned by the bank after it had been paid."""
    assert payout.failed_at is not None, "what is undone says when"
    what = f"{payout.number}:{payout.failed_at.isoformat()}"
    facts = {"code": payout.failure_code, "reason": payout.failure_detail}
    _notify_of_payout(payout, f"payout_{payout.state}", what, **facts)


def payout_corrected(payout: Payout, reason: str) -> None:
    """What was told of it is taken back: how it stands now, each time."""
    what = f"{payout.number}:{payout.modified_at.isoformat()}"
    _notify_of_payout(payout, "payout_corrected", what, state=payout.state, reason=reason)


def _notify_of_payout(payout: Payout, kind: str, what: str = "", **facts: str) -> None:
    notify(
        key=f"{kind}:{what or payout.number}",
        kind=kind,
        seller=payout.seller,
        payout=payout.number,
        currency=payout.currency,
        **{"amount": format_amount(payout.amount, payout.currency), **facts},
    )


def self_billing_consented(consent: SelfBillingConsent) -> None:
    _tell_of_consent(consent, "self_billing_consented", vat_rate=percent_text(consent.vat_rate))


def self_billing_ended(consent: SelfBillingConsent) -> None:
    _tell_of_consent(consent, "self_billing_ended")


def self_billed(invoice: Invoice) -> None:
    """The platform issued it in the seller's name (R8.3)."""
    _tell_of_invoice(invoice, "self_billed")


def not_self_billed(bill: Bill, reason: str) -> None:
    payable = format_amount(bill.net_payable, bill.currency)
    _tell_of_bill(bill, "not_self_billed", bill.number, net_payable=payable, reason=reason)


def _tell_of_consent(consent: SelfBillingConsent, kind: str, **facts: str) -> None:
    notify(
        key=f"{kind}:{consent.number}",
        kind=kind,
        seller=consent.seller,
        consent=consent.number,
        **facts,
    )


def recovery_planned(recovery: Recovery, plan: Sequence[Mapping[str, str]]) -> None:
    """Before money is taken (R5.6); again when a receivable goes back to a bill (R5.7)."""
    kind, facts = _origin(recovery)
    notify(
        key=f"{kind}:{recovery.number}:{recovery.window_start}",
        kind=kind,
        seller=recovery.seller,
        recovery=recovery.number,
        **facts,
        outstanding=format_amount(recovery.outstanding, recovery.currency),
        currency=recovery.currency,
        plan=list(plan),
    )


def _origin(recovery: Recovery) -> tuple[str, Mapping[str, str]]:
    if recovery.refund is None:
        return "negative_balance_planned", {"began_on": recovery.original_bill.number}
    return "recovery_planned", {
        "refund": recovery.refund.number,
        "order": recovery.refund.order.number,
        "original_bill": recovery.original_bill.number,
    }


_MOVEMENTS = {
    MovementKind.TOP_UP: "deposit_topped_up",
    MovementKind.PENALTY: "deposit_penalty",
    MovementKind.ADJUSTMENT: "deposit_adjusted",
    MovementKind.RETURN: "deposit_returned",
    MovementKind.REVERSAL: "deposit_adjusted",
}


def deposit_moved(movement: DepositMovement) -> None:
    """Each movement that a person records, with its reason (R6.2)."""
    kind = _MOVEMENTS[MovementKind(movement.kind)]
    seller, change = movement.seller, movement.change
    currency = seller.settlement_currency
    notify(
        key=f"{kind}:{movement.pk}",
        kind=kind,
        seller=seller,
        amount=format_amount(change if kind == "deposit_adjusted" else abs(change), currency),
        balance=format_amount(movement.balance_after, currency),
        reference=movement.reference,
        reason=movement.reason,
        currency=currency,
    )


def was_told_of_level(seller: Seller, required: str) -> bool:
    told = Notice.objects.filter(kind="deposit_below_level", seller_number=seller.number)
    return told.filter(facts__required=required).exists()


def deposit_below_level(
    seller: Seller, occasion: str, balance: Decimal, receivables: Decimal, asked: Decimal
) -> None:
    """With what to pay in: the receivables that a top-up pays first, and the level (R6.2)."""
    currency = seller.settlement_currency
    notify(
        key=f"deposit_below_level:{occasion}",
        kind="deposit_below_level",
        seller=seller,
        balance=format_amount(balance, currency),
        required=format_amount(seller.required_deposit, currency),
        open_receivables=format_amount(receivables, currency),
        top_up=format_amount(asked, currency),
        currency=currency,
    )


def receivable_due(receivable: Receivable, occasion: str) -> bool:
    """Once an occasion: so many days before the due date, on the day, or by hand on one day."""
    return _tell_of_date(receivable, "receivable_due", occasion)


def receivable_date_changed(receivable: Receivable) -> None:
    _tell_of_date(receivable, "receivable_date_changed", receivable.modified_at.isoformat())


def _tell_of_date(receivable: Receivable, kind: str, occasion: str) -> bool:
    """False where it was told already."""
    key = f"{kind}:{receivable.number}:{occasion}"
    if Notice.objects.filter(key=key).exists():
        return False
    notify(
        key=key,
        kind=kind,
        seller=receivable.seller,
        receivable=receivable.number,
        recovery=receivable.recovery.number,
        amount=format_amount(receivable.recovery.outstanding, receivable.currency),
        currency=receivable.currency,
        due_on=receivable.due_at.astimezone(ZONE).date().isoformat(),
    )
    return True


def receivable_paid(receivable: Receivable) -> None:
    notify(
        key=f"receivable_paid:{receivable.number}:{receivable.modified_at.isoformat()}",
        kind="receivable_paid",
        seller=receivable.seller,
        receivable=receivable.number,
        recovery=receivable.recovery.number,
        amount=format_amount(receivable.amount, receivable.currency),
        currency=receivable.currency,
    )


def receivable_reopened(receivable: Receivable, payment: ReceivablePayment, reason: str) -> None:
    """A payment on it never came."""
    notify(
        key=f"receivable_reopened:{receivable.number}:{payment.pk}",
        kind="receivable_reopened",
        seller=receivable.seller,
        receivable=receivable.number,
        recovery=receivable.recovery.number,
        amount=format_amount(payment.amount, receivable.currency),
        outstanding=format_amount(receivable.recovery.outstanding, receivable.currency),
        currency=receivable.currency,
        reason=reason,
    )


def seller_left(seller: Seller, returned: Decimal) -> None:
    notify(
        key=f"seller_left:{seller.number}",
        kind="seller_left",
        seller=seller,
        returned=format_amount(returned, seller.settlement_currency),
        currency=seller.settlement_currency,
    )


def exit_requested(request: ExitRequest) -> None:
    said = {"reason": request.reason} if request.reason else {}
    _tell_of_exit(request, "exit_requested", **said)


def exit_withdrawn(request: ExitRequest) -> None:
    _tell_of_exit(request, "exit_withdrawn")


def exit_refused(request: ExitRequest) -> None:
    _tell_of_exit(request, "exit_refused", reason=request.answer)


def _tell_of_exit(request: ExitRequest, kind: str, **facts: str) -> None:
    notify(
        key=f"{kind}:{request.number}",
        kind=kind,
        seller=request.seller,
        exit_request=request.number,
        **facts,
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
        **(_customer_of(refund) if recipient == CUSTOMER else {}),
        refund=refund.number,
        order=refund.order.number,
        amount=format_amount(refund.amount, refund.currency),
        currency=refund.currency,
        **facts,
    )


def _customer_of(refund: Refund) -> dict[str, Any]:
    order = refund.order
    names = ("customer_account", "customer_name", "customer_email")
    return {name: getattr(order, name) for name in names}


def _tell_of_invoice(invoice: Invoice, kind: str, **facts: str) -> None:
    _tell_of_bill(
        invoice.bill,
        kind,
        invoice.number,
        invoice=invoice.number,
        invoice_no=invoice.invoice_no,
        amount=format_amount(invoice.amount, invoice.currency),
        tax=format_amount(invoice.tax, invoice.currency),
        **facts,
    )


def _payable(bill: Bill) -> dict[str, str]:
    return {"cycle": bill.cycle, "net_payable": format_amount(bill.net_payable, bill.currency)}


def _tell_again(bill: Bill, kind: str, **facts: str) -> None:
    """Of something that can happen to a bill more than once."""
    what = f"{bill.number}:{bill.modified_at.isoformat()}"
    _tell_of_bill(bill, kind, what, **_payable(bill), **facts)


def _tell_of_bill(bill: Bill, kind: str, what: str, **facts: str) -> None:
    notify(
        key=f"{kind}:{what}",
        kind=kind,
        seller=bill.seller,
        bill=bill.number,
        currency=bill.currency,
        **facts,
    )
