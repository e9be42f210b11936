"""Which errors of the database are an outage: the server or the way to it, nobody's rows."""

from django.db import Error, InterfaceError, OperationalError
from django.utils.translation import gettext

from koogallery.kit.errors import Unavailable

#: A standby, which writes not.
READ_ONLY = "25006"
#: Classes and codes of SQLSTATE: connection lost, server shut down or starting, session ended from
#: outside or idle in its transaction for too long, no connection left.
_OUTAGES = ("08", "57P0", "25P03", "53300", READ_ONLY)


def sqlstate_of(error: BaseException) -> str | None:
    """What PostgreSQL called it; None if it never came to say anything."""
    found: str | None = getattr(error.__cause__, "sqlstate", None)
    return found


def is_outage(error: BaseException) -> bool:
    """Whether the same would have happened to anybody: it is worth waiting, and no one's fault."""
    if isinstance(error, InterfaceError):
        return True
    sqlstate = sqlstate_of(error)
    if sqlstate is None:
        return isinstance(error, OperationalError)
    return isinstance(error, Error) and sqlstate.startswith(_OUTAGES)


#: Somebody else holds the lock, and went on holding it.
LOCKED = "55P03"
#: Given up by `statement_timeout`, or by hand.
CANCELED = "57014"
#: No disk, no memory, no connection left.
_SCARCE = "53"


def unavailable(error: BaseException) -> Unavailable | None:
    """How a caller is told of an outage, or of a statement that took too long; else None."""
    if is_outage(error) or (sqlstate_of(error) or "").startswith(_SCARCE):
        return Unavailable(
            gettext("The database does not answer just now; nothing was done. Send it again."),
            code="database_away",
        )
    if isinstance(error, OperationalError) and sqlstate_of(error) == CANCELED:
        return Unavailable(
            gettext("It took too long and was given up; nothing was done. Ask for less at once."),
            code="took_too_long",
        )
    return None
