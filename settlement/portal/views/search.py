import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koogallery.kit.spreadsheets import amounts_of
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
from settlement.models import (
    Bill,
    DepositMovement,
    Dispute,
    Invoice,
    Payout,
    Receivable,
    ReceivablePayment,
    Recovery,
    Refund,
)


class Hit(NamedTuple):
    """What was found: what it is, its number, where it is, and what else it says of itself."""

    kind: Text
    number: str
    address: str
    note: Text = ""


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
AMOUNT = re.compile(r"-?[\d.,]+")


class Search(SellerTemplatePage):
    """One box: the number of one row leads there at once.

    Else what begins so is listed, and what has this name, customer, amount or reference.
    """

    template_name = "settlement/search.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        text = self.text
        user = self.request.user
        found = exactly(text, user) if text else []
        if len(found) == 1:
            return redirect(found[0].address)
        if not found and len(text) >= SHORTEST:
            found = [*beginning(text, user), *named(text, user), *referred_to(text, user)]
        found = [*found, *amounting_to(text, user)]
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
    return _noted(label, rows.order_by("number"), page, "number")


def _invoices(written: set[str], user: User) -> list[Hit]:
    """By the number that stands on the seller's own document."""
    rows = Invoice.objects.visible_to(user).filter(invoice_no__in=written).order_by("-pk")
    return [
        Hit(_("Invoice"), said, reverse("console:invoice-detail", args=[number]))
        for said, number in rows.values_list("invoice_no", "number")[:SHOWN_OF_EACH]
    ]


def _usage(written: set[str], user: User) -> list[Hit]:
    rows = UsageRecord.objects.visible_to(user).filter(metering_sn__in=written)
    return [
        Hit(_("Usage record"), sn, reverse("console:usage-list", args=[order, cycle or "open"]))
        for sn, order, cycle in rows.values_list("metering_sn", "order__number", "cycle")
    ]


def named(text: str, user: User) -> list[Hit]:
    """Products of this name, orders of this customer, however either is written."""
    products = Product.objects.visible_to(user).filter(name__contains_name=text).order_by("name")
    bought = Q(customer_name__contains_name=text) | Q(customer_account__icontains=text)
    orders = Order.objects.visible_to(user).filter(bought).order_by("-pk")
    return [
        *_noted(_("Product"), products, "product-detail", "number", "name"),
        *_noted(_("Order"), orders, "order-detail", "number", "customer_name"),
    ]


def referred_to(text: str, user: User) -> list[Hit]:
    """What a bank or a person calls a payment."""
    paid = ReceivablePayment.objects.filter(reference__icontains=text)
    receivables = Receivable.objects.visible_to(user).filter(payments__in=paid).order_by("-pk")
    payouts = Payout.objects.visible_to(user).filter(bank_reference__icontains=text)
    moved = DepositMovement.objects.visible_to(user).filter(reference__icontains=text)
    return [
        *_noted(_("Receivable"), receivables.distinct(), "receivable-detail", "number"),
        *_noted(_("Payout"), payouts.order_by("-pk"), "payout-detail", "number", "bank_reference"),
        *_noted(
            _("Deposit"), moved.order_by("-pk"), "deposit-detail", "seller__number", "reference"
        ),
    ]


def _noted(label: Text, rows: QuerySet[Any], page: str, *columns: str) -> list[Hit]:
    """The columns of the number, and of what else is shown."""
    return [
        Hit(label, number, reverse(f"console:{page}", args=[number]), *note)
        for number, *note in rows.values_list(*columns)[:SHOWN_OF_EACH]
    ]


def amounting_to(text: str, user: User) -> Iterator[Hit]:
    """What is over exactly this amount, among the rows of the reader's own sellers."""
    [amount] = amounts_of([text]) if AMOUNT.fullmatch(text) else [None]
    if amount is None or user.sees_every_seller:
        return
    for label, rows, page, columns in AMOUNTING:
        is_over = Q(*((column, amount) for column in columns), _connector=Q.OR)
        for hit in _hits(label, rows.visible_to(user).filter(is_over), page):
            yield hit._replace(note=text)


#: What has an amount, and in which columns.
AMOUNTING: tuple[tuple[Text, ScopedQuerySet[Any], str, tuple[str, ...]], ...] = (
    (_("Bill"), Bill.objects.all(), "bill-detail", ("net_payable", "settlement_amount")),
    (_("Payout"), Payout.objects.all(), "payout-detail", ("amount",)),
    (_("Invoice"), Invoice.objects.all(), "invoice-detail", ("amount",)),
    (_("Refund"), Refund.objects.all(), "refund-detail", ("amount",)),
    (_("Receivable"), Receivable.objects.all(), "receivable-detail", ("recovery__outstanding",)),
    (_("Order"), Order.objects.all(), "order-detail", ("paid_amount", "sales_amount")),
)
