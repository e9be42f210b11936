"""The one lock of the books, and the fence for what arrives beside it (R1.5, R1.7)."""

from collections.abc import Iterable
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from koogallery.kit.errors import NotFound
from koogallery.locks import lock_first, waiting_room
from koogallery.models import User
from koogallery.outages import LOCKED, sqlstate_of
from koogallery.statements import run_statement
from sellers.models import Seller


def lock_seller(**lookup: Any) -> Seller:
    """Taken first by everything that moves a seller's money; one lock cannot deadlock.

    NO KEY leaves unblocked whoever only refers to the seller; intake takes the fence and waits.
    """
    seller = lock_first(Seller.objects.filter(**lookup), of=("self",), no_key=True)
    if seller is None:
        raise NotFound(_("There is no such seller."))
    return seller


def visible_seller(number: str, actor: User) -> Seller:
    """As it stands, without a lock; one whom `actor` may not see does not exist for them."""
    seller = Seller.objects.visible_to(actor).filter(number=number).first()
    if seller is None:
        raise NotFound(_("There is no seller %(number)s.") % {"number": number}, named=number)
    return seller


def fence_sellers(ids: Iterable[int]) -> None:
    """Keep these sellers' cycles as they are until this transaction ends.

    Facts arrive beside each other but never beside a close: first the fence, then read
    `open_cycle` and what else the facts depend on, then write.
    """
    sellers = {"sellers": sorted(set(ids))}
    try:
        with transaction.atomic():
            run_statement("sellers/fence_if_free", sellers)
    except OperationalError as error:
        if sqlstate_of(error) != LOCKED:
            raise
        with waiting_room():
            run_statement("sellers/fence_sellers", sellers)
