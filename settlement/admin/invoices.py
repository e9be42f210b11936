"""The invoices: the queue, one invoice beside what is certified and payable, its check (R8.1)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, QueueFilter, refused_by
from koogallery.admin.filters import AmountFilter, DayFilter
from koogallery.attachments import attachments_of
from koogallery.duties import Duty
from koogallery.kit.names import TEXT_LENGTH
from koogallery.models import Act, User
from settlement.admin import tones
from settlement.choices import InvoiceState
from settlement.models import Invoice, InvoicingList
from settlement.readings.invoice_facts import checks_of
from settlement.services.bills import invoices
from settlement.services.bills.invoice_checks import names_certified_account


class RejectionForm(forms.Form):
    reason = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="The seller reads it.",
    )


class VerificationForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="Needed where something differs: why it is right all the same.",
    )


def _of_check(invoice: Invoice, _: User) -> str:
    under_review = invoice.state == InvoiceState.UNDER_REVIEW
    return "" if under_review else f"It is {invoice.get_state_display().lower()} now."


def _of_withdrawal(invoice: Invoice, _: User) -> str:
    open_still = invoice.may_move_to(InvoiceState.WITHDRAWN)
    return "" if open_still else f"It is {invoice.get_state_display().lower()} now."


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="verify",
            duty=Duty.CHECK_INVOICES,
            label="Verify",
            question="Does the document say what the bill says?",
            form=VerificationForm,
            act=invoices.verify_invoice,
            refusal=refused_by(invoices.require_verifier),
            done="The invoice is verified.",
        ),
        Decision(
            verb="reject",
            duty=Duty.CHECK_INVOICES,
            label="Reject",
            question="What has the seller to correct?",
            form=RejectionForm,
            act=invoices.reject_invoice,
            refusal=_of_check,
            done="The invoice is rejected.",
            is_final=True,
        ),
        Decision(
            verb="withdraw",
            duty=Duty.CHECK_INVOICES,
            label="Withdraw",
            question="Has the seller withdrawn this invoice?",
            form=forms.Form,
            act=invoices.withdraw_invoice,
            refusal=_of_withdrawal,
            done="The invoice is withdrawn.",
            is_final=True,
        ),
    )
}


class InvoiceQueue(QueueFilter):
    states = InvoiceState
    waiting = InvoiceState.UNDER_REVIEW


@admin.register(Invoice)
class InvoiceAdmin(DecidingAdmin):
    decisions = DECISIONS
    state_tones = tones.INVOICE
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("bill", "Bill"),
        "invoice_no",
        "invoice_date",
        columns.amount("amount", "Amount"),
        columns.state(tones.INVOICE),
        "waiting_for",
    ]
    list_filter = [
        InvoiceQueue,
        ("seller", AutocompleteSelectFilter),
        ("invoice_date", DayFilter),
        ("submitted_at", DayFilter),
        ("amount", AmountFilter),
    ]
    search_fields = [
        "number__exact",
        "invoice_no__exact",
        "bill__number__exact",
        "seller__number__exact",
    ]
    folded_names = ["seller__company_name"]
    search_help_text = "Number of an invoice, the seller's or ours, of a bill; a seller's, or name"
    list_select_related = ["seller", "bill"]
    ordering = ["submitted_at", "pk"]

    @columns.shown("Age", ordering="submitted_at")
    def waiting_for(self, invoice: Invoice) -> str:
        return timesince(invoice.submitted_at, depth=1)

    def question_context(self, request: HttpRequest, row: Invoice) -> dict[str, Any]:
        return {"checks": checks_of(row), "is_certified": names_certified_account(row)}

    def page_context(self, row: Invoice, user: User) -> dict[str, Any]:
        return {
            "checks": checks_of(row),
            "invoiced": invoices.invoiced(row.bill),
            "opened": InvoicingList.objects.filter(bill=row.bill).first(),
            "others": row.bill.invoices.exclude(pk=row.pk),
            "attachments": attachments_of("invoice", row.number),
            "acts": Act.objects.filter(object_kind="invoice", object_number=row.number)
            .select_related("actor")
            .order_by("pk"),
        }
