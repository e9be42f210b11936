"""Who reads a page: of which sellers, in which roles."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import OuterRef
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from koogallery.acts import Act, Who
from koogallery.events.readings import unread_among_last
from koogallery.models import User
from sellers.models import Member, Seller
from sellers.services.authority import EVERY_MEMBER


def reader(request: HttpRequest) -> dict[str, Any]:
    """Whose page it is, for the frame of pages that do not say so themselves; asked only there."""
    user = getattr(request, "user", None)
    return {"reader": SimpleLazyObject(lambda: Reader.of(user))} if isinstance(user, User) else {}


@dataclass(frozen=True, slots=True)
class Reader:
    """`sellers` is None for an operator, who sees everyone's and acts as their duties allow."""

    sellers: tuple[Seller, ...] | None
    roles: dict[int, str]
    operator: User | None = None
    #: Of the last notices to each of their sellers, those they have not read.
    unread: int = 0

    @classmethod
    def of(cls, user: User) -> Self:
        """One query: memberships with their sellers, and how many notices wait."""
        if user.sees_every_seller:
            return cls(None, {}, user)
        unread = unread_among_last(user, OuterRef("seller__number"))
        members = Member.objects.annotate(unread=unread).filter(user=user, user__is_active=True)
        mine: list[Any] = list(members.select_related("seller").order_by("seller__number"))
        return cls(
            tuple(member.seller for member in mine),
            {member.seller_id: member.role for member in mine},
            unread=sum(member.unread for member in mine),
        )

    @property
    def is_newcomer(self) -> bool:
        return self.sellers == ()

    @property
    def several_sellers(self) -> bool:
        return self.sellers is None or len(self.sellers) > 1

    @property
    def only_seller(self) -> Seller | None:
        return self.sellers[0] if self.sellers and len(self.sellers) == 1 else None

    @property
    def seller_ids(self) -> list[int] | None:
        return None if self.sellers is None else [seller.pk for seller in self.sellers]

    def may(self, who: Who, seller_id: int | None = None) -> bool:
        """Be among `who`, for this seller if one is given, else for any of theirs."""
        if self.operator:
            return who.duty is not None and self.operator.may(who.duty)
        if who.roles == EVERY_MEMBER:
            return True
        roles = self.roles.values() if seller_id is None else [self.roles.get(seller_id, "")]
        return not who.roles.isdisjoint(roles)

    def opens(self, page: Any) -> bool:
        """Whether its entry stands in the navigation."""
        return not (page.needs_seller and self.is_newcomer) and self.may(page.who)

    def may_do(self, act: Act[..., Any], row: Any) -> bool:
        """Whether the button of an act stands on the page of `row`; the act asks for more."""
        return (not act.when or row.state in act.when) and self.may(act.by, row.seller_id)
