"""The one lock of the books, and the fence for what arrives beside it (R1.5, R1.7)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from koogallery.kit.errors import NotFound
from koogallery.statements import run_statement
from sellers.models import Seller

SQL = Path(__file__).resolve().parent.parent / "sql"


def lock_seller(**lookup: Any) -> Seller:
    """Taken first by everything that moves a seller's money; one lock cannot deadlock.

    NO KEY leaves unblocked whoever only refers to the seller; intake takes the fence and waits.
    """
    rows = Seller.objects.select_for_update(of=("self",), no_key=True)
    seller = rows.filter(**lookup).first()
    if seller is None:
        raise NotFound("There is no such seller.")
    return seller


def fence_sellers(ids: Iterable[int]) -> None:
    """Keep these sellers' cycles as they are until this transaction ends.

    Facts arrive beside each other but never beside a close: first the fence, then read
    `open_cycle` and what else the facts depend on, then write.
    """
    run_statement(SQL / "fence_sellers.sql", {"sellers": sorted(set(ids))})
