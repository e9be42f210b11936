"""A person is forgotten on request: what they did for a company stays, under a name that is none.

The record of acts, decisions and approvals are books, kept as the law asks; they keep pointing to
the row of the person, which then says nothing about them (docs/privacy.md).
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.kit.errors import Conflict, NotFound
from koogallery.models import AccessToken, AccountMail, MailChoice, NoticeMail, Reading, User
from koogallery.models.tokens import TokenUse
from koogallery.signing_in import KIND
from sellers.choices import Role
from sellers.models import Invitation, Member

#: No mail goes there, whoever would send it (RFC 2606).
NOWHERE = "erased-{}@erased.invalid"


@transaction.atomic
def erase_person(username: str) -> User:
    """By the command line, for good: name, address, language, password, tokens, traces of use."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NotFound(_("There is no user %(name)s.") % {"name": username})
    _require_no_company_left_alone(user)
    former = [user.email] if user.email else []
    nowhere = NOWHERE.format(user.pk)
    Member.objects.filter(user=user).delete()
    for each in (AccountMail, Authenticator, MailChoice, Reading, SocialAccount, UserSession):
        each.objects.filter(user=user).delete()
    TokenUse.objects.filter(token__user=user).delete()
    NoticeMail.objects.filter(address__in=former).update(address=nowhere, reason="")
    answered = Invitation.objects.exclude(state="pending")
    answered.filter(email__in=[*former, user.username]).update(email=nowhere)
    user.username = f"erased-{user.pk}"
    user.first_name = user.last_name = user.email = user.language = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.operator_roles = []
    user.last_login = None
    user.set_unusable_password()
    user.save()
    audit.record(None, "erased", KIND, user.username)
    return user


def data_of(username: str) -> dict[str, Any]:
    """All that is kept of a person as such, to be handed out on request."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(_("There is no user %(name)s.") % {"name": username})
    fields = ("username", "first_name", "last_name", "email", "language", "operator_roles")
    return {
        **{name: getattr(user, name) for name in fields},
        "date_joined": user.date_joined,
        "last_login": user.last_login,
        "memberships": list(user.memberships.values("seller__number", "role")),
        "tokens": list(
            AccessToken.objects.filter(user=user).values("number", "name", "created", "expiry")
        ),
        "mail": list(
            NoticeMail.objects.filter(address=user.email or None).values("notice__kind", "sent_at")
        ),
        "second_factors": list(
            Authenticator.objects.filter(user=user).values("type", "created_at")
        ),
        "single_sign_on": list(SocialAccount.objects.filter(user=user).values("provider", "uid")),
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")
        ),
        "acts": audit.acts_of(user),
    }


def _require_no_company_left_alone(user: User) -> None:
    for member in Member.objects.filter(user=user, role=Role.OWNER).select_related("seller"):
        owners = Member.objects.filter(seller=member.seller, role=Role.OWNER, user__is_active=True)
        if member.seller.left_at is None and not owners.exclude(user=user).exists():
            raise Conflict(
                _("%(seller)s would be left without an owner; give somebody else that role first.")
                % {"seller": member.seller},
                code="last_owner",
            )
