"""The portal without the lock of a seller: what the tests of races must be able to see."""

from koogallery.wsgi import application
from sellers.models import Seller
from settlement.services import locked

vars(locked)["lock_seller"] = Seller.objects.get

__all__ = ["application"]
