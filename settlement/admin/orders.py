"""An order's bills and refunds on its page; applied for and delivered there (R3.2, R4.3, R9.4)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns, facts
from koogallery.admin.deciding import Decision, decision_of
from koogallery.admin.filters import ChoiceFilter
from koogallery.duties import Duty
from koogallery.models import User
from sellers.admin.orders import CORRECT, OrderAdmin
from sellers.models import Order
from sellers.services.delivery.enabling import deliver_order, why_not_enabled
from settlement.models import Refund
from settlement.readings.enabling import waiting_to_be_enabled
from settlement.services.refunds.lifecycle import request_refund

#: Bill lines and refunds of an order on its page.
MOST_SHOWN = 20


class RequestForm(forms.Form):
    amount = facts.decimal(help_text=_("In the currency of the order, VAT included."))
    reason = facts.paragraph(_("The customer’s. The seller reads it."))
    special_agreement = facts.paragraph(
        _("What admits a case outside the standards of R4.2; none if left empty."), required=False
    )


def _of_correction(order: Order, _: User) -> str:
    billed = order.bill_lines.select_related("bill").first()
    return (
        gettext("It is on bill %(bill)s, which is never rewritten (R3.2).") % {"bill": billed.bill}
        if billed
        else ""
    )


REQUEST = Decision(
    verb="refund",
    duty=Duty.REQUEST_REFUNDS,
    label=_("Apply for a refund"),
    question=_("Record a customer’s application for a refund?"),
    form=RequestForm,
    act=request_refund,
    refusal=lambda _order, _user: "",
    done=_("The application is recorded."),
)


class EnablingFilter(ChoiceFilter):
    """Who has paid and waits, the longest first."""

    title = _("enabling")
    parameter_name = "enabling"
    conditions = {
        "waiting": (
            _("Paid, not enabled"),
            lambda: Q(pk__in=waiting_to_be_enabled().order_by().values("pk")),
        )
    }


admin.site.unregister(Order)


@admin.register(Order)
class SettledOrderAdmin(OrderAdmin):
    decisions: ClassVar[Mapping[str, Decision]] = {
        "correct": replace(CORRECT, refusal=_of_correction),
        "refund": REQUEST,
        "deliver": decision_of(deliver_order),
    }
    list_filter = [*OrderAdmin.list_filter, EnablingFilter]

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return [*shown, "paid_at", "waits_for"] if _is_queue(request) else shown

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["paid_at", "pk"] if _is_queue(request) else super().get_ordering(request)

    waits_for = columns.told(_("Waits for"), why_not_enabled)

    def page_context(self, row: Order, user: User) -> dict[str, Any]:
        waits = waiting_to_be_enabled().filter(pk=row.pk).exists()
        return {
            **super().page_context(row, user),
            "why_not": _of_correction(row, user),
            "waits_for": why_not_enabled(row) if waits else "",
            "lines": row.bill_lines.select_related("bill").order_by("pk")[:MOST_SHOWN],
            "refunds": row.refunds.order_by("pk")[:MOST_SHOWN],
        }

    def answer(self, request: HttpRequest, row: Any, decision: Decision, came: Any) -> HttpResponse:
        """An application has a page of its own."""
        answer = super().answer(request, row, decision, came)
        return redirect(columns.address_of(came)) if isinstance(came, Refund) else answer


def _is_queue(request: HttpRequest) -> bool:
    return request.GET.get("enabling") in EnablingFilter.conditions
