"""What people do with their own account: make one, its name, language, address, password."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, loads
from django.db import transaction
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from koogallery import audit
from koogallery.account_mail import (
    ADDRESS_SALT,
    RESET,
    SIGN_UP,
    SIGN_UP_SALT,
    mail_person,
    mail_whoever_is_at,
)
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, NotFound, Violation, refuse
from koogallery.kit.mail_addresses import is_mail_address
from koogallery.models import User
from koogallery.signing_in import KIND

#: From one mail with a link to the next at one address that whoever asks for it brings about.
SECONDS_BETWEEN_LINKS = 120


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Of the console and of e-mail; empty: as the browser asks, and English in e-mail."""
    _change(user, language=language)


@transaction.atomic
def change_own_name(user: User, first_name: str, last_name: str) -> None:
    _change(user, first_name=first_name, last_name=last_name)


@transaction.atomic
def change_own_password(user: User, password: str) -> None:
    """By who knows the former one, or reads the account's mail: other sessions and tokens end."""
    require_password(password, user)
    user.set_password(password)
    user.save()
    audit.record(user, "changed", KIND, user.username, changes={"password": ("before", "now")})
    mail_person(user, "password_changed")


@transaction.atomic
def ask_for_link(address: str) -> None:
    """A link to choose a new password, for whatever accounts there are at this address."""
    if is_mail_address(address) and _is_first(address):
        mail_whoever_is_at(address, RESET)


@transaction.atomic
def ask_to_sign_up(address: str) -> None:
    """A link to make an account with, or word of the one that this address has."""
    if not is_mail_address(address):
        refuse([Violation("email", "invalid", _("This is no e-mail address."))])
    if _is_first(address):
        mail_whoever_is_at(address, SIGN_UP)


def address_of_link(signed: str) -> str:
    """At which whoever opens it has read a mail."""
    try:
        address: str = loads(signed, salt=SIGN_UP_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except BadSignature:
        raise NotFound(_("This link is over. Ask for another one.")) from None
    return address


@as_refusals()
@transaction.atomic
def sign_up(signed: str, first_name: str, last_name: str, password: str) -> User:
    address = address_of_link(signed)
    user = make_account(address, password, first_name=first_name, last_name=last_name)
    audit.record(user, "added", KIND, user.username)
    return user


def make_account(address: str, password: str, **names: str) -> User:
    """By who has read mail at this address, which names it; nobody else has seen the password."""
    if User.objects.filter(username__iexact=address).exists():
        raise Conflict(
            _("There is an account for this address; sign in with it and open the link again."),
            code="account_exists",
        )
    user = User(username=address, email=address, **names)
    require_password(password, user)
    user.set_password(password)
    user.save()
    return user


def _is_first(address: str) -> bool:
    """Within a while: nobody fills somebody else's mailbox. Without Redis nobody counts."""
    digest = sha256(address.casefold().encode(errors="replace")).hexdigest()
    try:
        return bool(cache.add(f"link:{digest}", 1, SECONDS_BETWEEN_LINKS))
    except RedisError:
        return True


@transaction.atomic
def ask_for_address(user: User, address: str) -> None:
    """It becomes the account's once somebody who is signed in to it opens the link sent there."""
    if not is_mail_address(address):
        refuse([Violation("email", "invalid", _("This is no e-mail address."))])
    mail_person(user, "address_confirm", to=address)


@transaction.atomic
def confirm_address(user: User, signed: str) -> None:
    """Where it was another one when the link was made, the link is over."""
    try:
        told = loads(signed, salt=ADDRESS_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except BadSignature:
        told = {}
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if (told.get("user"), told.get("from")) != (held.pk, held.email):
        raise NotFound(_("This link is over, or is for another account. Ask for another one."))
    former = held.email
    _change(held, email=told["to"])
    if former:
        mail_person(held, "address_changed", to=former, address=told["to"])


@transaction.atomic
def note_factor(user: User, change: str, factor: str = "") -> None:
    """On record and mailed: a second factor was added or removed, or codes were made anew."""
    changes = {"second_factor": (None, factor) if change == "factor_added" else (factor, None)}
    changed = {} if change == "codes_made" else changes
    audit.record(user, "changed", KIND, user.username, changes=changed, what=change)
    mail_person(user, change, factor=factor)


def require_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        refuse([Violation("password", "invalid", text) for text in error.messages])


def _change(user: User, **columns: Any) -> None:
    changed = {name: to for name, to in columns.items() if to != getattr(user, name)}
    if not changed:
        return
    told = audit.changes_of(user, changed)
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=list(changed))
    audit.record(user, "changed", KIND, user.username, changes=told)
