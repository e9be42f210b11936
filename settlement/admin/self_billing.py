"""Consents to self-billing: whose invoices the platform issues, since when, until when (R8.3)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, QueueFilter, by_verb, decision_of
from koogallery.kit.figures import percent_text
from koogallery.models import Act, User
from settlement.models import Invoice, SelfBillingConsent
from settlement.services.bills.self_billing import end_self_billing


class ConsentQueue(QueueFilter):
    waiting = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [
            ("standing", gettext("Standing")),
            ("ended", gettext("Ended")),
            ("all", gettext("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(ended_at__isnull=self.value() == "standing")


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
