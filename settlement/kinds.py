"""The kinds of notices of settlement, and their facts (R10)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koogallery.dates import cycle_label, day_text
from koogallery.kinds import (
    AMOUNT,
    CYCLE,
    DAY,
    INSTANT,
    NUMBER,
    TEXT,
    Fact,
    Form,
    Kind,
    one_of,
    register,
)
from koogallery.kit.figures import money_text
from settlement.choices import Source
from settlement.rules.bank_reasons import told

_FROM: Mapping[str, Promise] = {
    Source.BILL: _("at most %(amount)s from the bill of %(cycle)s, on %(on)s or later"),
    Source.DEPOSIT: _("at most %(amount)s from the deposit, on %(on)s or later"),
    Source.PAYMENT: _("at most %(amount)s paid by you as a receivable, on %(on)s or later"),
}


def write_plan(plan: Sequence[Mapping[str, str]] | str, currency: str) -> str:
    """What will be taken from where, and when; told to the seller beforehand (R5.6)."""
    if isinstance(plan, str):
        return plan  # of the time when plans were stored as they were told
    return "; ".join(str(_FROM[step["source"]]) % _step(step, currency) for step in plan)


def _step(step: Mapping[str, str], currency: str) -> dict[str, Any]:
    amount = money_text(Decimal(step["amount"]), currency)
    cycle = step.get("cycle", "")
    on = day_text(date.fromisoformat(step["on"]))
    return {"amount": amount, "cycle": cycle and cycle_label(cycle), "on": on}


PLAN = Form(
    "list of `{source, amount, on, cycle?}`, in the order of R5.2",
    write_plan,
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["source", "amount", "on"],
            "properties": {
                "source": {"type": "string", "enum": list(Source.values)},
                "amount": {"type": "string"},
                "on": {"type": "string", "format": "date"},
                "cycle": {"type": "string"},
            },
        },
    },
)
BANK_CODE = Form("text", lambda code, _: told(code))
OUTCOME = one_of({"accepted": _("accepted"), "declined": _("declined")})

FACTS = {
    "refund": Fact(_("Refund"), NUMBER, "refund-detail", "refunds"),
    "recovery": Fact(_("Recovery"), NUMBER, "recovery-detail", "recoveries"),
    "receivable": Fact(_("Receivable"), NUMBER, "receivable-detail", "receivables"),
    "invoice": Fact(_("Invoice"), NUMBER, "invoice-detail", "invoices"),
    "invoice_no": Fact(_("Your invoice No."), TEXT),
    "payout": Fact(_("Payout"), NUMBER, "payout-detail", "payouts"),
    "expected_on": Fact(_("Expected on"), DAY),
    "paid_at": Fact(_("Paid at"), INSTANT),
    "code": Fact(_("Code of the bank"), BANK_CODE),
    "consent": Fact(_("Consent"), NUMBER, "self-billing-consent-detail", "self-billing-consents"),
    "vat_rate": Fact(_("Rate of VAT"), TEXT),
    "exit_request": Fact(_("Request"), NUMBER, collection="exit-requests"),
    "dispute": Fact(_("Dispute"), NUMBER, "dispute-detail", "disputes"),
    "outcome": Fact(_("Outcome"), OUTCOME),
    "bill": Fact(_("Bill"), NUMBER, "bill-detail", "bills"),
    "line": Fact(_("Line"), TEXT),
    "cycle": Fact(_("Cycle"), CYCLE),
    "order": Fact(_("Order"), NUMBER, "order-detail", "orders"),
    "began_on": Fact(_("Bill where it began"), NUMBER, "bill-detail", "bills"),
    "original_bill": Fact(_("Bill it was settled on"), NUMBER, "bill-detail", "bills"),
    "amount": Fact(_("Amount"), AMOUNT),
    "tax": Fact(_("VAT"), AMOUNT),
    "difference": Fact(_("Difference"), AMOUNT),
    "adjustment": Fact(_("Adjustment"), NUMBER, collection="adjustments"),
    "net_payable": Fact(_("To be paid to you"), AMOUNT),
    "to_invoice": Fact(_("Still to be invoiced"), AMOUNT),
    "bill_to": Fact(_("Bill to"), TEXT),
    "due_on": Fact(_("Due on"), DAY),
    "outstanding": Fact(_("To be recovered"), AMOUNT),
    "balance": Fact(_("Deposit"), AMOUNT),
    "required": Fact(_("Required deposit"), AMOUNT),
    "open_receivables": Fact(_("Open receivables"), AMOUNT),
    "top_up": Fact(_("Please top up"), AMOUNT),
    "reference": Fact(_("Reference"), TEXT),
    "returned": Fact(_("Deposit returned"), AMOUNT),
    "refunded_at": Fact(_("Refunded at"), INSTANT),
    "reason": Fact(_("Reason"), TEXT),
    "answer": Fact(_("Answer"), TEXT),
    "plan": Fact(_("Plan"), PLAN),
}

_REFUND = ("refund", "order", "amount")

KINDS = (
    Kind(
        "bill_issued",
        _("Bills"),
        _("Bill issued"),
        _("Bill %(bill)s issued: %(net_payable)s to be paid to you"),
        _("The bill of the cycle has been issued and is waiting for approval."),
        ("bill", "cycle", "net_payable"),
    ),
    Kind(
        "bill_approved",
        _("Bills"),
        _("Bill approved"),
        _("Bill %(bill)s approved"),
        _("What the bill pays is invoiced next; a bill that pays nothing is closed."),
        ("bill", "cycle", "net_payable"),
    ),
    Kind(
        "bill_rejected",
        _("Bills"),
        _("Bill approval rejected"),
        _("The approval of bill %(bill)s was rejected"),
        _(
            "KooGallery clears up the reason and submits the bill for approval again. Nothing is "
            "to be done by you."
        ),
        ("bill", "cycle", "net_payable", "reason"),
    ),
    Kind(
        "adjustment_recorded",
        _("Bills"),
        _("Adjustment recorded"),
        _("Adjustment %(adjustment)s of %(amount)s recorded for bill %(bill)s"),
        _("It comes onto your next bill. An amount below 0 is taken from what that bill pays."),
        ("adjustment", "bill", "amount", "reason"),
    ),
    Kind(
        "invoicing_notice",
        _("Invoices"),
        _("Invoice to be submitted"),
        _("Please invoice bill %(bill)s by %(due_on)s"),
        _(
            "The bill is approved. Please submit an invoice over exactly the amount to be paid; "
            "the bill's invoicing list says what it has to say."
        ),
        ("bill", "net_payable", "bill_to", "due_on"),
    ),
    Kind(
        "invoice_verified",
        _("Invoices"),
        _("Invoice verified"),
        _("Invoice %(invoice_no)s verified"),
        _("Once all invoices of the bill are verified, it is paid to your bank account."),
        ("invoice", "invoice_no", "bill", "amount", "tax"),
    ),
    Kind(
        "invoice_rejected",
        _("Invoices"),
        _("Invoice rejected"),
        _("Invoice %(invoice_no)s rejected"),
        _("It cannot be accepted as it is. Please submit a corrected one."),
        ("invoice", "invoice_no", "bill", "amount", "tax", "reason", "due_on"),
    ),
    Kind(
        "self_billing_consented",
        _("Invoices"),
        _("Self-billing agreed"),
        _("Self-billing agreed"),
        _("From the next approved bill on the platform issues your invoices. You can end this."),
        ("consent", "vat_rate"),
    ),
    Kind(
        "self_billing_ended",
        _("Invoices"),
        _("Self-billing ended"),
        _("Self-billing has ended"),
        _("Bills that are approved from now on wait for your own invoices again."),
        ("consent",),
    ),
    Kind(
        "self_billed",
        _("Invoices"),
        _("Invoice issued for you"),
        _("Invoice %(invoice_no)s issued for you"),
        _("By your consent the platform issued it; its page has it as UBL and as PDF."),
        ("invoice", "invoice_no", "bill", "amount", "tax"),
    ),
    Kind(
        "not_self_billed",
        _("Invoices"),
        _("Self-billing failed"),
        _("Bill %(bill)s could not be invoiced for you"),
        _("Please submit an invoice of your own, or have certified what is missing."),
        ("bill", "net_payable", "reason"),
    ),
    Kind(
        "invoice_overdue",
        _("Invoices"),
        _("Invoice overdue"),
        _("The invoice for bill %(bill)s is overdue"),
        _("The bill still waits for its invoice; it cannot be paid before that."),
        ("bill", "to_invoice", "due_on"),
    ),
    Kind(
        "payout_planned",
        _("Payouts"),
        _("Payout planned"),
        _("%(amount)s are to be paid to you, expected on %(expected_on)s: payout %(payout)s"),
        _("What is payable has been planned as a payout to your certified bank account."),
        ("payout", "bill", "amount", "expected_on"),
        optional=frozenset({"bill"}),
    ),
    Kind(
        "payout_sent",
        _("Payouts"),
        _("Payout sent to the bank"),
        _("%(amount)s were sent to your bank: payout %(payout)s"),
        _("The payment has been handed to our bank. It usually arrives within two banking days."),
        ("payout", "amount", "account"),
    ),
    Kind(
        "payout_paid",
        _("Payouts"),
        _("Payout paid"),
        _("%(amount)s were paid to you: payout %(payout)s"),
        _("The payment has left our bank account."),
        ("payout", "amount", "paid_at", "reference"),
        optional=frozenset({"reference"}),
    ),
    Kind(
        "payout_failed",
        _("Payouts"),
        _("Payout failed"),
        _("The payment of %(amount)s failed: payout %(payout)s"),
        _(
            "The bank could not make the payment. KooGallery pays it again once the reason is "
            "cleared up. Please check that your bank account is right."
        ),
        ("payout", "amount", "code", "reason"),
        optional=frozenset({"reason"}),
    ),
    Kind(
        "payout_returned",
        _("Payouts"),
        _("Payout returned by the bank"),
        _("Your bank returned the payment of %(amount)s: payout %(payout)s"),
        _(
            "The payment came back after it had been made. KooGallery pays it again once the "
            "reason is cleared up. Please check that your bank account is right."
        ),
        ("payout", "amount", "code", "reason"),
        optional=frozenset({"reason"}),
    ),
    Kind(
        "dispute_answered",
        _("Bills"),
        _("Dispute answered"),
        _("Dispute %(dispute)s %(outcome)s"),
        _("Your dispute has been answered. A difference comes onto your next bill."),
        ("dispute", "outcome", "bill", "line", "adjustment", "difference", "answer"),
        optional=frozenset({"line", "adjustment", "difference"}),
    ),
    Kind(
        "refund_review",
        _("Refunds"),
        _("Refund to be reviewed"),
        _("Please review refund %(refund)s"),
        _("A customer asks for money back. Please agree, or reject it and say why."),
        _REFUND,
    ),
    Kind(
        "refund_confirmed",
        _("Refunds"),
        _("Refund approved"),
        _("Refund %(refund)s approved"),
        _("The refund has been approved. The customer gets the money back."),
        _REFUND,
        to_customer=_(
            "Your refund of %(amount)s for order %(order)s has been approved. The money goes back "
            "the way you paid. Refund %(refund)s."
        ),
    ),
    Kind(
        "refund_rejected",
        _("Refunds"),
        _("Refund rejected"),
        _("Refund %(refund)s rejected"),
        _("The refund has been rejected. The customer may apply again."),
        (*_REFUND, "reason"),
        to_customer=_(
            "Your refund of %(amount)s for order %(order)s has been rejected: %(reason)s You may "
            "apply again. Refund %(refund)s."
        ),
    ),
    Kind(
        "refund_paid",
        _("Refunds"),
        _("Refund paid out"),
        _("Refund %(refund)s paid out"),
        _("The money has been returned to the customer."),
        (*_REFUND, "refunded_at"),
        to_customer=_(
            "Your refund of %(amount)s for order %(order)s has been paid out. Refund %(refund)s."
        ),
    ),
    Kind(
        "recovery_planned",
        _("Recoveries"),
        _("Recovery planned"),
        _("%(outstanding)s to be recovered for refund %(refund)s"),
        _(
            "A refunded order had already been settled. Its refund is taken back in this order, "
            "and only as long as something is left to take:"
        ),
        ("recovery", "refund", "order", "original_bill", "outstanding", "plan"),
    ),
    Kind(
        "recovery_taken",
        _("Recoveries"),
        _("Recovery taken from a bill"),
        _("%(amount)s taken from bill %(bill)s for recovery %(recovery)s"),
        _("Part of a settled refund has been taken from this bill."),
        ("recovery", "bill", "amount"),
    ),
    Kind(
        "negative_balance_carried",
        _("Bills"),
        _("Negative balance carried forward"),
        _("%(amount)s of bill %(bill)s carried to your next bill"),
        _(
            "The bill is negative: it pays nothing, and its amount is taken from your next bill. "
            "What that one does not cover comes from your deposit; the rest you pay."
        ),
        ("bill", "amount"),
    ),
    Kind(
        "negative_balance_uncovered",
        _("Recoveries"),
        _("Negative balance not covered"),
        _("%(amount)s carried from bill %(began_on)s are not covered: recovery %(recovery)s"),
        _(
            "The next bill did not cover what was carried to it. Your deposit pays it at once; "
            "what that lacks becomes a receivable."
        ),
        ("recovery", "began_on", "bill", "amount"),
    ),
    Kind(
        "negative_balance_planned",
        _("Recoveries"),
        _("Negative balance to be recovered"),
        _("%(outstanding)s of the negative bill %(began_on)s to be recovered"),
        _("It is taken in this order, and only as long as something is left to take:"),
        ("recovery", "began_on", "outstanding", "plan"),
    ),
    Kind(
        "deposit_used",
        _("Deposit"),
        _("Deposit used for a recovery"),
        _("%(amount)s taken from your deposit for recovery %(recovery)s"),
        _("The bills of the recovery's window did not cover it; the deposit did."),
        ("recovery", "amount"),
    ),
    Kind(
        "deposit_topped_up",
        _("Deposit"),
        _("Deposit topped up"),
        _("Your deposit was topped up by %(amount)s"),
        _("What you paid in has been received. Open receivables are paid from it first."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_penalty",
        _("Deposit"),
        _("Penalty taken from the deposit"),
        _("A penalty of %(amount)s was taken from your deposit"),
        _("The reason is below. If you do not agree, please contact KooGallery's operations."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_adjusted",
        _("Deposit"),
        _("Deposit adjusted"),
        _("Your deposit was adjusted by %(amount)s"),
        _("What it should hold was corrected; the reason is below."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_returned",
        _("Deposit"),
        _("Deposit returned"),
        _("%(amount)s of your deposit were returned to you"),
        _("The amount is paid back to your bank account."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_below_level",
        _("Deposit"),
        _("Deposit below its required level"),
        _("Your deposit is below %(required)s"),
        _(
            "The deposit is below its required level. A top-up pays open receivables first; the "
            "amount asked for brings the deposit back to its level."
        ),
        ("balance", "required", "open_receivables", "top_up"),
        page="deposit-detail",
        optional=frozenset({"open_receivables", "top_up"}),
    ),
    Kind(
        "receivable_opened",
        _("Receivables"),
        _("Receivable opened"),
        _("%(amount)s to be paid by you: receivable %(receivable)s"),
        _("Neither bills nor deposit covered the recovery. Please pay the rest."),
        ("receivable", "recovery", "amount"),
    ),
    Kind(
        "receivable_due",
        _("Receivables"),
        _("Receivable due soon"),
        _("%(amount)s are due on %(due_on)s: receivable %(receivable)s"),
        _("What is still open of the receivable has to be paid by this day."),
        ("receivable", "recovery", "amount", "due_on"),
    ),
    Kind(
        "receivable_date_changed",
        _("Receivables"),
        _("Due date of a receivable changed"),
        _("Receivable %(receivable)s is due on %(due_on)s now"),
        _("The day by which the receivable has to be paid was changed."),
        ("receivable", "recovery", "amount", "due_on"),
    ),
    Kind(
        "receivable_paid",
        _("Receivables"),
        _("Receivable paid"),
        _("Receivable %(receivable)s is paid in full"),
        _("The receivable has been paid in full. Nothing is left to pay."),
        ("receivable", "recovery", "amount"),
    ),
    Kind(
        "seller_left",
        _("Account"),
        _("Exit completed"),
        _("You have left KooGallery"),
        _("Nothing is open any more. What the deposit held goes back to you."),
        ("returned",),
        page="exit-detail",
    ),
    Kind(
        "exit_requested",
        _("Account"),
        _("Exit requested"),
        _("Your company asks to leave KooGallery"),
        _("An owner asked for it. You leave once nothing is open any more and Huawei agrees."),
        ("exit_request", "reason"),
        page="exit-detail",
        optional=frozenset({"reason"}),
    ),
    Kind(
        "exit_withdrawn",
        _("Account"),
        _("Exit request withdrawn"),
        _("Your company stays with KooGallery"),
        _("An owner withdrew the request to leave. Everything stays as it is."),
        ("exit_request",),
        page="exit-detail",
    ),
    Kind(
        "exit_refused",
        _("Account"),
        _("Exit request refused"),
        _("Your request to leave KooGallery was refused"),
        _("The reason is below. You can ask again once it is cleared up."),
        ("exit_request", "reason"),
        page="exit-detail",
    ),
)

register(KINDS, FACTS)
