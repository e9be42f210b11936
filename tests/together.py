"""Races that happen each time: what several callers read, none of them has written to yet."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Read = TypeVar("Read")

#: A caller who waits in vain, because the others were refused before, goes on after so long.
SECONDS = 10


def read_together(read: Callable[P, Read], readers: int) -> Callable[P, Read]:
    """`read`, after which so many callers go on together."""
    gate = Barrier(readers)

    def read_and_wait(*arguments: P.args, **options: P.kwargs) -> Read:
        came = read(*arguments, **options)
        with suppress(BrokenBarrierError):
            gate.wait(timeout=SECONDS)
        return came

    return read_and_wait
