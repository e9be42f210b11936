"""Invoices: a seller asks for what a bill pays, an operator verifies it or sends it back (R8.1).

No money moves here: a bill whose invoices are all verified is ready to be paid.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act, act_of_two
from koogallery.asks import REASON_FOR_SELLER, Asks, Prose
from koogallery.attachments import Upload, attach_all
from koogallery.duties import Duty
from koogallery.fields import FoldedName
from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, refuse
from koogallery.kit.money import ZERO, format_amount
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.choices import BillState, InvoiceState
from settlement.models import Bill, Invoice, InvoiceTax, InvoicingList
from settlement.readings.invoice_facts import expected_of, facts_for, invoiced
from settlement.rules.invoice_taxes import TaxedPart, tax_violations, untaxed
from settlement.rules.invoices import (
    InvoiceFacts,
    invoice_due,
    invoice_violations,
    tidied,
    total_violation,
)
from settlement.rules.self_billing import is_of_series, series_of
from settlement.services.authority import INVOICERS
from settlement.services.bills.invoice_checks import (
    authorise_account,
    require_reason_to_differ,
    what_differs,
    who_recorded,
)
from settlement.services.payouts.planning import plan_bill
from settlement.services.validation import require_positive, require_text


def open_invoicing_list(bill: Bill, why_not_self_billed: str = "") -> None:
    """The bill waits for its invoices from now on; its seller is told until when, once."""
    reopen(bill)
    bill_to = expected_of(bill)["bill_to"]
    tell("invoicing_notice", bill, due_on=bill.invoicing_list.due_on, bill_to=bill_to)
    if why_not_self_billed:
        tell("not_self_billed", bill, reason=why_not_self_billed)


INVOICES = Invoice.objects.select_related("seller", "bill__seller")
VERIFICATION = Asks(
    "VerificationInput",
    (
        Prose(
            name="reason",
            label=gettext_lazy("Reason"),
            help=gettext_lazy(
                "Why it is right although it differs from what is certified; else left empty."
            ),
            required=False,
        ),
    ),
)


@act(
    "invoice",
    Bill.objects.select_related("seller"),
    by=INVOICERS,
    rule="R8.1",
    said=Said(
        label=gettext_lazy("Submit the invoice"),
        consequence=gettext_lazy(
            "Huawei compares it with the bill; once it is verified, the amount goes to your bank "
            "account."
        ),
        done=gettext_lazy("Your invoice has been submitted. You will be told what becomes of it."),
    ),
)
def submit_invoice(
    bill: Bill,
    given: Mapping[str, Any],
    *,
    taxes: Sequence[TaxedPart] = (),
    more_follow: bool = False,
    documents: Iterable[Upload] = (),
    actor: User,
) -> Invoice:
    """Hand in one invoice; the one that completes what is payable brings all under review.

    What is not given is taken from what is known of the seller; without `taxes` no VAT is charged.
    By a member of the seller, or by an operator who has the document in hand.
    """
    require_waiting(bill)
    facts = tidied(facts_for(bill, given))
    parts = taxes or untaxed(facts.amount)
    _require_right(bill, facts, parts, more_follow=more_follow)
    require_own_number(bill.seller, facts.invoice_no)
    invoice = enter_invoice(bill, facts, parts, submitted_by=actor)
    record_submitted(invoice, actor)
    attach_all("invoice", invoice.number, documents, actor=actor)
    review_if_complete(bill)
    invoice.refresh_from_db()
    return invoice


def enter_invoice(
    bill: Bill, facts: InvoiceFacts, parts: Sequence[TaxedPart], *, submitted_by: User
) -> Invoice:
    """Write it down with its rates; that it is right has been seen."""
    invoice = Invoice.objects.create(
        number=next_number("IN"),
        seller=bill.seller,
        bill=bill,
        submitted_by=submitted_by,
        tax=sum((part.tax for part in parts), ZERO),
        **{name: getattr(facts, name) for name in InvoiceFacts.__dataclass_fields__},
    )
    InvoiceTax.objects.bulk_create(
        InvoiceTax(invoice=invoice, rate=part.rate, net=part.net, tax=part.tax) for part in parts
    )
    return invoice


def record_submitted(invoice: Invoice, actor: User, **facts: str) -> None:
    asked = ("amount", "tax")
    said = {name: format_amount(getattr(invoice, name), invoice.currency) for name in asked}
    _record(invoice, "submitted", actor, **said, **facts)


def _by_another(invoice: Invoice, actor: User) -> None:
    if invoice.submitted_by_id == actor.pk:
        raise Forbidden(
            _("You recorded this invoice; another operator has to verify it."),
            code="who_records_an_invoice_does_not_verify_it",
            rule="R8.1",
        )


@act_of_two(
    "verify",
    INVOICES,
    TwoPeople(
        "invoice",
        gettext_lazy("Verify an invoice with another bank account"),
        what_differs,
        excluded=who_recorded,
    ),
    by=Who(Duty.CHECK_INVOICES),
    rule="R8.1",
    to=InvoiceState.VERIFIED,
    unless=_by_another,
    in_person=True,
    asks=VERIFICATION,
    said=Said(
        label=gettext_lazy("Verify"),
        question=gettext_lazy("Does the document say what the bill says?"),
        done=gettext_lazy("The invoice is verified."),
    ),
)
def verify_invoice(invoice: Invoice, reason: str = "", *, actor: User) -> Invoice:
    """It says what the bill says; once all of the bill's invoices do, the bill is to be paid.

    Never by who recorded it. What differs from the certified data needs a reason, another bank
    account a second operator (R8.1).
    """
    reason = reason.strip()
    require_reason_to_differ(invoice, reason)
    authorise_account(invoice, actor)
    return mark_verified(invoice, reason, actor=actor)


def mark_verified(invoice: Invoice, reason: str = "", *, actor: User) -> Invoice:
    """All of the bill's invoices are: then it is to be paid."""
    decided = {"decided_by": actor, "decided_at": timezone.now()}
    invoice.move_to(InvoiceState.VERIFIED, verification_reason=reason, **decided)
    _record(invoice, "verified", actor, **({"reason": reason} if reason else {}))
    tell("invoice_verified", invoice)
    counted = invoice.bill.invoices.counted()
    if not counted.exclude(state=InvoiceState.VERIFIED).exists():
        _move_bill(invoice.bill, BillState.PAYMENT_PROCESSING)
        plan_bill(invoice.bill, actor)
    return invoice


