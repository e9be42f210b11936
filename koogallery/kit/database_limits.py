"""What a connection to PostgreSQL may take: how long it waits, runs, idles, and misses its peer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds; 0 is no limit. `idle` is that of a transaction in which nothing happens."""

    lock: int
    statement: int
    idle: int


#: A host that is gone is noticed within half a minute, by either side.
_PEER = {"idle": 10, "interval": 3, "count": 3}
_UNACKNOWLEDGED_MS = 30_000
_CONNECT_SECONDS = 5


def connection_options(
    limits: Limits, given: Mapping[str, Any], *, is_pooled: bool
) -> dict[str, Any]:
    """For psycopg; `given` is what DATABASE_URL says itself, and goes first.

    A pooler in front takes no settings of a session: there they belong to the role.
    """
    options = {
        "connect_timeout": _CONNECT_SECONDS,
        "tcp_user_timeout": _UNACKNOWLEDGED_MS,
        **{f"keepalives_{name}": value for name, value in _PEER.items()},
        **given,
    }
    if is_pooled:
        return options
    return options | {"options": f"{_session(limits)} {given.get('options', '')}".strip()}


def _session(limits: Limits) -> str:
    seconds = {
        "lock_timeout": limits.lock,
        "statement_timeout": limits.statement,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    settings = {name: f"{value}s" for name, value in seconds.items()}
    settings |= {f"tcp_keepalives_{name}": str(value) for name, value in _PEER.items()}
    settings["tcp_user_timeout"] = str(_UNACKNOWLEDGED_MS)
    settings["cursor_tuple_fraction"] = "1"  # what a cursor begins is read to its end
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
