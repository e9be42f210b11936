from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.attachments import attachments_of
from koogallery.downloads import Export
from koogallery.kit.errors import Conflict, DomainError
from koogallery.kit.money import format_amount
from sellers.portal.pages import ActPage, SellerDetailPage, SellerListingPage
from sellers.portal.readers import Reader
from sellers.rules.bank_accounts import masked
from settlement.listings.bills import INVOICES
from settlement.models import Bill, Invoice, InvoicingList, SelfBillingConsent
from settlement.portal.e_invoice_files import EInvoiceForm, file_of, said_by, ticket_of
from settlement.portal.forms import InvoiceForm
from settlement.portal.invoicing import awaited_invoices
from settlement.portal.next_steps import INVOICE_STEPS
from settlement.portal.views.exports import PaperPage
from settlement.readings.e_invoices import Held, held_against
from settlement.readings.invoice_facts import checks_of, invoiced, known_of
from settlement.readings.invoice_facts import said_by as said_by_invoice
from settlement.readings.invoicing_papers import export_invoicing_list
from settlement.services.authority import ACCOUNTANTS, INVOICERS
from settlement.services.bills import invoices
from settlement.services.bills.e_invoices import hand_in_e_invoice, read_against_bill

BILLS = Bill.objects.select_related("seller")


class InvoiceList(SellerListingPage):
    """The invoices, and before them the bills that still wait for theirs."""

    listing = INVOICES
    template_name = "settlement/invoice_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """An operator, who sees everyone's, has a queue for it."""
        mine = Bill.objects.visible_to(self.request.user)
        is_sellers = self.reader.sellers is not None
        awaited = awaited_invoices(mine, timezone.now()) if is_sellers else ()
        standing = SelfBillingConsent.objects.visible_to(self.request.user).standing()
        consents = list(standing.select_related("seller")) if is_sellers else []
        may_consent = is_sellers and not consents and self.reader.may(ACCOUNTANTS)
        return super().get_context_data(
            awaited=awaited, consents=consents, may_consent=may_consent, **kwargs
        )


def known_to(reader: Reader, bill: Bill) -> dict[str, Any]:
    """What is known of the seller; the account's number in full for who may invoice."""
    known = known_of(bill)
    number = known.get("account_number", "")
    if number and not reader.may(INVOICERS, bill.seller_id):
        known["account_number"] = masked(number)
    return known


def opened_list(bill: Bill) -> InvoicingList:
    opened = InvoicingList.objects.filter(bill=bill).first()
    if opened is None:
        raise Http404
    return opened


class InvoicingListPage(SellerDetailPage):
    """What an invoice for a bill has to say, how much of it is invoiced, until when it is due."""

    menu = "invoice-list"
    queryset = BILLS
    context_object_name = "bill"
    template_name = "settlement/invoicing_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bill: Bill = self.object
        awaited = awaited_invoices(Bill.objects.filter(pk=bill.pk), timezone.now())
        return super().get_context_data(
            opened=opened_list(bill),
            awaited=awaited[0] if awaited else None,
            invoiced=invoiced(bill),
            said=said_by_invoice(bill, known_to(self.reader, bill)),
            invoices=bill.invoices.order_by("pk"),
            may_submit=bool(awaited) and self.reader.may(INVOICERS, bill.seller_id),
            **kwargs,
        )


class InvoicingListPaper(PaperPage):
    kind = "bill"
    menu = "invoice-list"
    queryset = BILLS

    def paper_of(self, row: Bill) -> Export:
        return export_invoicing_list(row, opened_list(row), known_to(self.reader, row))


class InvoiceDetail(SellerDetailPage):
    queryset = INVOICES.rows.select_related("decided_by")
    template_name = "settlement/invoice_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invoice: Invoice = self.object
        speaks = self.reader.may(INVOICERS, invoice.seller_id)
        return super().get_context_data(
            step=INVOICE_STEPS[invoice.state],
            checks=checks_of(invoice),
            taxes=invoice.taxes.all(),
            attachments=attachments_of("invoice", invoice.number),
            account_number=invoice.account_number if speaks else masked(invoice.account_number),
            may_withdraw=self.reader.may_do(invoices.withdraw_invoice, invoice),
            **kwargs,
        )


class SubmitInvoice(ActPage):
    """One invoice for one bill; what is known of the seller, or an e-invoice says, is filled in."""

    performs = invoices.submit_invoice
    menu = "invoice-list"
    context_object_name = "bill"
    template_name = "settlement/invoice_add.html"
    form_class = InvoiceForm
    invoice: Invoice
    #: The e-invoice that was read, and what stands for its file.
    held: Held | None = None
    ticket = ""
    more_follow = False

    @property
    def question(self) -> str:
        return _("Invoice for bill %(bill)s") % {"bill": self.object.number}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A file is read and fills in the form; the form submits the invoice."""
        self.object = self.get_object()
        if "read" in request.POST:
            return self._read(EInvoiceForm(request.POST, request.FILES, auto_id="id_read_%s"))
        self.ticket = request.POST.get("e_invoice", "")
        if self.ticket and (content := file_of(self.object, self.ticket)) is not None:
            more_follow = "more_follow" in request.POST
            self.held = held_against(self.object, content, more_follow=more_follow)
        return super().post(request, *args, **kwargs)

    def _read(self, reading: EInvoiceForm) -> HttpResponse:
        if reading.is_valid():
            said, actor = reading.cleaned_data, self.request.user
            content, self.more_follow = said["file"], said["more_follow"]
            try:
                self.held = read_against_bill(
                    self.object.number, content, more_follow=self.more_follow, actor=actor
                )
            except DomainError as refusal:
                reading.add_error("file", refusal.detail)
            else:
                self.ticket = ticket_of(self.object, content)
        form = self.form_class(initial=self.get_initial(), e_invoice=self.held is not None)
        return self.render_to_response(self.get_context_data(form=form, reading=reading))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "e_invoice": self.held is not None}

    def get_initial(self) -> dict[str, Any]:
        left = self.object.net_payable - invoiced(self.object)
        known = {**known_of(self.object), "amount": format_amount(left, self.object.currency)}
        if self.held is None:
            return known
        return {**known, **said_by(self.held, self.ticket), "more_follow": self.more_follow}

    def act(self, form: forms.Form) -> None:
        said = dict(form.cleaned_data)
        ticket = said.pop("e_invoice")
        if ticket:
            self.invoice = self._hand_in(ticket, said)
            return
        apart = {name: said.pop(name) for name in ("documents", "more_follow", "taxes")}
        self.invoice = invoices.submit_invoice(
            self.object.number, said, **apart, actor=self.request.user
        )

    def _hand_in(self, ticket: str, said: dict[str, Any]) -> Invoice:
        content = file_of(self.object, ticket)
        if content is None:
            raise Conflict(_("The e-invoice was read too long ago; choose the file again."))
        apart = {name: said.pop(name) for name in ("documents", "more_follow")}
        return hand_in_e_invoice(
            self.object.number, content, given=said, **apart, actor=self.request.user
        )

    def after(self) -> str:
        return reverse("console:invoice-detail", args=[self.invoice.number])

    def back_to(self) -> str:
        return reverse("console:invoicing-list", args=[self.object.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        awaited = awaited_invoices(Bill.objects.filter(pk=self.object.pk), timezone.now())
        kwargs.setdefault("reading", EInvoiceForm(auto_id="id_read_%s"))
        return super().get_context_data(
            awaited=awaited[0] if awaited else None, held=self.held, **kwargs
        )
