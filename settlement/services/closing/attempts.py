"""What becomes of a batch that failed: the others go first, then its halves, then one seller waits.

A refusal parks its seller at once. Anything else (a timeout, no memory, a deadlock, a fault of
ours) may pass: it is tried again, later and later, and parked with the reason once it did not.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Now

from koogallery.clock import require_right_clock
from koogallery.fields import AnyOf
from koogallery.kit.errors import DomainError, Unavailable
from koogallery.kit.language import Sentence
from koogallery.outages import is_outage
from koogallery.stopping import is_stopping
from settlement.models import Batched
from settlement.services.closing.batches import claim_batch

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """Of one look for a batch."""

    NONE_FREE = auto()
    FAILED = auto()
    DONE = auto()


def leave_to_others(work: Batched) -> bool:
    """Whether this process is no place for it: its clock would be on all that is issued."""
    try:
        require_right_clock()
    except Unavailable as wrong:
        _rows(work).update(last_error=wrong.detail, last_error_at=Now())
        return True
    return is_stopping()


class SellersRefused(DomainError):
    """These sellers are parked, each with its reason; the others of the batch go on."""

    def __init__(self, reasons: Mapping[int, Sentence], *, rule: str) -> None:
        super().__init__(str(next(iter(reasons.values()))), rule=rule)
        self.reasons = reasons


def attempt_batch(work: Batched, do: Callable[[Sequence[int]], None]) -> Outcome:
    """Claim a batch and do it in one transaction. Only an outage of the database is raised."""
    sellers: Sequence[int] = ()
    try:
        with transaction.atomic():
            sellers = claim_batch(work)
            if not sellers:
                return Outcome.NONE_FREE
            do(sellers)
    except Exception as error:
        if not sellers or is_outage(error):
            raise
        _fail(work, sellers, error)
        return Outcome.FAILED
    return Outcome.DONE


@transaction.atomic
def _fail(work: Batched, sellers: Sequence[int], error: Exception) -> None:
    """Its own lock first: two workers must not give two batches the same number."""
    rows = _rows(work)
    rows.select_for_update(no_key=True).get()
    if isinstance(error, SellersRefused):
        for seller, refused in error.reasons.items():
            _park(work, [seller], refused.kept)
        return
    reason = _told(error)
    rows.update(last_error=reason, last_error_at=Now())
    if len(sellers) > 1:
        _try_smaller(work, sellers, error)
    elif _is_final(error) or _attempts(work, sellers) + 1 >= settings.BILL_RUN_ATTEMPTS:
        _park(work, sellers, reason)
    else:
        _try_later(work, sellers, reason)


def _is_final(error: Exception) -> bool:
    """A refusal, and what the database refuses for its content: it will be refused again."""
    if isinstance(error, DatabaseError):
        return not isinstance(error, OperationalError)
    return isinstance(error, DomainError)


def _told(error: Exception) -> str:
    if isinstance(error, DatabaseError | DomainError):
        return str(error).strip()
    logger.error("A batch failed by a fault of ours.", exc_info=error)
    return f"{type(error).__name__}: {error}"


def _try_smaller(work: Batched, sellers: Sequence[int], error: Exception) -> None:
    """The first time all together once more, behind all others; then in halves."""
    again = not _is_final(error) and not _attempts(work, sellers)
    _pending(work, sellers).update(attempts=1)
    if not again:
        last = work.parts.aggregate(batch=Max("batch"))["batch"]
        _pending(work, sellers[len(sellers) // 2 :]).update(batch=last + 1)


def _try_later(work: Batched, sellers: Sequence[int], reason: str) -> None:
    attempts = _attempts(work, sellers) + 1
    pause = timedelta(seconds=settings.BILL_RUN_RETRY_SECONDS * 2 ** (attempts - 1))
    _pending(work, sellers).update(attempts=attempts, retry_at=Now() + pause, reason=reason)


def _park(work: Batched, sellers: Sequence[int], reason: str) -> None:
    _pending(work, sellers).update(state=work.PARKED, reason=reason)


def _rows(work: Batched) -> QuerySet[Any]:
    return type(work)._base_manager.filter(pk=work.pk)  # noqa: SLF001  # documented: no filter


def _pending(work: Batched, sellers: Sequence[int]) -> QuerySet[Any]:
    """Who was finished meanwhile by another worker is left alone."""
    pending: QuerySet[Any] = work.parts.filter(AnyOf(F("seller"), sellers), state="pending")
    return pending


def _attempts(work: Batched, sellers: Sequence[int]) -> int:
    found = _pending(work, sellers).aggregate(most=Max("attempts"))["most"]
    return found or 0
