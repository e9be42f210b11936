"""What sellers who have left no longer get: new business, and a second beginning (R6.3)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from sellers.models import Seller
from sellers.rules.sellers import Company, company_of


def companies_that_left() -> set[Company]:
    left = Seller.objects.exclude(left_at=None)
    return {company_of(*names) for names in left.values_list("company_name", "country")}


def unrecorded(rows: QuerySet[Any], numbers: Iterable[str]) -> set[str]:
    """Those of the numbers that no row has yet: a repeat of what is recorded is nothing new."""
    asked = set(numbers)
    if not asked:
        return asked
    return asked - set(rows.filter(number__in=asked).values_list("number", flat=True))
