"""The invoicing list of a bill as a paper: what its invoice has to say, and until when (R8.1)."""

from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from django.utils.translation import gettext as _

from koogallery.dates import cycle_label, day_text, instant_text
from koogallery.downloads import Export, pieces_of
from koogallery.kit.figures import money_text
from koogallery.papers import Facts, Paper, Text, write_paper
from koogallery.settlement_time import ZONE
from settlement.models import Bill, InvoicingList
from settlement.readings.invoice_facts import invoiced, said_by
from settlement.readings.paper_parts import sides_of


def export_invoicing_list(bill: Bill, opened: InvoicingList, known: Mapping[str, Any]) -> Export:
    """`known` is what of the seller its reader may see."""
    write = partial(_document, bill=bill, opened=opened, known=known)
    return Export(f"invoicing-list-{bill.number}.pdf", "application/pdf", pieces_of(write))


def _document(file: IO[bytes], bill: Bill, opened: InvoicingList, known: Mapping[str, Any]) -> None:
    asked_for = invoiced(bill)
    left = bill.net_payable - asked_for
    paper = Paper(
        _("Invoicing list"),
        bill.number,
        opened.opened_at.astimezone(ZONE).date(),
        sides_of(bill, _("Seller"), _("Bill to")),
        [
            (_("Cycle"), cycle_label(bill.cycle)),
            (_("Asked for"), f"{instant_text(opened.opened_at)} ({ZONE.key})"),
            (_("Due on"), day_text(opened.due_on)),
            (_("To be paid to you"), money_text(bill.net_payable, bill.currency)),
            (_("Invoiced"), money_text(asked_for, bill.currency)),
            (_("Still to be invoiced"), money_text(left, bill.currency)),
        ],
        [
            Facts(said_by(bill, known), _("What your invoice says")),
            Text(_("It may be split into several; together they say this amount to the cent.")),
            Text(_("The bill is paid after its invoices have been verified, and not before.")),
        ],
    )
    write_paper(file, paper)
