from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet
from sellers.models import (
    BankAccount,
    Certification,
    DeliveryMessage,
    Order,
    Product,
    ProductApplication,
    UsageRecord,
)
from sellers.portal.pages import SellerTemplatePage
from settlement.models import Bill, Dispute, Invoice, Payout, Receivable, Recovery, Refund

#: What it is, its number, its address.
Hit = tuple[Text, str, str]

#: What has a number -> its page.
NUMBERED: tuple[tuple[Text, ScopedQuerySet[Any], str], ...] = (
    (_("Bill"), Bill.objects.all(), "bill-detail"),
    (_("Order"), Order.objects.all(), "order-detail"),
    (_("Refund"), Refund.objects.all(), "refund-detail"),
    (_("Recovery"), Recovery.objects.all(), "recovery-detail"),
    (_("Payout"), Payout.objects.all(), "payout-detail"),
    (_("Receivable"), Receivable.objects.all(), "receivable-detail"),
    (_("Invoice"), Invoice.objects.all(), "invoice-detail"),
    (_("Dispute"), Dispute.objects.all(), "dispute-detail"),
    (_("Product"), Product.objects.all(), "product-detail"),
    (_("Certification"), Certification.objects.all(), "certification-detail"),
    (_("Bank account"), BankAccount.objects.all(), "bank-account-detail"),
    (_("Product application"), ProductApplication.objects.all(), "product-application-detail"),
    (_("Delivery message"), DeliveryMessage.objects.all(), "message-detail"),
)
SHOWN_OF_EACH = 5
NUMBER_LENGTH = 64
SHORTEST = 3


class Search(SellerTemplatePage):
    """One box for any number. One hit leads there at once; a part of one lists what begins so."""

    template_name = "settlement/search.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        text = self.text
        user = self.request.user
        found = exactly(text, user) if text else []
        if len(found) == 1:
            return redirect(found[0][2])
        found = found or (beginning(text, user) if len(text) >= SHORTEST else [])
        return self.render_to_response(self.get_context_data(text=text, found=found, **kwargs))

    @property
    def text(self) -> str:
        asked = self.request.GET.get("q", "").strip()
        return "" if len(asked) > NUMBER_LENGTH else asked


def exactly(text: str, user: User) -> list[Hit]:
    """All with this number, as typed or upper case."""
    written = {text, text.upper()}
    found = [
        hit
        for label, rows, page in NUMBERED
        for hit in _hits(label, rows.visible_to(user).filter(number__in=written), page)
    ]
    return found or _invoices(written, user) or _usage(written, user)


def beginning(text: str, user: User) -> list[Hit]:
    return [
        hit
        for label, rows, page in NUMBERED
        for hit in _hits(label, rows.visible_to(user).filter(number__istartswith=text), page)
    ]


def _hits(label: Text, rows: QuerySet[Any], page: str) -> list[Hit]:
    numbers = rows.order_by("number").values_list("number", flat=True)[:SHOWN_OF_EACH]
    return [(label, number, reverse(f"console:{page}", args=[number])) for number in numbers]


def _invoices(written: set[str], user: User) -> list[Hit]:
    """By the number that stands on the seller's own document."""
    rows = Invoice.objects.visible_to(user).filter(invoice_no__in=written).order_by("-pk")
    return [
        (_("Invoice"), said, reverse("console:invoice-detail", args=[number]))
        for said, number in rows.values_list("invoice_no", "number")[:SHOWN_OF_EACH]
    ]


def _usage(written: set[str], user: User) -> list[Hit]:
    rows = UsageRecord.objects.visible_to(user).filter(metering_sn__in=written)
    return [
        (_("Usage record"), sn, reverse("console:usage-list", args=[order, cycle or "open"]))
        for sn, order, cycle in rows.values_list("metering_sn", "order__number", "cycle")
    ]
