"""Access tokens for operators and for clients of one seller, issued at the command line."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from koogallery import audit
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.models import AccessToken, User
from sellers.choices import Role
from sellers.models import Member, Seller


@transaction.atomic
def issue_operator_token(name: str, valid_for: timedelta) -> str:
    """The token itself, which is stored hashed and cannot be shown again."""
    user = User.objects.filter(username=name).first() or _create_user(name, is_staff=True)
    if not user.is_staff:
        raise Conflict(f"{name} exists and is no operator; choose another name.")
    return _issue(user, valid_for, may_write=True)


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


def _create_user(name: str, *, is_staff: bool = False) -> User:
    """Without a password: until one is set, only the token signs them in."""
    user = User(username=name, is_staff=is_staff)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        raise InvalidInput(
            f"{name!r} cannot be a user's name: {' '.join(error.messages)}"
        ) from None
    user.save()
    return user


def _issue(user: User, valid_for: timedelta, *, may_write: bool, seller_number: str = "") -> str:
    if not user.is_active:
        raise Conflict(f"{user.username} is deactivated and cannot sign in.")
    token: str
    _, token = AccessToken.objects.create(
        user=user,
        expiry=valid_for,
        name=user.username[:100],
        seller_number=seller_number,
        may_write=may_write,
    )
    audit.record(None, "issued", "token", user.username[:60], seller=seller_number)
    return token
