"""A self-billed invoice as UBL and as a paper: both say the same (R8.3)."""

from datetime import timedelta
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from koogallery import papers
from koogallery.countries import country_name
from koogallery.dates import day_text
from koogallery.kit.cycles import Cycle
from koogallery.kit.figures import money_text, percent_text
from koogallery.kit.money import ZERO
from koogallery.papers import Fact, Facts, Paper, Remark, Terms, known, write_paper
from koogallery.settlement_time import ZONE
from settlement.e_invoices.reader import SELF_BILLED, Account
from settlement.e_invoices.writer import Party, Written
from settlement.models import Invoice, SelfBillingConsent
from settlement.readings.paper_parts import party, with_country
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
        first, last = (day_text(day) for day in said.period)
        paper = Paper(
            _("Self-billed invoice"),
            said.number,
            said.issued_on,
            [_side(_("Seller"), said.seller), _side(_("Bill to"), said.buyer)],
            known(
                [
                    (_("Invoice date"), day_text(said.issued_on)),
                    (_("For"), said.item),
                    (_("Period"), f"{first} – {last}"),
                ]
            ),
            [
                Terms(_amounts(said), _("Amounts")),
                Facts(known([(_("Why no VAT is charged"), said.exemption)])),
                Facts(_payment(said), _("Payment")),
                Remark(said.note),
            ],
        )
        write_paper(file, paper)
    return file.getvalue()


def _side(role: str, side: Party) -> papers.Party:
    address = with_country(side.address, country_name(side.country))
    return party(role, side.name, address=address, tax_number=side.vat_number)


def _amounts(said: Written) -> list[tuple[str, str, bool]]:
    def money(part: str) -> str:
        total = sum((getattr(each, part) for each in said.taxes), ZERO)
        return money_text(total, said.currency)

    rates = [
        (f"{_('VAT')} {percent_text(each.rate)}", money_text(each.tax, said.currency), False)
        for each in said.taxes
    ]
    return [
        (_("Net amount"), money("net"), False),
        *rates,
        (_("Gross amount"), money("gross"), True),
    ]


def _payment(said: Written) -> list[Fact]:
    return known(
        [
            (_("Account holder"), said.account.holder),
            (_("Account number"), said.account.number),
            (_("SWIFT code"), said.account.swift_code),
            (_("Terms"), said.terms),
        ]
    )