@act(
    "reject",
    INVOICES,
    by=Who(Duty.CHECK_INVOICES),
    rule="R8.1",
    to=InvoiceState.REJECTED,
    asks=REASON_FOR_SELLER,
    said=Said(
        label=gettext_lazy("Reject"),
        question=gettext_lazy("What has the seller to correct?"),
        done=gettext_lazy("The invoice is rejected."),
        is_final=True,
    ),
)
def reject_invoice(invoice: Invoice, reason: str, *, actor: User) -> Invoice:
    """The bill waits for another invoice, a month from now on; its other invoices are kept."""
    reason = require_text("reason", reason, rule="R8.1")
    decided = {"decided_by": actor, "decided_at": timezone.now()}
    invoice.move_to(InvoiceState.REJECTED, rejection_reason=reason, **decided)
    _record(invoice, "rejected", actor, reason=reason)
    _wait_again(invoice.bill, state_reason=f"Invoice {invoice.invoice_no}: {reason}")
    due_on = reopen(invoice.bill).due_on
    tell("invoice_rejected", invoice, reason=invoice.rejection_reason, due_on=due_on)
    return invoice


@act(
    "withdraw",
    INVOICES,
    by=INVOICERS,
    rule="R8.1",
    to=InvoiceState.WITHDRAWN,
    said=Said(
        label=gettext_lazy("Withdraw"),
        question=gettext_lazy("Withdraw this invoice?"),
        consequence=gettext_lazy(
            "The bill then waits for another invoice, and is not paid before."
        ),
        done=gettext_lazy("The invoice is withdrawn. The bill waits for another one."),
        is_final=True,
    ),
)
def withdraw_invoice(invoice: Invoice, *, actor: User) -> Invoice:
    """The seller found a mistake; possible until it is decided, and the bill waits again."""
    invoice.move_to(InvoiceState.WITHDRAWN)
    _record(invoice, "withdrawn", actor)
    if invoice.bill.state == BillState.INVOICE_UNDER_REVIEW:
        _wait_again(invoice.bill, state_reason="")
    return invoice


