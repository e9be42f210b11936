"""The guard rails as they are set, and what they are held against: what went before (R1.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from koogallery.kit.cycles import Cycle
from koogallery.statements import run_statement
from settlement.rules.looks import Rails, Trail

#: Later than every cycle: all bills there are.
END = "999999"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The trail of a seller's bills before a cycle, under a key; usage counts through another."""

    key: int
    seller: int
    through: str
    before: str = END


def rails() -> Rails:
    return Rails(
        settings.PREVIEW_LOOK_MULTIPLE,
        settings.PREVIEW_LOOK_FALL,
        settings.PREVIEW_LOOK_GAP_MONTHS,
        settings.PREVIEW_LOOK_FIRST_BILL_ABOVE,
    )


def trails_of(wanted: Iterable[Wanted]) -> Mapping[int, Trail]:
    """By key; nothing of those before whom there was no bill."""
    by_key = {each.key: each for each in wanted}
    asked = list(by_key.values())
    parameters = {
        "keys": [each.key for each in asked],
        "sellers": [each.seller for each in asked],
        "before": [each.before for each in asked],
        "through": [each.through for each in asked],
        "bills": settings.PREVIEW_TRAILING_BILLS,
    }
    return {
        key: Trail(tuple(amounts), _months(last, by_key[key].through), stopped)
        for key, amounts, last, stopped in run_statement("settlement/trails", parameters)
    }


def _months(earlier: str, later: str) -> int:
    first, last = Cycle(earlier), Cycle(later)
    return 12 * (last.year - first.year) + last.month - first.month
