"""Sellers invoice their bills: verified, in two parts, under review, rejected, waited for.

Sellers of the demo invoice their bills, and an operator decides (R8.1).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from koogallery.attachments import Document
from koogallery.demo.acts import Act, paper
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.desk import Desk
from koogallery.demo.stories.certifications import PAID_TO
from koogallery.kit.cycles import Cycle
from koogallery.kit.figures import money_text, percent_text
from koogallery.kit.money import ZERO
from settlement.choices import BillState, InvoiceState
from settlement.models import Bill, Invoice
from settlement.readings.invoice_facts import known_of
from settlement.rules.invoice_taxes import TaxedPart, tax_on
from settlement.services.bills.invoices import reject_invoice, submit_invoice, verify_invoice

#: The addresses of the banks of the sellers that invoice; all else of them is certified.
BANK_ADDRESSES: Mapping[str, str] = {
    "S000001": "12 Marina Boulevard, Singapore",
    "S000002": "Ballindamm 9, Hamburg",
    "S000004": "27/1 Soi Rat Burana, Bangkok",
    "S000010": "1 Queen's Road Central, Hong Kong",
    "S000012": "ul. Prosta 18, Warszawa",
    "S000017": "1 Churchill Place, London",
    "S000037": "1-5-5 Otemachi, Chiyoda-ku, Tokyo",
}

#: The rate of VAT of those who charge it.
VAT: Mapping[str, Decimal] = {"S000004": Decimal("0.07")}


def invoice_bill(desk: Desk, *, seller: str, cycle: Cycle, parts: int, more_follow: bool) -> object:
    """In so many `parts`; with one to follow, the rest is to come.

    A bill that pays nothing is closed already and left alone.
    """
    bill = Bill.objects.filter(seller__number=seller, cycle=cycle).first()
    if bill is None or bill.state != BillState.PENDING_INVOICE:
        return None
    accountant = desk.accountant_for(seller)
    share = (bill.net_payable / max(parts, 2)).quantize(Decimal(1))
    left = bill.net_payable
    for part in range(1, parts + 1):
        is_last = part == parts and not more_follow
        said = {
            "bank_address": BANK_ADDRESSES[seller],
            "invoice_no": f"{bill.seller.number[-2:]}-{bill.cycle}-{part}",
            "amount": left if is_last else share,
        }
        submit_invoice(
            bill.number,
            said,
            taxes=[_vat(bill, said)],
            more_follow=not is_last,
            documents=[_document(bill, said)],
            actor=accountant,
        )
        left -= share
    return bill


def decide_invoices(desk: Desk, *, seller: str, cycle: Cycle, rejected: str) -> object:
    """Of a bill: verified, or rejected with this reason."""
    of_bill = Invoice.objects.filter(bill__seller__number=seller, bill__cycle=cycle)
    return [
        reject_invoice(invoice.number, rejected, actor=desk.second)
        if rejected
        else desk.agree(verify_invoice(invoice.number, actor=desk.second))
        for invoice in of_bill.filter(state=InvoiceState.UNDER_REVIEW).order_by("pk")
    ]


def _vat(bill: Bill, said: Mapping[str, Any]) -> TaxedPart:
    rate, net = VAT.get(bill.seller.number, ZERO), said["amount"]
    return TaxedPart(rate, net, tax_on(net, rate, bill.currency))


def _document(bill: Bill, said: Mapping[str, Any]) -> Document:
    known = {**known_of(bill), **said}
    vat = _vat(bill, said)
    net, tax, gross = (money_text(each, bill.currency) for each in (vat.net, vat.tax, vat.gross))
    lines = [
        f"From: {known['company_name']}, VAT number {known['vat_number']}",
        f"Bill to: {known['bill_to']}",
        f"For: settlement of cycle {bill.cycle}, bill {bill.number}",
        f"Net: {net}",
        f"VAT {percent_text(vat.rate)}: {tax}",
        f"Gross: {gross}",
        f"Pay to: {known['bank_name']}, {known['bank_address']}, SWIFT {known['swift_code']}",
        f"Account: {known['account_number']}",
    ]
    number = said["invoice_no"]
    return paper(f"invoice-{number}.pdf", f"Invoice {number}", lines, day=known["invoice_date"])


#: Seller and month of the bill -> in how many invoices, where it is not one.
PARTS = {("S000004", 2): 2, ("S000017", 5): 2}
#: Of these the invoices come late, as of today, and the last one leaves a part to come.
LATE = {("S000004", 5), ("S000010", 5), ("S000012", 4), ("S000012", 5), ("S000017", 5)}
IN_PART = ("S000010", 5)
#: Nobody has decided about this one yet; that one is refused.
REVIEWED, REJECTED = ("S000017", 5), ("S000012", 5)
WRONG = "The invoice is made out to another company; please see the invoicing list for ours."


def invoices(calendar: Calendar) -> Iterator[Act]:
    """On the third working day after the run day, decided on the fourth."""
    for month in range(1, CLOSED_MONTHS):
        for place, seller in enumerate(PAID_TO):
            of, bill = (seller, month), {"seller": seller, "cycle": calendar.cycle(month)}
            asked, decided = (calendar.after_closing(month, day, 10, 7 * place) for day in (3, 4))
            if of in LATE:
                asked = decided = calendar.latest
            how = {"parts": PARTS.get(of, 1), "more_follow": of == IN_PART}
            yield Act(asked, invoice_bill, {**bill, **how})
            if of != REVIEWED:
                rejected = WRONG if of == REJECTED else ""
                yield Act(decided, decide_invoices, {**bill, "rejected": rejected})
