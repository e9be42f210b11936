"""The remittance advice of a payout: what was paid, where, for which bills (R8.2)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import IO, Any

from django.utils.translation import gettext as _

from koogallery.dates import cycle_label, day_text, instant_text
from koogallery.downloads import Export, pieces_of
from koogallery.exports import files
from koogallery.exports.files import MEDIA_TYPES, csv_pieces
from koogallery.kit.errors import InvalidInput
from koogallery.kit.figures import amount_text, money_text
from koogallery.papers import Column, Fact, Paper, Party, Table, Text, figures, known, write_paper
from koogallery.settlement_time import ZONE
from settlement.choices import UNDONE_PAYOUTS
from settlement.models import Payout
from settlement.readings.paper_parts import account_text, sides_of, sides_today, terms
from settlement.readings.payouts import balances_of
from settlement.rules.bank_reasons import told

FORMS = ("pdf", "csv")
HEADINGS = ("payout", "state", "kind", "document", "cycle", "currency", "net", "tax", "amount")


def export_remittance(payout: Payout, form: str) -> Export:
    """As `pdf` or `csv`; its reader was found to be allowed to see it."""
    name = f"remittance-{payout.number}.{form}"
    if form == "csv":
        table = files.Table(HEADINGS, frozenset({"net", "tax", "amount"}), _rows(payout))
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
    stood = balances_of(payout)
    balance = [
        (_("Opening balance"), stood.opening, False),
        (_("Came in"), stood.came, False),
        (_("Paid out"), -stood.went, False),
        (_("Closing balance"), stood.closing, True),
    ]
    paper = Paper(
        _("Remittance advice"),
        payout.number,
        (payout.paid_at or payout.created_at).astimezone(ZONE).date(),
        _sides(payout),
        known(_facts(payout)),
        [
            _paid(payout),
            terms(_("Your balance, net of tax"), balance, payout.currency),
            _came_back(payout, stood.went),
        ],
    )
    write_paper(file, paper)


def _sides(payout: Payout) -> list[Party]:
    """As the latest bill that it pays says them."""
    latest = payout.items.exclude(bill=None).select_related("bill__seller").order_by("pk").last()
    paid_to, paid_by = _("Paid to"), _("Paid by")
    if latest and latest.bill:
        return sides_of(latest.bill, paid_to, paid_by)
    return sides_today(payout.seller, paid_to, paid_by)


def _paid(payout: Payout) -> Table:
    columns = [
        Column(_("Document"), 2),
        Column(_("Cycle")),
        *figures(_("Net"), _("Tax"), _("Amount")),
    ]
    rows = [
        (
            document,
            cycle and cycle_label(cycle),
            *(amount_text(each, payout.currency) for each in amounts),
        )
        for _payout, _state, _kind, document, cycle, _currency, *amounts in _rows(payout)
    ]
    total = (_("Together"), "", "", "", amount_text(payout.amount, payout.currency))
    title = _("What is paid, in %(currency)s") % {"currency": payout.currency}
    return Table(title, columns, rows, [total])


def _came_back(payout: Payout, went: Decimal) -> Text:
    if payout.state not in UNDONE_PAYOUTS:
        return Text("")
    sentence = _(
        "It did not arrive: after that, %(came_back)s went back to your balance, to be paid "
        "with another payout."
    )
    return Text(sentence % {"came_back": money_text(went, payout.currency)})


def _facts(payout: Payout) -> Iterator[Fact]:
    """What is not known yet is empty."""
    yield _("State"), payout.state_label
    yield _("Amount"), money_text(payout.amount, payout.currency)
    yield _("Expected on"), day_text(payout.expected_on)
    yield _("Bank account"), account_text(payout.bank_account)
    yield _("Payer"), payout.batch.payer_holder if payout.batch else ""
    yield _("End-to-end ID"), payout.end_to_end_id
    if payout.paid_at:
        yield _("Paid"), f"{instant_text(payout.paid_at)} ({ZONE.key})"
    yield _("Bank reference"), payout.bank_reference
    if payout.failure_code:
        yield _("Reason"), told(payout.failure_code, payout.failure_detail)
