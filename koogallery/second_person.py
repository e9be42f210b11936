"""Whether an act needs a second person, and whose approval it is done under (R4.4).

A service says `NeedsSecondPerson` where one person may not do it alone; koogallery/approvals.py
turns that into a request, and does the act once somebody else has approved it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import TYPE_CHECKING

from koogallery.kit.errors import Forbidden
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO

if TYPE_CHECKING:
    from koogallery.models import ApprovalRequest

_APPROVED: ContextVar["ApprovalRequest | None"] = ContextVar("approved", default=None)
_REHEARSED: ContextVar[bool] = ContextVar("rehearsed", default=False)


class NeedsSecondPerson(Forbidden):
    """One person may not do this alone; `about` is what it is done to, `amount` what it moves."""

    default_code = "needs_second_person"

    def __init__(
        self,
        said: Sentence,
        *,
        about: tuple[str, str],
        seller: str,
        amount: Decimal = ZERO,
        currency: str = "",
        rule: str = "R4.4",
    ) -> None:
        super().__init__(str(said), rule=rule)
        self.said = said
        self.about = about
        self.seller = seller
        self.amount = amount
        self.currency = currency


def approval_under_way() -> "ApprovalRequest | None":
    """The approved request that the running act is done for; None where it is done at once."""
    return _APPROVED.get()


def is_rehearsal() -> bool:
    """Whether the running act is only tried, and rolled back: nobody has to approve that."""
    return _REHEARSED.get()


@contextmanager
def approved(request: "ApprovalRequest") -> Iterator[None]:
    token = _APPROVED.set(request)
    try:
        yield
    finally:
        _APPROVED.reset(token)


@contextmanager
def rehearsal() -> Iterator[None]:
    """The caller rolls back what is done within."""
    token = _REHEARSED.set(True)
    try:
        yield
    finally:
        _REHEARSED.reset(token)
