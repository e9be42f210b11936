"""Whose rows: the one gate for portal, API, export and admin."""

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext as _

from koogallery.kit.errors import NotFound
from koogallery.locks import lock_first
from koogallery.models.users import User

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[Row_co]):
    """Rows that belong to one seller each. Every view starts from `visible_to`.

    `seller_path` is the lookup that leads from the row to its seller; empty on the seller itself.
    """

    seller_path: ClassVar[str] = "seller"
    #: The lookup by which people and programs name a row.
    named_by: ClassVar[str] = "number"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """An operator sees all; anybody else the sellers they are a member of; a stranger none."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.sees_every_seller:
            return self
        if user.narrowed_to is not None:
            return self.filter(**{self.seller_path or "pk": _narrowed(user, "memberships__seller")})
        prefix = f"{self.seller_path}__" if self.seller_path else ""
        return self.filter(**{f"{prefix}members__user": user})

    def hold(self, pk: object) -> None:
        """Lock a row until the transaction ends: first the row of its seller, as every act does."""
        row = self.filter(pk=pk)
        if self.seller_path:
            sellers = row.select_related(self.seller_path)
            lock_first(sellers, of=(self.seller_path,), no_key=True)
        lock_first(row, of=("self",), no_key=True)

    def held(self, number: str, *, actor: User | None) -> Row_co:
        """The row of this number, locked and read anew; one that `actor` may not see is not found.

        No actor: the command line, which sees every row.
        """
        seen = self if actor is None else self.visible_to(actor)
        pk = seen.filter(**{self.named_by: number}).values_list("pk", flat=True).first()
        if pk is None:
            kind = str(self.model._meta.verbose_name)
            told = _("There is no %(kind)s %(number)s.") % {"kind": kind, "number": number}
            raise NotFound(told, named=number)
        self.all().hold(pk)
        return self.get(pk=pk)


def _narrowed(user: User, name: str) -> models.Subquery:
    """What leads to the one seller of a token: one value, so that an index gives rows in order."""
    mine = User.objects.filter(pk=user.pk, memberships__seller__number=user.narrowed_to)
    return models.Subquery(mine.values(name))


class NumberedSellersQuerySet(ScopedQuerySet[Row_co]):
    """Rows of the foundation, which knows a seller by its number alone: `seller_number`."""

    seller_path: ClassVar[str] = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.sees_every_seller:
            return self
        named = "memberships__seller__number"
        if user.narrowed_to is not None:
            return self.filter(seller_number=_narrowed(user, named))
        return self.filter(seller_number__in=User.objects.filter(pk=user.pk).values(named))


class OperatorsQuerySet(ScopedQuerySet[Row_co]):
    """Rows of no seller, such as bill runs: for operators only."""

    seller_path: ClassVar[str] = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if isinstance(user, User) and user.sees_every_seller else self.none()
