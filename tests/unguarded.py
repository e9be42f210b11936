"""The portal without the lock of a seller: what the tests of races must be able to see.

Requests for refunds go on in groups once all of a group have read what is refunded so far: the race
that the lock prevents happens each time, however busy the machine.
"""

from koogallery.wsgi import application  # first: it loads the apps

# isort: split
from koogallery.scoping import ScopedQuerySet
from settlement.services.refunds import lifecycle
from tests.together import read_together


def _no_lock(_rows: object, _pk: object) -> None:
    pass


ScopedQuerySet.hold = _no_lock  # type: ignore[method-assign,assignment]
vars(lifecycle)["facts_of"] = read_together(vars(lifecycle)["facts_of"], 4)

__all__ = ["application"]
