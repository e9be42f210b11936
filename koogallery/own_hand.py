"""Whether it is the person themself who acts, and not who gave them a new password (R4.4)."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.kit.errors import Forbidden
from koogallery.models import Act, User

#: What lets somebody else in under a person's name, or gives them rights of another's making.
OPENING = (
    "password",
    "username",
    "email",
    "second_factor",
    "is_active",
    "is_staff",
    "is_superuser",
    "operator_roles",
    "single_sign_on",
)


def require_own_hand(actor: User | None) -> None:
    """Refuse an account that somebody else made or changed within a day to be one of two people."""
    act = changed_by_another(actor) if actor else None
    if act is None:
        return
    raise Forbidden(
        _(
            "%(who)s changed the password or the rights of this account less than %(hours)s hours "
            "ago; until then it moves no money, acts for no seller, and neither asks for nor "
            "approves what takes two."
        )
        % {"who": act.actor or settings.SSO_NAME, "hours": settings.APPROVAL_AFTER_CHANGE_HOURS},
        code="changed_by_another",
        rule="R4.4",
    )


def changed_by_another(person: User) -> Act | None:
    since = timezone.now() - timedelta(hours=settings.APPROVAL_AFTER_CHANGE_HOURS)
    acts = Act.objects.of("person", person.username).filter(at__gt=since)
    others = acts.exclude(actor=person)
    opened = (each for each in others if each.verb == "added" or _opens(each))
    return next(opened, None)


def _opens(act: Act) -> bool:
    return not act.changes.keys().isdisjoint(OPENING)
