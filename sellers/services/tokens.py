"""Access tokens for operators and for clients of one seller, issued at the command line."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from koogallery import audit
from koogallery.duties import OperatorRole
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.models import AccessToken, User
from sellers.choices import Role
from sellers.models import Member, Seller


@transaction.atomic
def issue_operator_token(
    name: str, valid_for: timedelta, roles: Sequence[OperatorRole] = ()
) -> str:
    """The token itself, which is stored hashed and cannot be shown again.

    A new user gets `roles`, or every role if none is named. Whoever is there keeps their own; of
    them the token carries `roles` alone, or all that they have whenever it is used.
    """
    user = User.objects.filter(username=name).first()
    user = user or _create_user(name, is_staff=True, roles=roles or list(OperatorRole))
    if not user.is_staff:
        raise Conflict(f"{name} exists and is no operator; choose another name.")
    if missing := _missing(user, roles):
        raise Conflict(f"{name} is no {missing.label.lower()}; a superuser gives the role.")
    return _issue(user, valid_for, may_write=True, roles=roles)


def _missing(user: User, roles: Sequence[OperatorRole]) -> OperatorRole | None:
    held = OperatorRole if user.is_superuser else user.operator_roles
    return next((role for role in roles if role not in held), None)


@transaction.atomic
def issue_seller_token(
    name: str, seller_number: str, valid_for: timedelta, *, may_write: bool
) -> str:
    """A token that shows one seller alone; to write, its holder acts as an owner there."""
    seller = Seller.objects.filter(number=seller_number).first()
    if seller is None:
        raise NotFound(f"There is no seller {seller_number}.")
    user = User.objects.filter(username=name).first() or _create_user(name)
    role = Role.OWNER if may_write else Role.VIEWER
    member, _ = Member.objects.get_or_create(seller=seller, user=user, defaults={"role": role})
    if may_write and member.role == Role.VIEWER:
        member.role = Role.OWNER
        member.save(update_fields=["role"])
    return _issue(user, valid_for, seller_number=seller_number, may_write=may_write)


def _create_user(name: str, *, is_staff: bool = False, roles: Sequence[OperatorRole] = ()) -> User:
    """Without a password: until one is set, only the token signs them in."""
    user = User(username=name, is_staff=is_staff, operator_roles=list(roles))
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        raise InvalidInput(
            f"{name!r} cannot be a user's name: {' '.join(error.messages)}"
        ) from None
    user.save()
    return user


def _issue(
    user: User,
    valid_for: timedelta,
    *,
    may_write: bool,
    seller_number: str = "",
    roles: Sequence[OperatorRole] = (),
) -> str:
    if not user.is_active:
        raise Conflict(f"{user.username} is deactivated and cannot sign in.")
    token: str
    _, token = AccessToken.objects.create(
        user=user,
        expiry=valid_for,
        name=user.username[:100],
        seller_number=seller_number,
        may_write=may_write,
        roles=list(roles),
    )
    audit.record(None, "issued", "token", user.username[:60], seller=seller_number)
    return token
