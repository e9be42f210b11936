"""The invoices: the queue, one invoice beside what is certified and payable, its check (R8.1).

Consents to self-billing: whose invoices the platform issues, since when, until when (R8.3).
"""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, QueueFilter, by_verb, decision_of, opens_with
from koogallery.attachments import attachments_of
from koogallery.kit.figures import percent_text
from koogallery.models import Act, User
from settlement.choices import InvoiceState
from settlement.models import Invoice, InvoicingList, SelfBilledInvoice, SelfBillingConsent
from settlement.readings.invoice_facts import checks_of, invoiced
from settlement.services.bills import invoices
from settlement.services.bills.invoice_checks import names_certified_account
from settlement.services.bills.self_billing import end_self_billing


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
    list_filter = [
        opens_with(InvoiceState.UNDER_REVIEW),
        "seller",
        "invoice_date",
        "submitted_at",
        "amount",
    ]
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

    waiting_for = columns.age("submitted_at")

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


class ConsentQueue(QueueFilter):
    waiting = "standing"
    conditions = {
        "standing": (_("Standing"), lambda: Q(ended_at=None)),
        "ended": (_("Ended"), lambda: Q(ended_at__isnull=False)),
        "all": (_("All"), Q),
    }


@admin.register(SelfBillingConsent)
class SelfBillingConsentAdmin(DecidingAdmin):
    decisions = by_verb(decision_of(end_self_billing))
    list_display = ["number", "seller", "rate", "agreed_by", "agreed_at", "ended_by", "ended_at"]
    list_filter = [ConsentQueue]
    search_fields = ["number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a consent, number or name of a seller")

    @columns.shown(_("VAT"), ordering="vat_rate")
    def rate(self, consent: SelfBillingConsent) -> str:
        return percent_text(consent.vat_rate)

    def page_context(self, row: SelfBillingConsent, user: User) -> dict[str, Any]:
        issued = Invoice.objects.filter(self_billed__consent=row).select_related("bill")
        return {
            "issued": issued.order_by("-pk")[:20],
            "acts": Act.objects.of("self-billing consent", row.number),
        }
