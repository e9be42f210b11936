"""People who sign in: made known, their rights, their passwords. Nobody gives rights alone (R4.4).

A person leaves by being made inactive: what they did stays theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit, single_sign_on
from koogallery.account_mail import mail_person
from koogallery.approvals import takes_a_second_person
from koogallery.duties import Duty, OperatorRole, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Violation, refuse
from koogallery.kit.language import Sentence
from koogallery.models import ApprovalRequest, User
from koogallery.second_person import NeedsSecondPerson, approval_under_way
from koogallery.signing_in import KIND

RULE = "R4.4"
#: What is known of a person beside their rights.
FACTS = ("first_name", "last_name", "email", "language")
RIGHTS = ("is_active", "is_staff", "is_superuser", "operator_roles")


@as_refusals()
@transaction.atomic
def add_person(username: str, *, actor: User, **facts: str) -> User:
    """Without rights, which are given by an act of its own, with a second person.

    The person chooses the password, by a link to their address.
    """
    require_duty(actor, Duty.MANAGE_PEOPLE, _("manage people"))
    person = User(username=username, **{name: facts.get(name, "") for name in FACTS})
    if not person.email:
        told = _("A link to choose the password is mailed: give the person an e-mail address.")
        refuse([Violation("email", "required", told)])
    person.set_unusable_password()
    _require_valid(person)
    person.save()
    mail_person(person, "password_chosen_first", by=actor.username)
    known = {"username": username, **facts}
    audit.record(
        actor, "added", KIND, username, changes={name: (None, told) for name, told in known.items()}
    )
    return person


@as_refusals()
@transaction.atomic
def change_person(username: str, changes: Mapping[str, Any], *, actor: User) -> User:
    """Names, e-mail, language. The user name stays: what they did is on record under it."""
    require_duty(actor, Duty.MANAGE_PEOPLE, _("manage people"))
    person = _locked(username)
    changed = {name: to for name, to in changes.items() if to != getattr(person, name)}
    refuse(
        [
            Violation(name, "unchangeable", _("%(field)s cannot be changed.") % {"field": name})
            for name in changed
            if name not in FACTS
        ]
    )
    told = audit.changes_of(person, changed)
    for name, value in changed.items():
        setattr(person, name, value)
    _require_valid(person)
    if changed:
        person.save(update_fields=list(changed))
        audit.record(actor, "changed", KIND, username, changes=told)
    return person


def _themselves(request: ApprovalRequest) -> Iterable[int]:
    """Whose rights they are does not approve them."""
    return User.objects.filter(username=request.object_number).values_list("pk", flat=True)


@takes_a_second_person(
    "rights", gettext_lazy("Give rights"), Duty.MANAGE_PEOPLE, excluded=_themselves
)
@as_refusals()
@transaction.atomic
def set_rights(
    username: str,
    is_active: bool,  # noqa: FBT001  # a request keeps arguments by their names
    is_staff: bool,  # noqa: FBT001
    is_superuser: bool,  # noqa: FBT001
    operator_roles: Sequence[str],
    *,
    actor: User,
) -> User:
    """Who may sign in, and with which roles. Rights are taken at once, and given by two people."""
    require_duty(actor, Duty.MANAGE_PEOPLE, _("manage people"))
    person = _locked(username)
    if unknown := sorted(set(operator_roles) - set(OperatorRole.values)):
        raise InvalidInput(
            _("There is no role %(roles)s.") % {"roles": ", ".join(unknown)},
            code="unknown_role",
            field="operator_roles",
        )
    wanted = {
        "is_active": is_active,
        "is_staff": is_staff,
        "is_superuser": is_superuser,
        "operator_roles": [role for role in OperatorRole.values if role in operator_roles],
    }
    changed = {name: to for name, to in wanted.items() if to != getattr(person, name)}
    given = [name for name, to in changed.items() if _is_wider(name, getattr(person, name), to)]
    _require_right(person, changed, given, actor)
    if given and approval_under_way() is None:
        raise NeedsSecondPerson(
            Sentence("Rights are given by two people."),
            about=(KIND, username[: audit.NUMBER_LENGTH]),
            seller="",
        )
    if changed:
        told = audit.changes_of(person, changed)
        User.objects.filter(pk=person.pk).update(**changed)
        audit.record(actor, "changed", KIND, username, changes=told)
        person.refresh_from_db()
    return person


def _is_wider(name: str, before: Any, after: Any) -> bool:
    if name == "operator_roles":
        return not set(after) <= set(before)
    return bool(after and not before)


def _require_right(
    person: User, changed: Mapping[str, Any], given: Sequence[str], actor: User
) -> None:
    if given and person.pk == actor.pk:
        raise Forbidden(
            _("Nobody gives rights to themselves."), code="own_rights", rule=RULE, field=given[0]
        )
    loses = person.is_superuser and not (
        changed.get("is_superuser", True)
        and changed.get("is_active", True)
        and changed.get("is_staff", True)
    )
    others = User.objects.filter(is_superuser=True, is_active=True, is_staff=True)
    if loses and not others.exclude(pk=person.pk).exists():
        raise Conflict(
            _("This is the last superuser; make another one first."),
            code="last_superuser",
            rule=RULE,
            field="is_superuser",
        )


@as_refusals()
@transaction.atomic
def withdraw_password(username: str, *, actor: User) -> User:
    """Of somebody it may have been stolen from: sessions and tokens end, their address gets a link.

    Nobody else learns the new one, and for a day they approve nothing (R4.4).
    """
    require_duty(actor, Duty.MANAGE_PEOPLE, _("manage people"))
    person = _locked(username)
    person.set_unusable_password()
    person.save()
    mail_person(person, "password_withdrawn", by=actor.username)
    audit.record(actor, "changed", KIND, username, changes={"password": ("before", "now")})
    return person


@as_refusals()
@transaction.atomic
def remove_second_factors(username: str, *, actor: User) -> User:
    """Of somebody who lost theirs; for a day they approve nothing (R4.4)."""
    require_duty(actor, Duty.MANAGE_PEOPLE, _("manage people"))
    person = _locked(username)
    theirs = Authenticator.objects.filter(user=person)
    kinds = sorted(theirs.values_list("type", flat=True))
    if not kinds:
        raise Conflict(_("This person has no second factor."), code="no_second_factor")
    theirs.delete()
    factors = ", ".join(kinds)
    audit.record(actor, "changed", KIND, username, changes={"second_factor": (factors, None)})
    mail_person(person, "factor_removed", factor=factors)
    return person


@as_refusals()
@transaction.atomic
def remove_single_sign_on(username: str, *, actor: User) -> User:
    """Of whom the provider means by this account; the next one is linked by the address (R4.4)."""
    require_duty(actor, Duty.MANAGE_PEOPLE, _("manage people"))
    person = _locked(username)
    theirs = SocialAccount.objects.filter(user=person)
    links = ", ".join(sorted(f"{each.provider} {each.uid}" for each in theirs))
    if not links:
        raise Conflict(_("This person is linked to no provider."), code="not_linked")
    theirs.delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    audit.record(actor, "changed", KIND, username, changes={single_sign_on.LINK: (links, None)})
    mail_person(person, "single_sign_on_removed", by=actor.username)
    return person


def _locked(username: str) -> User:
    person = User.objects.select_for_update(no_key=True).filter(username=username).first()
    if person is None:
        raise NotFound(_("There is no user %(username)s.") % {"username": username})
    return person


def _require_valid(person: User) -> None:
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        told = error.message_dict.items()
        refuse([Violation(field, "invalid", text) for field, texts in told for text in texts])
