"""Amounts finer than they can be kept, rounded half up where whoever imports asks for it (R2.4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from koogallery.api.reading import read_decimal
from koogallery.kit.errors import DomainError
from koogallery.kit.money import MINOR_UNITS, ZERO, to_line_scale, to_minor_unit
from sellers.feeds.cells import Cells, Column
from sellers.feeds.tables import TABLES, TableFeed
from sellers.services.intake import Outcome

#: The amounts of each kind, and the column that says their currency; usage is kept to 12 decimals.
AMOUNTS: Mapping[str, tuple[Sequence[str], str]] = {
    "sellers": (("required_deposit",), "settlement_currency"),
    "orders": (("paid_amount", "sales_amount", "customer_wht"), "currency"),
    "usage": (("sales_amount", "customer_wht"), ""),
}


@dataclass(slots=True)
class Rounded:
    """Of one currency: how many amounts were rounded, and by how much together."""

    amounts: int = 0
    difference: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class RoundingFeed:
    """A feed of one kind whose amounts are rounded before they are judged; it says how many."""

    kind: str
    rounded: dict[str, Rounded] = field(default_factory=lambda: defaultdict(Rounded))

    @property
    def feed(self) -> TableFeed[Any]:
        return TABLES[self.kind]

    @property
    def columns(self) -> Mapping[str, Column]:
        return self.feed.columns

    @property
    def ignores_other_columns(self) -> bool:
        return self.feed.ignores_other_columns

    def take_in(self, rows: Sequence[Cells]) -> list[Outcome]:
        return self.feed.take_in([self._rounded(cells) for cells in rows])

    def report(self, _path: Path, _unreadable: int, /) -> Sequence[str]:
        return [
            f"rounded {each.amounts} amounts half up{f' in {currency}' if currency else ''}, "
            f"by {each.difference:+f} together"
            for currency, each in sorted(self.rounded.items())
        ]

    def _rounded(self, cells: Cells) -> Cells:
        """What cannot be read is left as it stands, to be refused by name."""
        names, place = AMOUNTS[self.kind]
        currency = cells.get(place, "")
        if place and currency not in MINOR_UNITS:
            return cells
        return {**cells, **{n: self._round(cells[n], currency) for n in names if n in cells}}

    def _round(self, written: str, currency: str) -> str:
        try:
            amount = read_decimal(written)
            kept = to_minor_unit(amount, currency) if currency else to_line_scale(amount)
        except (DomainError, ArithmeticError):
            return written
        if kept == amount:
            return written
        tally = self.rounded[currency]
        tally.amounts += 1
        tally.difference += kept - amount
        return f"{kept:f}"
