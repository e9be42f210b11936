"""FOCUS cost and usage data: a cloud's own bill, as sellers, products, orders and usage.

A publisher is a seller in each currency it bills in, a publisher's service a product, a
sub-account's use of it a pay-per-use order, a row of usage a usage record, a purchase a one-time
order. Whatever the first row of a name needs is registered with it, unless a mapping names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from koogallery.kit.errors import Violation
from sellers.feeds.cells import Cells, Column
from sellers.feeds.focus_charges import COLUMNS, Charge, publisher_of, read_charge, read_cost
from sellers.feeds.focus_identity import Occurrences
from sellers.feeds.focus_mapping import FocusMapping
from sellers.feeds.focus_money import Account, Reconciliation
from sellers.feeds.focus_moved import recorded_elsewhere
from sellers.feeds.focus_sales import Sale, place_sales, register, to_order, to_usage
from sellers.services.intake import Outcome, Result
from sellers.services.orders.recording import record_orders
from sellers.services.orders.usage import record_usage


@dataclass(frozen=True, slots=True)
class FocusFeed:
    """Reads one file. Files that are parts of one delivery share their `occurrences`."""

    mapping: FocusMapping = field(default_factory=FocusMapping)
    occurrences: Occurrences = field(default_factory=Occurrences)
    money: Reconciliation = field(default_factory=Reconciliation)
    columns: Mapping[str, Column] = field(default_factory=lambda: COLUMNS)
    ignores_other_columns: bool = True

    def take_in(self, rows: Sequence[Cells]) -> list[Outcome]:
        readings = [read_charge(cells) for cells in rows]
        charges = [charge for charge, _ in readings if charge]
        recorded = iter(self._record(charges))
        outcomes = [
            next(recorded) if charge else Outcome("", Result.REFUSED, tuple(wrong))
            for charge, wrong in readings
        ]
        for cells, (charge, _), outcome in zip(rows, readings, outcomes, strict=True):
            account = Account(publisher_of(cells), cells.get("BillingCurrency", ""))
            self.money.add(account, read_cost(cells), outcome, charge.amount if charge else None)
        return outcomes

    def report(self, path: Path, unreadable: int, /) -> list[str]:
        self.money.add_unreadable(unreadable)
        file = self.money.write(path)
        unmet = [
            f"No row is of {scope}, which the mapping names." for scope in self.mapping.unmet()
        ]
        return [*self.money.lines(), *unmet, f"The file's money is reconciled in {file.path}"]

    def _record(self, charges: Sequence[Charge]) -> list[Outcome]:
        sales = place_sales(charges, self._occurrences(charges), self.mapping)
        refused = register(sales)
        elsewhere = recorded_elsewhere([sale for sale in sales if not sale.charge.is_purchase])
        usage = [sale for sale in sales if not (sale.charge.is_purchase or sale in elsewhere)]
        bought = [sale for sale in sales if sale.charge.is_purchase]
        metered = iter(record_usage([to_usage(sale) for sale in usage], actor=None))
        ordered = iter(record_orders([to_order(sale) for sale in bought], actor=None))
        return [
            elsewhere.get(sale)
            or _outcome(sale, next(ordered if sale.charge.is_purchase else metered), refused)
            for sale in sales
        ]

    def _occurrences(self, charges: Sequence[Charge]) -> list[int]:
        """Which of its kind each charge is; one with an `Id` needs none."""
        unnamed = [charge.content for charge in charges if charge.content]
        numbers = iter(self.occurrences.of(unnamed) if unnamed else ())
        return [next(numbers) if charge.content else 1 for charge in charges]


def _outcome(sale: Sale, outcome: Outcome, refused: Mapping[str, tuple[Violation, ...]]) -> Outcome:
    """Where the order, its product or its seller was refused, that is the reason."""
    for number in (sale.seller, sale.product, sale.order):
        if outcome.is_refused and number in refused:
            return Outcome(outcome.key, Result.REFUSED, refused[number])
    return outcome
