"""Whether this worker has been asked to stop: work in batches ends after the one at hand."""

import mmap
from typing import Any

from celery.signals import worker_shutting_down

#: One byte of memory that the processes of a worker's pool share with the one that gets the signal.
_ASKED = mmap.mmap(-1, 1)


@worker_shutting_down.connect
def _ask(**_: Any) -> None:
    _ASKED[0] = 1


def is_stopping() -> bool:
    return bool(_ASKED[0])
