"""Operators who sign in at the company's own provider: whose account it is, and what it may do.

An account is found by the provider's subject, which is linked to it at the first sign-in by an
address that the provider has verified. Rights come from groups only where a setting maps them.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.account_mail import mail_person
from koogallery.duties import OperatorRole
from koogallery.kit.errors import Forbidden
from koogallery.models import User
from koogallery.signing_in import KIND

#: Seconds by which the provider's clock may differ.
LEEWAY = 30
LINK = "single_sign_on"
OPENID = ("openid_connect_login", "oidc")


@dataclass(frozen=True, slots=True)
class SignedInThere:
    """What the provider says of a person, its signature checked; `at` is when they showed it."""

    provider: str
    subject: str
    at: float
    nonce: str = ""
    address: str = ""
    is_verified: bool = False
    first_name: str = ""
    last_name: str = ""
    groups: Collection[str] = ()
    methods: Collection[str] = ()

    @property
    def link(self) -> str:
        return f"{self.provider} {self.subject}"

    @property
    def has_shown_two(self) -> bool:
        """By a method that the settings trust to be a second factor."""
        return not set(self.methods).isdisjoint(settings.SSO_SECOND_FACTORS)


@transaction.atomic
def operator_of(told: SignedInThere) -> User:
    """The operator whom the provider has signed in, with the roles of their groups."""
    oldest = time.time() - 60 * settings.FRESH_SIGN_IN_MINUTES - LEEWAY
    if settings.FRESH_SIGN_IN_MINUTES and told.at < oldest:
        raise Forbidden(_("You signed in there too long ago. Sign out there, then try again."))
    linked = SocialAccount.objects.filter(provider=told.provider, uid=told.subject).first()
    user = linked.user if linked else _by_address(told) or _by_groups(told)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not (user.is_active and user.is_staff):
        raise Forbidden(_("This account does not work for KooGallery, or no longer."))
    if settings.SSO_ROLES and not user.is_superuser:
        # As the groups are now: they alone decide once they are mapped.
        roles = roles_of(told.groups)
        if roles != user.operator_roles:
            changes = audit.changes_of(user, {"operator_roles": roles})
            user.operator_roles = roles
            user.save(update_fields=["operator_roles"])
            audit.record(None, "changed", KIND, user.username, changes=changes, cause=told.link)
    if linked is None:
        _link(user, told)
    return user


def end_sessions_of(provider: str, subject: str) -> int:
    """Of whom the provider has signed out."""
    theirs = SocialAccount.objects.filter(provider=provider, uid=subject).values("user")
    ended = [session.end() for session in UserSession.objects.filter(user__in=theirs)]
    return len(ended)


def door(there: str = "") -> str:
    """The page that leads to the provider, and from there to this one; none where none is set."""
    name, provider = ("saml_login", "saml") if settings.SAML_ENTITY_ID else OPENID
    if not (settings.SAML_ENTITY_ID or settings.OIDC_ISSUER):
        return ""
    query = f"?{urlencode({'next': there})}" if there else ""
    return reverse(name, args=[provider]) + query


def is_linked(user: User) -> bool:
    return bool(door()) and SocialAccount.objects.filter(user=user).exists()


def _by_address(told: SignedInThere) -> User | None:
    if not told.address or not (told.is_verified or settings.SSO_TRUSTS_ADDRESSES):
        return None
    at_address = User.objects.filter(email__iexact=told.address, is_staff=True, is_active=True)
    found = [each for each in at_address if each.email.lower() == told.address.lower()]
    if len(found) > 1:
        raise Forbidden(_("Several accounts have this address. A superuser can mend that."))
    if found and SocialAccount.objects.filter(user=found[0], provider=told.provider).exists():
        raise Forbidden(
            _(
                "The account with this address belongs to somebody else there. A superuser can "
                "remove that link."
            )
        )
    return found[0] if found else None


def _by_groups(told: SignedInThere) -> User:
    """Nobody has an account by signing in there, unless a group of theirs has a role here."""
    if not roles_of(told.groups):
        raise Forbidden(
            _(
                "No operator’s account here has the address that you have there, or your provider "
                "does not say that it is yours. A superuser adds accounts."
            )
        )
    name = told.address or told.subject
    if User.objects.filter(username__iexact=name).exists():
        raise Forbidden(_("There is an account of this name that is no operator’s."))
    user = User(
        username=name[: audit.NUMBER_LENGTH],
        email=told.address,
        first_name=told.first_name,
        last_name=told.last_name,
        is_staff=True,
    )
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(None, "added", KIND, user.username, changes={"email": (None, user.email)})
    return user


def roles_of(groups: Collection[str]) -> list[str]:
    given = {role for group in groups for role in settings.SSO_ROLES.get(group, ())}
    return [role for role in OperatorRole.values if role in given]


def _link(user: User, told: SignedInThere) -> None:
    """What else the provider says of them is kept nowhere."""
    SocialAccount.objects.create(user=user, provider=told.provider, uid=told.subject)
    changes: Any = {LINK: (None, told.link)}
    audit.record(None, "changed", KIND, user.username, changes=changes)
    mail_person(user, "single_sign_on_linked")
