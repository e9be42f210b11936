from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import Seller
from settlement.choices import COUNTED_INVOICES, InvoiceState
from settlement.models.bills import Bill

_COUNTED = Q(state__in=COUNTED_INVOICES)
_DECIDED = Q(state__in=[InvoiceState.VERIFIED, InvoiceState.REJECTED])
_BY_SOMEBODY = Q(decided_by__isnull=False, decided_at__isnull=False)
_BY_NOBODY = Q(decided_by__isnull=True, decided_at__isnull=True)


class InvoicingListQuerySet(ScopedQuerySet["InvoicingList"]):
    pass


class InvoicingList(models.Model):
    """That a bill waits for its invoices, since when and until when (R8.1).

    Opened with the invoicing notice, once a bill; opened anew when an invoice was rejected.
    """

    bill = models.OneToOneField(Bill, models.PROTECT, related_name="invoicing_list")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_on = models.DateField(db_index=True)

    objects = InvoicingListQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invoicing list of {self.bill}"


class InvoiceQuerySet(ScopedQuerySet["Invoice"]):
    def counted(self) -> "InvoiceQuerySet":
        """What its bill's invoices add up to: all but the rejected and the withdrawn."""
        return self.filter(_COUNTED)


class Invoice(fields.Numbered, StatefulModel):
    """What a seller asks of Huawei for one bill, as it stands on the seller's own document (R8.1).

    `amount` is net; VAT stands on top of it, per rate. A bill may have several; those that count
    never ask more than is payable, and are under review only once they ask exactly that. Its facts
    never change: a wrong invoice is rejected or
    withdrawn, and another one submitted.
    """

    STATES = InvoiceState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="invoices", db_index=False)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="invoices")
    invoice_no = fields.NameField(max_length=60)
    invoice_date = models.DateField()
    currency = fields.currency()
    amount = fields.amount()
    tax = fields.amount(default=0, db_default=0)
    company_name = fields.NameField(max_length=200)
    vat_number = fields.NameField(max_length=40)
    account_number = fields.NameField(max_length=50)
    account_holder = fields.NameField(max_length=200)
    bank_name = fields.NameField(max_length=200)
    bank_address = fields.NameField(max_length=300)
    swift_code = models.CharField(max_length=11)
    bill_to = models.CharField(max_length=300)
    state = fields.state(InvoiceState.RECEIVED, max_length=15)
    rejection_reason = fields.FreeTextField(blank=True)
    verification_reason = fields.FreeTextField(blank=True, db_default="")
    submitted_by = fields.actor()
    submitted_at = models.DateTimeField(auto_now_add=True)
    decided_by = fields.later_actor()
    decided_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="invoice_queue"),
            models.Index(fields=["seller", "-id"], name="invoice_of_seller"),
        ]
        constraints = [
            fields.known(InvoiceState, "an_invoice_is_in_a_known_state"),
            models.UniqueConstraint(
                F("seller"),
                fields.FoldedName("invoice_no"),
                condition=_COUNTED,
                name="an_invoice_number_is_used_once",
            ),
            fields.holds("an_invoice_asks_for_something", Q(amount__gt=0)),
            fields.holds("an_invoice_takes_no_tax_off", Q(tax__gte=0)),
            fields.holds(
                "a_decided_invoice_has_its_decider",
                (_DECIDED & _BY_SOMEBODY) | (~_DECIDED & _BY_NOBODY),
            ),
            fields.holds(
                "a_rejected_invoice_says_why",
                Q(state=InvoiceState.REJECTED) & ~Q(rejection_reason="")
                | ~Q(state=InvoiceState.REJECTED) & Q(rejection_reason=""),
            ),
            fields.holds(
                "who_records_an_invoice_does_not_verify_it",
                ~Q(state=InvoiceState.VERIFIED) | ~Q(decided_by=F("submitted_by")),
            ),
        ]

    @property
    def gross(self) -> Decimal:
        """What is paid: tax comes on top of the net that its bill owes."""
        return self.amount + self.tax


class InvoiceTax(models.Model):
    """What of an invoice is taxed at one rate (R8.1). Insert-only; the rows make the invoice.

    One that charges no VAT has a row of rate 0.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="taxes", db_index=False)
    rate = fields.ratio()
    net = fields.amount()
    tax = fields.amount()

    class Meta:
        ordering = ["invoice", "-rate"]
        constraints = [
            fields.once("a_rate_stands_once_on_an_invoice", "invoice", "rate"),
            fields.holds(
                "a_rate_taxes_something", Q(rate__gte=0, rate__lt=1, net__gt=0, tax__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} at {self.rate}"

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax
