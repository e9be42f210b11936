"""The first step of every act on one row: find it, lock its seller, read it again."""

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from koogallery.kit.errors import NotFound
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from sellers.services.locks import lock_seller

Row = TypeVar("Row", bound=Model)


def lock_visible_seller(number: str, actor: User) -> Seller:
    """The seller itself; one whom `actor` may not see does not exist for them."""
    return lock_seller(pk=visible_seller(number, actor).pk)


def visible_seller(number: str, actor: User) -> Seller:
    seller = Seller.objects.visible_to(actor).filter(number=number).first()
    if seller is None:
        raise NotFound(_("There is no seller %(number)s.") % {"number": number})
    return seller


def read_locked(rows: ScopedQuerySet[Row], number: str, *, actor: User) -> Row:
    """The row as of its seller's lock; what `actor` may not see does not exist for them."""
    visible = rows.visible_to(actor).filter(number=number)
    seller = visible.values_list("seller_id", flat=True).first()
    if seller is None:
        raise NotFound(
            _("There is no %(kind)s %(number)s.")
            % {"kind": rows.model._meta.verbose_name, "number": number}
        )
    lock_seller(pk=seller)
    return rows.get(number=number)
