"""A receivable as a paper: what is asked from the seller, until when, and what was paid (R5.3)."""

from functools import partial
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from koogallery.dates import day_text, instant_text
from koogallery.downloads import Export, pieces_of
from koogallery.kit.figures import amount_text, money_text
from koogallery.papers import Column, Fact, Paper, Remark, Table, figures, known, write_paper
from koogallery.settlement_time import ZONE
from settlement.models import Receivable
from settlement.readings.paper_parts import sides_of
from settlement.readings.recovery_paths import taken_since_opening


def export_receivable(receivable: Receivable) -> Export:
    name = f"receivable-{receivable.number}.pdf"
    return Export(name, "application/pdf", pieces_of(partial(_document, receivable=receivable)))


def _document(file: IO[bytes], receivable: Receivable) -> None:
    paper = Paper(
        _("Receivable"),
        receivable.number,
        receivable.opened_at.astimezone(ZONE).date(),
        sides_of(receivable.recovery.original_bill, _("To be paid by"), _("To be paid to")),
        known(_facts(receivable)),
        [
            _paid(receivable),
            Remark(
                _(
                    "You may pay in parts; a top-up of your deposit pays it too. A payment counts "
                    "once Huawei’s finance has recorded it. Times are in %(zone)s."
                )
                % {"zone": ZONE.key}
            ),
        ],
    )
    write_paper(file, paper)


def _facts(receivable: Receivable) -> list[Fact]:
    recovery, currency = receivable.recovery, receivable.currency
    refund = recovery.refund
    return [
        (_("State"), str(receivable.get_state_display())),
        (_("Recovery"), recovery.number),
        (_("Refund"), f"{refund.number} · {refund.order.number}" if refund else ""),
        (_("Settled on bill"), recovery.original_bill.number),
        (_("Opened"), f"{instant_text(receivable.opened_at)} ({ZONE.key})"),
        (_("Due"), day_text(receivable.due_at)),
        (_("Opened with"), money_text(receivable.amount, currency)),
        (_("Outstanding"), money_text(recovery.outstanding, currency)),
        (
            _("Pay to"),
            settings.PAYMENT_ACCOUNT
            or _("Huawei’s settlement account named in your seller agreement"),
        ),
        (_("Payment reference"), receivable.number),
    ]


def _paid(receivable: Receivable) -> Table:
    currency = receivable.currency
    columns = [Column(_("Recorded"), 0), Column(_("Source")), Column(_("Reference"), 2)]
    rows = [
        (
            instant_text(each.at),
            str(each.get_source_display()),
            each.bill.number if each.bill else each.payment.reference if each.payment else "",
            amount_text(each.amount, currency),
        )
        for each in taken_since_opening(receivable)
    ]
    outstanding = amount_text(receivable.recovery.outstanding, currency)
    title = _("What was paid on it, in %(currency)s") % {"currency": currency}
    total = (_("Outstanding"), "", "", outstanding)
    return Table(title, [*columns, *figures(_("Amount"))], rows, [total])
