"""What keeps a seller from leaving, in words (R6.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from koogallery.kit.language import gettext as _
from koogallery.kit.language import marked_number, ngettext

#: What may still be open, and how it is told of one and of several.
OPEN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "product_listed": marked_number(
            "%(count)s product is still listed", "%(count)s products are still listed"
        ),
        "order_in_fulfilment": marked_number(
            "%(count)s order is in fulfilment: its supervision is open",
            "%(count)s orders are in fulfilment: their supervision is open",
        ),
        "order_running": marked_number(
            "%(count)s pay-per-use order still runs: it has no ended_at",
            "%(count)s pay-per-use orders still run: they have no ended_at",
        ),
        "order_unbilled": marked_number(
            "%(count)s order is not billed yet", "%(count)s orders are not billed yet"
        ),
        "usage_unbilled": marked_number(
            "%(count)s usage record is not billed yet", "%(count)s usage records are not billed yet"
        ),
        "refund_under_way": marked_number(
            "%(count)s refund is under way", "%(count)s refunds are under way"
        ),
        "recovery_open": marked_number(
            "%(count)s recovery is open", "%(count)s recoveries are open"
        ),
        "receivable_open": marked_number(
            "%(count)s receivable is open", "%(count)s receivables are open"
        ),
        "invoice_due": marked_number(
            "%(count)s bill waits for its invoice", "%(count)s bills wait for their invoices"
        ),
        "bill_unpaid": marked_number(
            "%(count)s bill is not paid yet", "%(count)s bills are not paid yet"
        ),
        "dispute_open": marked_number(
            "%(count)s dispute waits for its answer", "%(count)s disputes wait for their answer"
        ),
        "adjustment_pending": marked_number(
            "%(count)s adjustment waits for the next bill",
            "%(count)s adjustments wait for the next bill",
        ),
        "negative_carried_over": marked_number(
            "%(count)s negative bill is carried over to the next one",
            "%(count)s negative bills are carried over to the next one",
        ),
        "registration_open": marked_number(
            "%(count)s other registration of this company has something open or a deposit",
            "%(count)s other registrations of this company have something open or a deposit",
        ),
    }
)

#: What the seller ends itself, before it asks for its exit; all else may still be settled.
ENDED_BY_THE_SELLER = frozenset({"product_listed"})

#: Numbers that one obstacle names; the lists show all of them.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One kind of thing that is still open: how many there are, and the first of their numbers."""

    code: str
    count: int
    numbers: tuple[str, ...]

    @property
    def what(self) -> str:
        """How many of what, without their numbers."""
        return ngettext(*OPEN[self.code], self.count) % {"count": self.count}

    @property
    def more(self) -> int:
        """How many it does not name."""
        return self.count - len(self.numbers)

    @property
    def detail(self) -> str:
        named = _(", ").join(self.numbers)
        if self.more:
            named = _("%(named)s and %(more)s more") % {"named": named, "more": self.more}
        return _("%(what)s: %(named)s.") % {"what": self.what, "named": named}


def obstacle(code: str, count: int, numbers: Sequence[str]) -> Obstacle:
    return Obstacle(code, count, tuple(numbers[:MOST_NAMED]))
