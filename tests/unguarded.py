"""The portal without the lock of a seller: what the tests of races must be able to see.

Requests for refunds go on in groups once all of a group have read what is refunded so far: the race
that the lock prevents happens each time, however busy the machine.
"""

from threading import Barrier

from koogallery.wsgi import application  # first: it loads the apps

# isort: split
from koogallery.scoping import ScopedQuerySet
from settlement.services.refunds import lifecycle

TOGETHER = Barrier(4, timeout=30)
facts_of = vars(lifecycle)["facts_of"]


def _no_lock(_rows: object, _pk: object) -> None:
    pass


def facts_read_together(*arguments: object) -> object:
    facts: object = facts_of(*arguments)
    TOGETHER.wait()
    return facts


ScopedQuerySet.hold = _no_lock  # type: ignore[method-assign]
vars(lifecycle)["facts_of"] = facts_read_together

__all__ = ["application"]
