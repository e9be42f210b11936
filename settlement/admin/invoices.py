"""The invoices: the queue, one invoice beside what is certified and payable, its check (R8.1)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, QueueFilter, by_verb, decision_of
from koogallery.attachments import attachments_of
from koogallery.models import User
from settlement.choices import InvoiceState
from settlement.models import Invoice, InvoicingList, SelfBilledInvoice
from settlement.readings.invoice_facts import checks_of, invoiced
from settlement.services.bills import invoices
from settlement.services.bills.invoice_checks import names_certified_account


class InvoiceQueue(QueueFilter):
    states = InvoiceState
    waiting = InvoiceState.UNDER_REVIEW


@admin.register(Invoice)
class InvoiceAdmin(DecidingAdmin):
    decisions = by_verb(
        decision_of(invoices.verify_invoice),
        decision_of(invoices.reject_invoice),
        decision_of(
            invoices.withdraw_invoice,
            question=_("Has the seller withdrawn this invoice?"),
            done=_("The invoice is withdrawn."),
        ),
    )
    list_display = [
        "number",
        "seller",
        "bill",
        "invoice_no",
        "invoice_date",
        columns.amount("amount", _("Net")),
        columns.amount("tax", _("VAT")),
        "state",
        "waiting_for",
    ]
    list_filter = [InvoiceQueue, "seller", "invoice_date", "submitted_at", "amount"]
    search_fields = [
        "number__exact",
        "invoice_no__exact",
        "bill__number__exact",
        "seller__number__exact",
    ]
    folded_names = ["seller__company_name"]
    search_help_text = _(
        "Number of an invoice, the seller's or ours, of a bill; a seller's, or name"
    )
    ordering = ["submitted_at", "pk"]

    @columns.shown(_("Age"), ordering="submitted_at")
    def waiting_for(self, invoice: Invoice) -> str:
        return timesince(invoice.submitted_at, depth=1)

    def question_context(self, request: HttpRequest, row: Invoice) -> dict[str, Any]:
        return {"checks": checks_of(row), "is_certified": names_certified_account(row)}

    def page_context(self, row: Invoice, user: User) -> dict[str, Any]:
        return {
            "checks": checks_of(row),
            "taxes": row.taxes.all(),
            "self_billed": SelfBilledInvoice.objects.filter(invoice=row)
            .select_related("consent")
            .first(),
            "invoiced": invoiced(row.bill),
            "opened": InvoicingList.objects.filter(bill=row.bill).first(),
            "others": row.bill.invoices.exclude(pk=row.pk),
            "attachments": attachments_of("invoice", row.number),
        }
