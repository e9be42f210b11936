"""Who acts in the demo: the operators, the trading system, and members of some sellers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from koogallery.approving import approve_request
from koogallery.demo import clock
from koogallery.demo.logins import MEMBERS, OPERATORS, PASSWORD, Login
from koogallery.duties import OperatorRole
from koogallery.models import ApprovalRequest, User
from sellers.choices import Role
from sellers.models import Member, Seller

#: The client that tells of orders, asks for refunds and reports them as paid out.
TRADING_SYSTEM = "trading-system"


@dataclass(frozen=True, slots=True)
class Desk:
    first: User
    second: User
    third: User  # who approves what the two others have recorded and checked
    spokesman: User  # who records what sellers without people of their own agreed to (R4.4)
    trading: User

    @property
    def operators(self) -> tuple[User, User]:
        return self.first, self.second

    def reviewer_for(self, seller: str) -> User:
        """The seller's own reviewer; an operator records it for a seller without one (R4.2)."""
        return self._member_of(seller, Role.OWNER, Role.OPERATIONS) or self.spokesman

    def deliverer_for(self, seller: str) -> User:
        """The same for its servers and its webhooks (R9.4)."""
        return self._member_of(seller, Role.OWNER, Role.OPERATIONS) or self.first

    def accountant_for(self, seller: str) -> User:
        """The same for what concerns its bills (R3.4)."""
        return self._member_of(seller, Role.OWNER, Role.FINANCE) or self.first

    def agree(self, came: object) -> object:
        """Where it takes two, the other operator approves what the first has asked for (R4.4)."""
        if isinstance(came, ApprovalRequest):
            other = self.second if came.requested_by == self.first else self.first
            approve_request(came.number, "As agreed with the seller.", actor=other)
        return came

    def later(self, *, hours: int) -> None:
        """The demo's clock goes on by so much, as far as the real one has come."""
        self.wait_until(timezone.now() + timedelta(hours=hours))

    def wait_until(self, instant: datetime) -> None:
        clock.show(instant)

    def _member_of(self, seller: str, *roles: Role) -> User | None:
        members = Member.objects.filter(seller__number=seller, role__in=roles)
        member = members.select_related("user").order_by("pk").first()
        return member.user if member else None


def open_desk() -> Desk:
    """The operators and the trading system, made where they are missing."""
    first, second, _, spokesman, third = [_person(login) for login in OPERATORS]
    return Desk(first, second, third, spokesman, _trading_system())


def invite_members() -> None:
    """Members of the sellers worth looking at; the sellers are there already."""
    for login in MEMBERS:
        seller = Seller.objects.get(number=login.seller)
        user = _person(login)
        Member.objects.get_or_create(seller=seller, user=user, defaults={"role": login.role})


def _trading_system() -> User:
    """A client without a password: it could only sign in by a token."""
    known = User.objects.filter(username=TRADING_SYSTEM).first()
    return known or User.objects.create_user(
        TRADING_SYSTEM, is_staff=True, operator_roles=[OperatorRole.TRADING_SYSTEM]
    )


@cache
def _hashed_password() -> str:
    """Hashing is slow on purpose; the demo's people share one password."""
    return make_password(PASSWORD)


def _person(login: Login) -> User:
    known = User.objects.filter(username=login.username).first()
    return known or User.objects.create(
        username=login.username,
        email=login.email,
        password=_hashed_password(),
        first_name=login.first_name,
        language=login.language,
        last_name=login.last_name,
        is_staff=login.is_operator,
        operator_roles=list(login.operator_roles),
        is_superuser=login.is_superuser,
    )
