"""The sums of a stored preview: by currency, and what needs somebody's eye."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Sum

from settlement.choices import Look, PreviewSellerState
from settlement.models import BillPreview
from settlement.services.previews.preview import SUMMED, CurrencyTotals


@dataclass(frozen=True, slots=True)
class PreviewTotals:
    """`negative` are bills below 0, `newly_negative` those whose seller's last one was not."""

    by_currency: dict[str, CurrencyTotals] = field(default_factory=dict)
    looks_due: int = 0
    looks: int = 0
    acknowledged: int = 0
    held_back: int = 0
    blocked: int = 0
    held: int = 0
    newly_negative: int = 0
    to_deposit: int = 0
    to_receivable: int = 0


def totals_of(preview: BillPreview) -> PreviewTotals:
    """Two queries, however many sellers there are; blocked sellers add nothing to the sums."""
    parts = preview.parts.order_by()
    counts = parts.aggregate(
        looks_due=Count("pk", filter=Q(look=Look.DUE)),
        looks=Count("pk", filter=~Q(looks=[])),
        acknowledged=Count("pk", filter=Q(look=Look.ACKNOWLEDGED)),
        held_back=Count("pk", filter=Q(look=Look.HELD)),
        blocked=Count("pk", filter=Q(state=PreviewSellerState.BLOCKED)),
        held=Count("pk", filter=~Q(held=[])),
        newly_negative=Count("pk", filter=newly_negative()),
        to_deposit=Count("pk", filter=Q(from_deposit__gt=0)),
        to_receivable=Count("pk", filter=Q(to_receivable__gt=0)),
    )
    done = preview.parts.filter(state=PreviewSellerState.DONE).order_by("currency")
    sums: dict[str, Any] = {name: Sum(name) for name in SUMMED}
    rows = done.values("currency").annotate(
        bills_shown=Count("pk", filter=~Q(bill="")),
        negative=Count("pk", filter=Q(settlement_amount__lt=0)),
        **{f"sum_of_{name}": each for name, each in sums.items()},
    )
    return PreviewTotals(
        by_currency={row["currency"]: _totals(dict(row)) for row in rows}, **counts
    )


def newly_negative() -> Q:
    """Of sellers whose last bill, if any, was not below 0."""
    return Q(settlement_amount__lt=0) & (
        Q(previous_settlement=None) | Q(previous_settlement__gte=0)
    )


def _totals(row: dict[str, Any]) -> CurrencyTotals:
    totals = CurrencyTotals(row["currency"], bills=row["bills_shown"], negative=row["negative"])
    for name in SUMMED:
        setattr(totals, name, row[f"sum_of_{name}"])
    return totals
