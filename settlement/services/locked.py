"""A seller by its number, locked or as it stands."""

from django.utils.translation import gettext as _

from koogallery.kit.errors import NotFound
from koogallery.models import User
from sellers.models import Seller
from sellers.services.locks import lock_seller


def lock_visible_seller(number: str, actor: User) -> Seller:
    """The seller itself; one whom `actor` may not see does not exist for them."""
    return lock_seller(pk=visible_seller(number, actor).pk)


def visible_seller(number: str, actor: User) -> Seller:
    seller = Seller.objects.visible_to(actor).filter(number=number).first()
    if seller is None:
        raise NotFound(_("There is no seller %(number)s.") % {"number": number})
    return seller
