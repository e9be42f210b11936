"""What a stored preview keeps of each seller, and the guard rails it met (R1.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import DomainError
from koogallery.statements import run_statement
from settlement.choices import Look, PreviewSellerState
from settlement.models import BillPreview, BillPreviewSeller
from settlement.rules.looks import Rails, looks_due
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


def compute(sellers: Sequence[int], cycle: Cycle) -> tuple[list[SellerPreview], dict[int, str]]:
    """All at once; if somebody's close is refused, one by one, as the run does it."""
    try:
        return preview_batch(sellers, cycle, with_content=True), {}
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, DomainError) as reason:
        if len(sellers) == 1:
            return [], {sellers[0]: str(reason)}
    shown: list[SellerPreview] = []
    blocked: dict[int, str] = {}
    for seller in sellers:
        its_preview, its_reason = compute([seller], cycle)
        shown += its_preview
        blocked |= its_reason
    return shown, blocked


def keep(preview: BillPreview, shown: Sequence[SellerPreview]) -> None:
    numbers = [each.seller for each in shown]
    parts = preview.parts.filter(seller__number__in=numbers, state=PreviewSellerState.PENDING)
    by_number = {part.seller.number: part for part in parts.select_related("seller")}
    trailing = _trailing([part.seller_id for part in by_number.values()])
    kept = [
        _fill(by_number[each.seller], each, trailing.get(by_number[each.seller].seller_id, ()))
        for each in shown
        if each.seller in by_number
    ]
    columns = ["state", "bill", "bills", "issued", "held", "content", "looks", "look", *FIGURES]
    BillPreviewSeller.objects.bulk_update(kept, columns, batch_size=500)


def _fill(
    part: BillPreviewSeller, shown: SellerPreview, trailing: Sequence[Decimal]
) -> BillPreviewSeller:
    for name in FIGURES:
        setattr(part, name, getattr(shown, name))
    part.state = PreviewSellerState.DONE
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
