"""Whether a statement adds up."""

from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO

from .statements import Statement
from .texts import refused


def require_sum(statement: Statement) -> None:
    """What lay there, and what was booked, is what lies there now (where both are said)."""
    if statement.opening is None or statement.closing is None:
        return
    booked = sum((entry.amount for entry in statement.entries), ZERO)
    if statement.opening.amount + booked == statement.closing.amount:
        return
    detail = _(
        "The statement does not add up: %(opening)s and %(booked)s booked make no %(closing)s "
        "%(currency)s."
    ) % {
        "opening": f"{statement.opening.amount:f}",
        "booked": f"{booked:f}",
        "closing": f"{statement.closing.amount:f}",
        "currency": statement.currency,
    }
    raise refused("does_not_add_up", detail, statement.where)
