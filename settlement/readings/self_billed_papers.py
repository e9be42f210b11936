"""A self-billed invoice as UBL and as a paper: both say the same (R8.3)."""

from datetime import timedelta
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table

from koogallery.kit.cycles import Cycle
from koogallery.kit.figures import money_text, percent_text
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from settlement.e_invoices.reader import SELF_BILLED, Account
from settlement.e_invoices.writer import Party, Written
from settlement.models import Invoice, SelfBillingConsent
from settlement.readings.pdf import HEAD, SMALL, TITLE, compose, facts, text
from settlement.rules.invoice_taxes import TaxedPart


def written_of(invoice: Invoice, consent: SelfBillingConsent) -> Written:
    bill = invoice.bill
    cycle = Cycle(bill.cycle)
    first, end = (moment.astimezone(ZONE).date() for moment in (cycle.start(ZONE), cycle.end(ZONE)))
    return Written(
        type_code=SELF_BILLED,
        number=invoice.invoice_no,
        issued_on=invoice.invoice_date,
        currency=invoice.currency,
        seller=Party(
            invoice.company_name,
            bill.seller_country,
            bill.seller_address,
            invoice.vat_number,
            invoice.seller.number,
        ),
        buyer=Party(
            invoice.bill_to,
            settings.INVOICE_BILL_TO_COUNTRY,
            bill.issuer_address,
            bill.issuer_tax_number,
        ),
        buyer_reference=bill.number,
        period=(first, end - timedelta(days=1)),
        item=f"KooGallery settlement of {bill.cycle}, bill {bill.number}",
        account=Account(invoice.account_number, invoice.account_holder, invoice.swift_code),
        terms=f"Paid with the settlement of bill {bill.number}.",
        taxes=[TaxedPart(each.rate, each.net, each.tax) for each in invoice.taxes.all()],
        exemption=consent.exemption,
        note=f"Self-billed with the consent {consent.number} of the seller.",
    )


def paper_of(said: Written) -> bytes:
    """In English, whoever approved the bill: it is handed out the same ever after."""
    file = BytesIO()
    with override("en"):
        name = _("Self-billed invoice %(number)s") % {"number": said.number}
        parts = [
            text(_("Self-billed invoice"), TITLE),
            text(said.number),
            Spacer(1, 5 * mm),
            _table(_facts(said)),
            text(_("Amounts"), HEAD),
            _table(_amounts(said)),
            text(_("Payment"), HEAD),
            _table(_payment(said)),
            Spacer(1, 5 * mm),
            text(said.note, SMALL),
        ]
        compose(file, parts, title=name, foot=name)
    return file.getvalue()


def _table(rows: list[tuple[str, str]]) -> Table:
    return facts([row for row in rows if row[1]])


def _facts(said: Written) -> list[tuple[str, str]]:
    return [
        (_("Invoice date"), said.issued_on.isoformat()),
        (_("Company"), said.seller.name),
        (_("Address"), f"{said.seller.address}, {said.seller.country}".removeprefix(", ")),
        (_("VAT number"), said.seller.vat_number),
        (_("Bill to"), said.buyer.name),
        (_("Address"), f"{said.buyer.address}, {said.buyer.country}".removeprefix(", ")),
        (_("Their VAT number"), said.buyer.vat_number),
        (_("For"), said.item),
    ]


def _amounts(said: Written) -> list[tuple[str, str]]:
    def money(part: str) -> str:
        total = sum((getattr(each, part) for each in said.taxes), ZERO)
        return money_text(total, said.currency)

    rates = [
        (f"{_('VAT')} {percent_text(each.rate)}", money_text(each.tax, said.currency))
        for each in said.taxes
    ]
    return [
        (_("Net amount"), money("net")),
        *rates,
        (_("Why no VAT is charged"), said.exemption),
        (_("Gross amount"), money("gross")),
    ]


def _payment(said: Written) -> list[tuple[str, str]]:
    return [
        (_("Account holder"), said.account.holder),
        (_("Account number"), said.account.number),
        (_("SWIFT code"), said.account.swift_code),
    ]
