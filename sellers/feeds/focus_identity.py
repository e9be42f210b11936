"""Which charge a row is, where the file does not say.

FOCUS has no identifier. A row is known by what places a charge (account, period, resource, SKU) and
by what it costs; not by what clouds fill in or change afterwards (invoice, tags, names), nor by
derived prices. Numbers and instants count by their value, not by how they are written. Rows alike
in all of this are told apart by how often the like has stood before among what is read together:
the same rows in any order are the same charges.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from koogallery.kit.money import EXACT
from koogallery.statements import run_statement
from sellers.feeds.cells import Cells

#: Read as values, so that 1.0 and 1, or 08:00+08:00 and 00:00Z, are the same.
VALUES = (
    "PublisherName",
    "ServiceName",
    "BillingAccountId",
    "SubAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "ConsumedQuantity",
    "BilledCost",
)
#: As they stand.
CELLS = (
    "AvailabilityZone",
    "ChargeDescription",
    "ChargeFrequency",
    "CommitmentDiscountId",
    "CommitmentDiscountStatus",
    "ConsumedUnit",
    "PricingCategory",
    "PricingUnit",
    "RegionId",
    "ResourceId",
    "SkuId",
    "SkuPriceId",
)


def identity(values: Mapping[str, Any], cells: Cells) -> str:
    parts = [_plain(values.get(name)) for name in VALUES] + [cells.get(name) for name in CELLS]
    return digest(json.dumps(parts))


def digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize(EXACT):f}"
    return value.isoformat() if isinstance(value, datetime) else value


class Occurrences:
    """Counts rows that are alike; the database keeps the count, so that memory stays flat."""

    def __init__(self) -> None:
        self._is_new = True

    def of(self, contents: Sequence[str]) -> list[int]:
        """For each the how manyth of its kind it is, from 1, among all that were asked for."""
        if self._is_new:
            run_statement("sellers/stage_focus_rows", {})
            run_statement("sellers/forget_focus_rows", {})
            self._is_new = False
        here = Counter(contents)
        rows = run_statement("sellers/count_focus_rows", {"contents": list(contents)})
        before = {content: total - here[content] for content, total in rows}
        occurrences = []
        for content in contents:
            before[content] += 1
            occurrences.append(before[content])
        return occurrences
