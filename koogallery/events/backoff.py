"""When a webhook that failed is tried again, and when no more. Plain Python."""

from datetime import timedelta
from typing import Final

#: From one attempt to the next; three days in all.
STEPS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20, minutes=25),
)
#: After so long of nothing but failure an endpoint is disabled.
PATIENCE: Final = timedelta(days=3)
#: What a server may ask for by `Retry-After`; asking for more is asking for this.
LONGEST_WAIT: Final = timedelta(days=1)
#: How far an attempt is moved, so that what failed together does not come together again.
JITTER: Final = 0.1

#: An endpoint that does not answer at all rests: what else waits for it would only fail, too.
FIRST_REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(minutes=5)


def wait_after(attempts: int, *, asked: timedelta | None, chance: float) -> timedelta | None:
    """How long after so many attempts; None if that was the last.

    `asked` is the server's `Retry-After`, `chance` a number from 0 to 1 drawn by the caller.
    """
    if attempts > len(STEPS):
        return None
    wait = STEPS[attempts - 1] * (1 + JITTER * (2 * chance - 1))
    return max(wait, min(asked, LONGEST_WAIT)) if asked else wait


def rest_after(failures: int) -> timedelta:
    """The rest of an endpoint that did not answer so many times in a row."""
    doublings: int = min(failures - 1, 10)
    return min(FIRST_REST * (1 << doublings), LONGEST_REST)
