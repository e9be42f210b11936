"""The one lock of the books: taken first by everything that moves a seller's money."""

from typing import Any

from sellers.models import Seller


def lock_seller(**lookup: Any) -> Seller:
    """One lock cannot deadlock. NO KEY leaves unblocked whoever only refers to the seller."""
    return Seller.objects.select_for_update(of=("self",), no_key=True).get(**lookup)
