"""What keeps a seller from leaving, in words (R6.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

#: What may still be open, and how it is told of one and of several.
OPEN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "product_listed": ("product is still listed", "products are still listed"),
        "order_in_fulfilment": (
            "order is in fulfilment: its supervision is open",
            "orders are in fulfilment: their supervision is open",
        ),
        "order_running": (
            "pay-per-use order still runs: it has no ended_at",
            "pay-per-use orders still run: they have no ended_at",
        ),
        "order_unbilled": ("order is not billed yet", "orders are not billed yet"),
        "usage_unbilled": ("usage record is not billed yet", "usage records are not billed yet"),
        "refund_under_way": ("refund is under way", "refunds are under way"),
        "recovery_open": ("recovery is open", "recoveries are open"),
        "receivable_open": ("receivable is open", "receivables are open"),
        "invoice_due": ("bill waits for its invoice", "bills wait for their invoices"),
        "bill_unpaid": ("bill is not paid yet", "bills are not paid yet"),
        "dispute_open": ("dispute waits for its answer", "disputes wait for their answer"),
        "adjustment_pending": (
            "adjustment waits for the next bill",
            "adjustments wait for the next bill",
        ),
        "negative_carried_over": (
            "negative bill is carried over to the next one",
            "negative bills are carried over to the next one",
        ),
        "registration_open": (
            "other registration of this company has something open or a deposit",
            "other registrations of this company have something open or a deposit",
        ),
    }
)

#: Numbers that one obstacle names; the lists show all of them.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One kind of thing that is still open: how many there are, and the first of their numbers."""

    code: str
    count: int
    numbers: tuple[str, ...]

    @property
    def detail(self) -> str:
        one, several = OPEN[self.code]
        more = self.count - len(self.numbers)
        named = ", ".join(self.numbers) + (f" and {more} more" if more else "")
        return f"{self.count} {one if self.count == 1 else several}: {named}."


def obstacle(code: str, count: int, numbers: Sequence[str]) -> Obstacle:
    return Obstacle(code, count, tuple(numbers[:MOST_NAMED]))
