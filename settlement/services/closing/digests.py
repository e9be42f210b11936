"""What a close issues for each seller, as a digest to be compared: previewed, approved, issued."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Max

from koogallery.fields import AnyOf
from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.statements import run_statement
from sellers.services.closing import lock_sellers
from settlement.models import Bill, Journal


@dataclass(frozen=True, slots=True)
class Content:
    """The digest of everything issued for one seller; how many bills, and their sum."""

    digest: str
    bills: int = 0
    amount: Decimal = ZERO


#: Of a seller for whom nothing is issued.
NOTHING = Content(hashlib.sha256(b"").hexdigest())


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the books of some sellers stand, whose locks are held from here on."""

    open_cycles: dict[int, Cycle | None]
    bills: dict[int, int]
    journals: dict[int, int]

    @classmethod
    def of(cls, sellers: Sequence[int]) -> "Mark":
        locked = lock_sellers(sellers)
        return cls(locked, _last_ids(Bill, sellers), _last_ids(Journal, sellers))

    def closed_before(self, cycle: Cycle) -> list[int]:
        """Sellers for whom there is nothing left to do (R1.7)."""
        return [id_ for id_, open_ in self.open_cycles.items() if open_ and open_ > cycle]

    def issued_since(self) -> dict[int, Content]:
        ids = sorted(self.open_cycles)
        parameters = {
            "sellers": ids,
            "bills": [self.bills.get(id_, 0) for id_ in ids],
            "journals": [self.journals.get(id_, 0) for id_ in ids],
        }
        return {
            seller: Content(digest, bills, amount) if digest else NOTHING
            for seller, digest, bills, amount in run_statement(
                "settlement/content_of_sellers", parameters
            )
        }


def _last_ids(model: type[Bill] | type[Journal], sellers: Sequence[int]) -> dict[int, int]:
    rows = model.objects.filter(AnyOf(F("seller"), sellers)).order_by()
    return dict(rows.values_list("seller").annotate(Max("id")))
