"""Which errors of the database are an outage: the server or the way to it, nobody's rows."""

from django.db import Error, InterfaceError, OperationalError

#: Classes and codes of SQLSTATE: connection lost, server shut down or starting, session ended from
#: outside or idle in its transaction for too long, no connection left, a standby that writes not.
_OUTAGES = ("08", "57P0", "25P03", "53300", "25006")


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
