"""What a stored preview keeps of each seller, and the guard rails it met (R1.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from koogallery.kit.cycles import Cycle
from koogallery.statements import run_statement
from settlement.choices import Look, PreviewSellerState
from settlement.models import BillPreview, BillPreviewSeller
from settlement.rules.looks import Rails, looks_due
from settlement.services.holds import held_look, holds_of
from settlement.services.preview import SellerPreview, preview_batch

SQL = Path(__file__).resolve().parent.parent / "sql"

#: What a row of the preview takes over as it is.
FIGURES = (
    "currency",
    "line_count",
    "sales_amount",
    "platform_fee",
    "settlement_amount",
    "recovered",
    "net_payable",
    "previous_settlement",
    "difference",
    "from_deposit",
    "to_receivable",
)

KEPT = (
    "state",
    "reason",
    "bill",
    "bills",
    "issued",
    "held",
    "content",
    "looks",
    "look",
    "look_comment",
    "looked_by",
    "looked_at",
    *FIGURES,
)


def compute(preview: BillPreview, sellers: Sequence[int]) -> None:
    """What closing these sellers would issue, kept."""
    keep(preview, preview_batch(sellers, Cycle(preview.cycle), with_content=True))


def keep(preview: BillPreview, shown: Sequence[SellerPreview]) -> None:
    numbers = [each.seller for each in shown]
    parts = preview.parts.filter(seller__number__in=numbers, state=PreviewSellerState.PENDING)
    by_number = {part.seller.number: part for part in parts.select_related("seller")}
    sellers = [part.seller_id for part in by_number.values()]
    trailing, holds = _trailing(sellers), holds_of(sellers)
    kept = [
        _fill(by_number[each.seller], each, trailing.get(by_number[each.seller].seller_id, ()))
        for each in shown
        if each.seller in by_number
    ]
    for part in kept:
        if hold := holds.get(part.seller_id):
            for name, value in held_look(hold).items():
                setattr(part, name, value)
    BillPreviewSeller.objects.bulk_update(kept, KEPT, batch_size=500)


def _fill(
    part: BillPreviewSeller, shown: SellerPreview, trailing: Sequence[Decimal]
) -> BillPreviewSeller:
    for name in FIGURES:
        setattr(part, name, getattr(shown, name))
    part.state, part.reason = PreviewSellerState.DONE, ""
    part.bill, part.held = shown.bill or "", list(shown.held)
    part.content = shown.content.digest
    part.bills, part.issued = shown.content.bills, shown.content.amount
    looks = looks_due(part.issued, trailing, part.currency, rails())
    part.looks = [asdict(look) for look in looks]
    part.look = Look.DUE if looks else Look.NOT_DUE
    return part


def rails() -> Rails:
    return Rails(settings.PREVIEW_LOOK_MULTIPLE, settings.PREVIEW_LOOK_FIRST_BILL_ABOVE)


def _trailing(sellers: Sequence[int]) -> Mapping[int, Sequence[Decimal]]:
    """The settlement amounts of each seller's last bills."""
    rows = run_statement(
        SQL / "trailing_bills.sql",
        {"sellers": list(sellers), "bills": settings.PREVIEW_TRAILING_BILLS},
    )
    return {seller: tuple(amounts) for seller, amounts in rows}
