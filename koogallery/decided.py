"""What a row says to whoever comes too late: what was decided, by whom, and when."""

from typing import Any

from django.utils.translation import gettext as _

from koogallery.dates import instant_text
from koogallery.kit.errors import IllegalTransition
from koogallery.models import Act, User
from koogallery.settlement_time import ZONE


def already_decided(row: Any, kind: str, asks: User, *, rule: str) -> IllegalTransition:
    """The refusal of a decision on a row that is in another state now."""
    return IllegalTransition(how_it_stands(row, kind, asks), rule=rule)


def how_it_stands(row: Any, kind: str, asks: User) -> str:
    """The state in words, and who brought it there, as far as it is on record.

    A seller is told of an operator that it was one.
    """
    number = str(getattr(row, "number", row))
    act = Act.objects.of(kind, number).last()
    state = {"number": number, "state": row.get_state_display()}
    if act is None or act.actor is None:
        return _("%(number)s is in the state “%(state)s” now.") % state
    return _("%(number)s is in the state “%(state)s” now, by %(who)s since %(at)s.") % {
        **state,
        "who": act.actor if asks.is_operator or not act.actor.is_staff else _("an operator"),
        "at": f"{instant_text(act.at)} ({ZONE})",
    }
