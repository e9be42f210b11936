"""Notes on an object, and in whose hands it is: acts like any other, which operators alone read.

To have something in one's hands gives no right: who may decide it is asked as ever (R4.4).
"""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import OperatorRole
from koogallery.kit.errors import Forbidden, InvalidInput
from koogallery.models import Act, User
from koogallery.models.acts import HANDED_OVER, IN_HANDS, LET_GO

NOTED = "noted"
#: What no seller reads.
INTERNAL = frozenset({NOTED, *IN_HANDS})
#: Who works on what waits; others read, or are programs.
WORKING = (
    OperatorRole.REFUND_OFFICER,
    OperatorRole.SETTLEMENT_OFFICER,
    OperatorRole.SELLER_MANAGER,
)


def may_note(user: User) -> bool:
    return user.is_operator and (user.is_superuser or bool({*user.operator_roles} & {*WORKING}))


def colleagues() -> QuerySet[User]:
    working = User.objects.filter(is_active=True, is_staff=True)
    chosen = working.filter(operator_roles__overlap=WORKING) | working.filter(is_superuser=True)
    return chosen.order_by("username")


def note_on(
    kind: str, number: str, text: str, to: User | None, *, seller: str = "", actor: User
) -> None:
    """A note, with whom it is in the hands of from now on; None: of nobody."""
    if not may_note(actor):
        raise Forbidden(_("Notes are written by operators who decide."), code="duty_missing")
    name = to.username if to else ""
    verb = HANDED_OVER if to else LET_GO
    if name == holder(Act.objects.of(kind, number)):
        verb = NOTED
        if not text.strip():
            raise InvalidInput(_("Write a note, or hand it over."), code="required", field="text")
    audit.record(actor, verb, kind, number, seller=seller, to=name, comment=text.strip())


def holder(acts: Iterable[Act]) -> str:
    """By the username; nobody's where it is empty."""
    handed = [act.facts["to"] for act in acts if act.verb in IN_HANDS]
    return handed[-1] if handed else ""


def in_hands_of(user: User) -> QuerySet[Act]:
    """By which acts things came to somebody who has them still."""
    same = {name: OuterRef(name) for name in ("object_kind", "object_number")}
    last = Act.objects.filter(verb__in=IN_HANDS, **same).order_by("-pk").values("pk")[:1]
    handed = Act.objects.filter(verb__in=IN_HANDS, facts__to=user.username, pk=Subquery(last))
    return handed.select_related("actor").order_by("pk")
