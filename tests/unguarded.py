"""The portal without the lock of a seller: what the tests of races must be able to see.

Requests for refunds go on in groups once all of a group have read what is refunded so far: the race
that the lock prevents happens each time, however busy the machine.
"""

from threading import Barrier

from koogallery.wsgi import application
from sellers.models import Seller
from settlement.services import locked
from settlement.services.refunds import lifecycle

TOGETHER = Barrier(4, timeout=30)
facts_of = vars(lifecycle)["facts_of"]


def facts_read_together(*arguments: object) -> object:
    facts: object = facts_of(*arguments)
    TOGETHER.wait()
    return facts


vars(locked)["lock_seller"] = Seller.objects.get
vars(lifecycle)["facts_of"] = facts_read_together

__all__ = ["application"]
