"""What the database refuses, said as the refusal it is.

Services check first, to answer well; the database checks last, to be right also when two callers
act at once. Whoever loses such a race gets the same named refusal, not a crash.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, DataError
from django.utils.translation import gettext

from koogallery.kit.errors import Busy, Conflict, DomainError, InvalidInput
from koogallery.outages import LOCKED, sqlstate_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guard:
    """How the breach of one constraint is told; the constraint's name is its code.

    `detail` may say `%(named)s`: the row that stands in the way, which the trigger names.
    """

    refusal: type[DomainError]
    rule: str
    detail: str
    field: str = ""


#: Constraints and triggers that a call can run into, by their names in the database.
GUARDS: dict[str, Guard] = {}
#: Keys that name what a caller or an act has done: breached, it is done already. Every other one,
#: as of numbers that the database gives, is a fault: a sequence that lags behind its table, as
#: after a restore, is no repeated call, and no answer may make a client think so.
RECORDED_ONCE: set[str] = set()
#: SQLSTATEs that mean: somebody else was quicker; nothing was done, the call may be repeated.
BUSY = frozenset({"40001", "40P01", LOCKED})
UNIQUE_VIOLATION = "23505"
CHECK_VIOLATION = "23514"
#: How PostgreSQL ends the names of checks of one column: of a name, a text, a number.
CHECK_OF_A_COLUMN = "_check"
#: How the key of a partition is told from the key that it is part of.
NUMBER_OF_PARTITION = re.compile(r"_\d+$")


def guard_constraints(guards: Mapping[str, Guard], recorded_once: Iterable[str]) -> None:
    """Called by each app's `constraints`, which are read once all models are there."""
    GUARDS.update(guards)
    RECORDED_ONCE.update(recorded_once)


def refusal_of(error: DatabaseError) -> DomainError | None:
    """The refusal behind a database error; None if it is none, but a fault of ours."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = NUMBER_OF_PARTITION.sub("", getattr(diagnosis, "constraint_name", None) or "")
    if guard := GUARDS.get(name):
        told = gettext(guard.detail)
        if "%(named)s" in told:
            told %= {"named": getattr(diagnosis, "message_detail", "")}
        return guard.refusal(told, code=name, rule=guard.rule, field=guard.field)
    sqlstate = sqlstate_of(error)
    if sqlstate == UNIQUE_VIOLATION:
        return _already_recorded(name)
    if sqlstate in BUSY:
        return Busy(gettext("Another caller holds these rows; send it again."), code="busy")
    is_column = sqlstate == CHECK_VIOLATION and name.endswith(CHECK_OF_A_COLUMN)
    if is_column or isinstance(error, DataError):
        return InvalidInput(gettext("A value cannot be stored as it is."), code="unstorable")
    return None


def _already_recorded(key: str) -> Conflict | None:
    if key in RECORDED_ONCE:
        told = gettext("Another caller has just recorded the same.")
        return Conflict(told, code="already_recorded")
    logger.critical("%s was given twice: its sequence lags behind its table.", key)
    return None


@contextmanager
def as_refusals() -> Iterator[None]:
    """Around a transaction, as a context manager or a decorator: its breaches become refusals."""
    try:
        yield
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
