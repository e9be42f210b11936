"""What a stored preview keeps of each seller, and the guard rails it met (R1.6)."""

from collections.abc import Sequence

from koogallery.kit.cycles import Cycle
from settlement.choices import Look, PreviewSellerState
from settlement.models import BillPreview, BillPreviewSeller
from settlement.rules.looks import Trail, looks_due
from settlement.services.closing.guard_rails import Wanted, rails, trails_of
from settlement.services.closing.holds import held_look, holds_of
from settlement.services.previews.preview import SUMMED, SellerPreview, preview_batch

#: What a row of the preview takes over as it is.
FIGURES = ("currency", *SUMMED, "previous_settlement")

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
    trails = trails_of(Wanted(id_, id_, through=preview.cycle) for id_ in sellers)
    holds = holds_of(sellers)
    kept = [
        _fill(by_number[each.seller], each, trails.get(by_number[each.seller].seller_id, Trail()))
        for each in shown
        if each.seller in by_number
    ]
    for part in kept:
        if hold := holds.get(part.seller_id):
            for name, value in held_look(hold).items():
                setattr(part, name, value)
    BillPreviewSeller.objects.bulk_update(kept, KEPT, batch_size=500)


def _fill(part: BillPreviewSeller, shown: SellerPreview, trail: Trail) -> BillPreviewSeller:
    for name in FIGURES:
        setattr(part, name, getattr(shown, name))
    part.state, part.reason = PreviewSellerState.DONE, ""
    part.bill, part.held = (
        shown.bill or "",
        [[each.told.message, dict(each.told.values)] for each in shown.held],
    )
    part.content = shown.content.digest
    part.bills, part.issued = shown.content.bills, shown.content.amount
    looks = looks_due(part.issued if part.bills else None, trail, part.currency, rails())
    part.looks = [look.as_stored() for look in looks]
    part.look = Look.DUE if looks else Look.NOT_DUE
    return part
