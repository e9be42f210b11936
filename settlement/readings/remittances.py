"""The remittance advice of a payout: what was paid, where, for which bills (R8.2)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import IO, Any

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from koogallery.downloads import Export, pieces_of
from koogallery.exports.files import MEDIA_TYPES, Table, csv_pieces
from koogallery.kit.errors import InvalidInput
from koogallery.kit.figures import instant
from koogallery.settlement_time import ZONE
from settlement.choices import UNDONE_PAYOUTS
from settlement.models import Payout
from settlement.readings.payouts import balances_of
from settlement.readings.pdf import HEAD, TITLE, amount_text, compose, facts, section, terms, text
from settlement.rules.bank_reasons import told

FORMS = ("pdf", "csv")
HEADINGS = ("payout", "state", "kind", "document", "cycle", "currency", "net", "tax", "amount")


def export_remittance(payout: Payout, form: str) -> Export:
    """As `pdf` or `csv`; its reader was found to be allowed to see it."""
    name = f"remittance-{payout.number}.{form}"
    if form == "csv":
        table = Table(HEADINGS, frozenset({"net", "tax", "amount"}), _rows(payout))
        return Export(name, MEDIA_TYPES["csv"], csv_pieces(table))
    if form == "pdf":
        pieces = pieces_of(partial(remittance_document, payout=payout))
        return Export(name, "application/pdf", pieces)
    raise InvalidInput(
        _("A remittance advice is exported as %(forms)s.") % {"forms": ", ".join(FORMS)},
        code="unknown_format",
        rule="R8.2",
        field="format",
    )


def _rows(payout: Payout) -> Iterator[tuple[Any, ...]]:
    for item in payout.items.select_related("bill", "movement").order_by("pk"):
        amounts = (item.net, item.tax, item.total)
        if item.bill:
            of = ("bill", item.bill.number, item.bill.cycle)
        else:
            assert item.movement is not None, "an item is a bill or a returned deposit"
            of = ("deposit", item.movement.reference, "")
        yield (payout.number, payout.state, *of, payout.currency, *amounts)


def remittance_document(file: IO[bytes], payout: Payout) -> None:
    heads = [_("Document"), _("Cycle"), _("Net"), _("Tax"), _("Amount")]
    amounts = [
        [text(document), cycle, *(amount_text(each, payout.currency) for each in figures)]
        for _payout, _state, _kind, document, cycle, _currency, *figures in _rows(payout)
    ]
    stood = balances_of(payout)
    parts = [
        text(_("Remittance advice"), TITLE),
        text(f"KooGallery · {payout.number}"),
        Spacer(1, 5 * mm),
        facts(_facts(payout)),
        *section(
            _("What is paid, in %(currency)s") % {"currency": payout.currency},
            heads,
            amounts,
            [None, 20, 32, 32, 32],
            amounts=3,
        ),
        text(_("Your balance, net of tax"), HEAD),
        terms(
            [
                (_("Opening balance"), stood.opening, False),
                (_("Came in"), stood.came, False),
                (_("Paid out"), -stood.went, False),
                (_("Closing balance"), stood.closing, True),
            ],
            payout.currency,
        ),
        *_came_back(payout, stood.went),
    ]
    compose(
        file,
        parts,
        title=_("Remittance advice %(payout)s") % {"payout": payout.number},
        foot=_("Remittance advice %(payout)s") % {"payout": payout.number},
    )


def _came_back(payout: Payout, went: Decimal) -> Iterator[Flowable]:
    if payout.state in UNDONE_PAYOUTS:
        sentence = _(
            "It did not arrive: after that, %(came_back)s went back to your balance, to be paid "
            "with another payout."
        )
        yield Spacer(1, 3 * mm)
        came_back = f"{payout.currency} {amount_text(went, payout.currency)}"
        yield text(sentence % {"came_back": came_back})


def _facts(payout: Payout) -> list[tuple[str, str]]:
    rows = [
        (_("Seller"), f"{payout.seller.company_name} ({payout.seller.number})"),
        (_("State"), payout.state_label),
        (_("Amount"), f"{payout.currency} {amount_text(payout.amount, payout.currency)}"),
        (_("Expected on"), payout.expected_on.isoformat()),
    ]
    if payout.bank_account:
        account = payout.bank_account
        to = f"{account.account_holder}, {account.bank_name}, {account.masked_account_number}"
        rows.append((_("Bank account"), to))
    if payout.batch:
        rows.append((_("Paid by"), payout.batch.payer_holder))
    if payout.end_to_end_id:
        rows.append((_("End-to-end ID"), payout.end_to_end_id))
    if payout.paid_at:
        rows.append((_("Paid"), f"{instant(payout.paid_at, ZONE)} ({ZONE.key})"))
    if payout.bank_reference:
        rows.append((_("Bank reference"), payout.bank_reference))
    if payout.failure_code:
        said = told(payout.failure_code, payout.failure_detail)
        rows.append((_("Reason of the bank"), said))
    return rows
