"""Self-billing: a seller consents, and the platform issues its invoices itself (R8.3)."""

from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, act
from koogallery.asks import Amount, Asks, Line
from koogallery.attachments import Document, attach_made
from koogallery.kit.errors import Conflict, InvalidInput, refuse
from koogallery.kit.figures import percent_text
from koogallery.kit.money import ZERO
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.e_invoices.writer import write_e_invoice
from settlement.models import Bill, Invoice, SelfBilledInvoice, SelfBillingConsent
from settlement.readings.invoice_facts import certified_of, facts_for
from settlement.readings.self_billed_papers import paper_of, written_of
from settlement.rules.invoice_taxes import TaxedPart, tax_on
from settlement.rules.invoices import invoice_violations, tidied
from settlement.rules.self_billing import consent_violations, number_of, why_not_issued
from settlement.services.authority import ACCOUNTANTS, INVOICERS
from settlement.services.bills.invoice_checks import names_certified_account
from settlement.services.bills.invoices import (
    enter_invoice,
    mark_verified,
    record_submitted,
    reopen,
    review_if_complete,
)

PURPOSE = "self_billed"
CONSENT = Asks(
    "ConsentInput",
    (
        Amount(
            name="vat_rate",
            label=gettext_lazy("Rate of VAT"),
            help=gettext_lazy("What you charge Huawei, as a share: 0.19 is 19 %; 0 for none."),
            rule="R8.3",
        ),
        Line(
            name="exemption",
            label=gettext_lazy("Why no VAT is charged"),
            help=gettext_lazy("At rate 0: as it has to stand on your invoices."),
            longest=200,
            required=False,
        ),
    ),
)


def _not_yet(seller: Seller, _actor: User) -> None:
    standing = SelfBillingConsent.objects.standing().filter(seller=seller).first()
    if standing:
        raise Conflict(
            _("Consent %(consent)s stands; end it first.") % {"consent": standing},
            code="a_seller_consents_once",
            rule="R8.3",
        )


@act(
    "consent",
    Seller.objects.all(),
    by=ACCOUNTANTS,
    rule="R8.3",
    unless=_not_yet,
    in_person=True,
    asks=CONSENT,
    said=Said(
        label=gettext_lazy("Consent to self-billing"),
        question=gettext_lazy("May the platform issue your invoices for you?"),
        consequence=gettext_lazy(
            "From the next approved bill on Huawei issues your invoice to itself: numbered, over "
            "what is payable, to your certified account. You get it as UBL and as PDF. You can end "
            "this at any time."
        ),
        done=gettext_lazy("Your consent is recorded."),
    ),
)
def consent_to_self_billing(
    seller: Seller, vat_rate: Decimal, exemption: str = "", *, actor: User
) -> SelfBillingConsent:
    """From now on its bills are invoiced by the platform as they are approved."""
    exemption = " ".join(exemption.split())
    refuse(consent_violations(vat_rate, exemption))
    if reason := why_not_issued(certified_of(seller), seller.settlement_currency):
        raise InvalidInput(reason, code="cannot_be_self_billed", rule="R8.3")
    consent = SelfBillingConsent.objects.create(
        number=next_number("SC"),
        seller=seller,
        vat_rate=vat_rate,
        exemption=exemption,
        agreed_by=actor,
    )
    consent.refresh_from_db()
    audit.note(actor, "consented", consent, vat_rate=f"{vat_rate:f}", exemption=exemption)
    tell(
        "self_billing_consented", consent, consent=consent, vat_rate=percent_text(consent.vat_rate)
    )
    return consent


def _standing(consent: SelfBillingConsent, _actor: User) -> None:
    if consent.ended_at:
        raise Conflict(
            _("Consent %(consent)s has ended already.") % {"consent": consent},
            code="a_consent_ends_once",
            rule="R8.3",
        )


@act(
    "end",
    SelfBillingConsent.objects.select_related("seller", "agreed_by"),
    by=INVOICERS,
    rule="R8.3",
    unless=_standing,
    said=Said(
        label=gettext_lazy("End self-billing"),
        question=gettext_lazy("End self-billing?"),
        consequence=gettext_lazy(
            "Bills that are approved from now on wait for the seller's own invoice again."
        ),
        done=gettext_lazy("Self-billing has ended."),
        is_final=True,
    ),
)
def end_self_billing(consent: SelfBillingConsent, *, actor: User) -> SelfBillingConsent:
    """By the seller, or by an operator; what was issued stays."""
    consent.ended_by, consent.ended_at = actor, timezone.now()
    consent.modified_at = consent.ended_at
    consent.save(update_fields=["ended_by", "ended_at", "modified_at"])
    audit.note(actor, "ended", consent)
    tell("self_billing_ended", consent, consent=consent)
    return consent


def self_bill(bill: Bill, *, approver: User) -> str | None:
    """Issue the invoice of a bill that was just approved, as its seller has consented.

    None: it is issued. Else why not; nothing where nobody consented. It is verified with the bill's
    approval where no one has to look at it: no VAT on top, the certified account, and approved by
    another person than who consented.
    """
    consent = SelfBillingConsent.objects.standing().filter(seller=bill.seller_id).first()
    if consent is None:
        return ""
    if reason := why_not_issued(certified_of(bill.seller, bill), bill.currency):
        return reason
    invoice = _issue(bill, consent, approver)
    if (
        invoice.tax == ZERO
        and consent.agreed_by_id != approver.pk
        and names_certified_account(invoice)
    ):
        mark_verified(invoice, actor=approver)
    return None


def _issue(bill: Bill, consent: SelfBillingConsent, approver: User) -> Invoice:
    today = timezone.now().astimezone(ZONE).date()
    issued = SelfBilledInvoice.objects.filter(seller=bill.seller_id, year=today.year)
    serial = (issued.aggregate(last=Max("serial"))["last"] or 0) + 1
    given = {
        "invoice_no": number_of(bill.seller.number, today.year, serial),
        "amount": bill.net_payable,
        **certified_of(bill.seller, bill),
    }
    facts = tidied(facts_for(bill, given))
    refuse(invoice_violations(facts, currency=bill.currency, today=today))
    tax = tax_on(facts.amount, consent.vat_rate, bill.currency)
    parts = [TaxedPart(consent.vat_rate, facts.amount, tax)]
    reopen(bill)
    invoice = enter_invoice(bill, facts, parts, submitted_by=consent.agreed_by)
    SelfBilledInvoice.objects.create(
        invoice=invoice, consent=consent, seller=bill.seller, year=today.year, serial=serial
    )
    record_submitted(invoice, approver, self_billing=consent.number)
    written = written_of(invoice, consent)
    for ending, content in (("xml", write_e_invoice(written)), ("pdf", paper_of(written))):
        file = Document(f"{invoice.invoice_no}.{ending}", content)
        attach_made("invoice", invoice.number, file, purpose=PURPOSE, actor=approver)
    review_if_complete(bill)
    invoice.refresh_from_db()
    tell("self_billed", invoice)
    return invoice
