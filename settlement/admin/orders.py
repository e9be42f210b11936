"""An order's bills and refunds on its page; a refund applied for there (R3.2, R4.3)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from koogallery.admin import columns, facts
from koogallery.admin.deciding import Decision
from koogallery.duties import Duty
from koogallery.models import User
from sellers.admin.orders import CORRECT, OrderAdmin
from sellers.models import Order
from settlement.models import Refund
from settlement.services.refunds import request_refund

#: Bill lines and refunds of an order on its page.
MOST_SHOWN = 20


class RequestForm(forms.Form):
    amount = facts.decimal(help_text="In the currency of the order, VAT included.")
    reason = facts.paragraph("The customer’s. The seller reads it.")
    special_agreement = facts.paragraph(
        "What admits a case outside the standards of R4.2; none if left empty.", required=False
    )


def _of_correction(order: Order, _: User) -> str:
    billed = order.bill_lines.select_related("bill").first()
    return f"It is on bill {billed.bill}, which is never rewritten (R3.2)." if billed else ""


REQUEST = Decision(
    verb="refund",
    duty=Duty.REQUEST_REFUNDS,
    label="Apply for a refund",
    question="Record a customer’s application for a refund?",
    form=RequestForm,
    act=request_refund,
    refusal=lambda _order, _user: "",
    done="The application is recorded.",
)

admin.site.unregister(Order)


@admin.register(Order)
class SettledOrderAdmin(OrderAdmin):
    decisions: ClassVar[Mapping[str, Decision]] = {
        "correct": replace(CORRECT, refusal=_of_correction),
        "refund": REQUEST,
    }

    def page_context(self, row: Order, user: User) -> dict[str, Any]:
        return {
            **super().page_context(row, user),
            "why_not": _of_correction(row, user),
            "lines": row.bill_lines.select_related("bill").order_by("pk")[:MOST_SHOWN],
            "refunds": row.refunds.order_by("pk")[:MOST_SHOWN],
        }

    def answer(self, request: HttpRequest, row: Any, decision: Decision, came: Any) -> HttpResponse:
        """An application has a page of its own."""
        answer = super().answer(request, row, decision, came)
        return redirect(columns.address_of(came)) if isinstance(came, Refund) else answer
