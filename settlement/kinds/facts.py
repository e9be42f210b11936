"""The facts that notices of settlement carry (R10)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koogallery.dates import cycle_label, day_text
from koogallery.kinds import AMOUNT, CYCLE, DAY, INSTANT, NUMBER, TEXT, Fact, Form, one_of
from koogallery.kit.figures import money_text
from sellers.kinds import REASON
from settlement.choices import PayoutState, Source
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
    lambda plan, _: list(plan),
)
BANK_CODE = Form("text", lambda code, _: told(code))
PAYOUT_STATE = one_of(dict(PayoutState.choices))
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
    "state": Fact(_("State"), PAYOUT_STATE),
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
    "reason": REASON,
    "answer": Fact(_("Answer"), TEXT),
    "plan": Fact(_("Plan"), PLAN),
}