@transaction.atomic
def tell_of_overdue_invoices(now: datetime) -> int:
    """Tell each seller once of each bill whose month has passed; returns how many are overdue."""
    overdue = InvoicingList.objects.filter(
        bill__state=BillState.PENDING_INVOICE, due_on__lt=now.astimezone(ZONE).date()
    )
    lists = list(overdue.select_related("bill__seller").order_by("pk"))
    for each in lists:
        bill, due_on = each.bill, each.due_on
        left = bill.net_payable - invoiced(bill)
        tell("invoice_overdue", bill, f"{bill.number}:{due_on}", to_invoice=left, due_on=due_on)
    return len(lists)


def reopen(bill: Bill) -> InvoicingList:
    now = timezone.now()
    dates = {"opened_at": now, "due_on": invoice_due(now.astimezone(ZONE).date())}
    bill.invoicing_list, _ = InvoicingList.objects.update_or_create(
        bill=bill, defaults={"seller": bill.seller, **dates}
    )
    return bill.invoicing_list


def require_own_number(seller: Seller, invoice_no: str) -> None:
    """The platform's own series is never a seller's: it would leave a gap."""
    if is_of_series(invoice_no, seller.number):
        raise InvalidInput(
            _("Numbers beginning with %(series)s are given by the platform when it issues.")
            % {"series": series_of(seller.number)},
            code="number_of_self_billing",
            rule="R8.3",
            field="invoice_no",
        )


def require_waiting(bill: Bill) -> None:
    if bill.state != BillState.PENDING_INVOICE:
        raise IllegalTransition(
            _("This bill is %(state)s; only one that is pending_invoice is invoiced.")
            % {"state": bill.state},
            rule="R8.1",
        )


def _require_right(
    bill: Bill, facts: InvoiceFacts, parts: Sequence[TaxedPart], *, more_follow: bool
) -> None:
    today = timezone.now().astimezone(ZONE).date()
    refuse(invoice_violations(facts, currency=bill.currency, today=today))
    require_positive(facts.amount, bill.currency, rule="R8.1")
    refuse(tax_violations(parts, facts.amount, bill.currency))
    left = bill.net_payable - invoiced(bill)
    wrong = total_violation(facts.amount, left, bill.currency, more_follow=more_follow)
    if wrong:
        raise InvalidInput.of([wrong])
    counted = bill.seller.invoices.counted().alias(folded=FoldedName("invoice_no"))
    earlier = counted.filter(folded=FoldedName(Value(facts.invoice_no))).first()
    if earlier:
        raise Conflict(
            _("Invoice %(invoice_no)s has been submitted already, as %(earlier)s.")
            % {"invoice_no": facts.invoice_no, "earlier": earlier},
            code="an_invoice_number_is_used_once",
            rule="R8.1",
            field="invoice_no",
        )


def review_if_complete(bill: Bill) -> None:
    if invoiced(bill) == bill.net_payable:
        for each in bill.invoices.filter(state=InvoiceState.RECEIVED):
            each.move_to(InvoiceState.UNDER_REVIEW)
        _move_bill(bill, BillState.INVOICE_UNDER_REVIEW)


def _wait_again(bill: Bill, *, state_reason: str) -> None:
    for each in bill.invoices.filter(state=InvoiceState.UNDER_REVIEW):
        each.move_to(InvoiceState.RECEIVED)
    _move_bill(bill, BillState.PENDING_INVOICE, state_reason=state_reason)


def _move_bill(bill: Bill, target: BillState, *, state_reason: str = "") -> None:
    bill.move_to(target, state_reason=state_reason)


def _record(invoice: Invoice, verb: str, actor: User, **facts: str) -> None:
    audit.note(
        actor,
        verb,
        invoice,
        bill=invoice.bill.number,
        invoice_no=invoice.invoice_no,
        currency=invoice.currency,
        **facts,
    )
