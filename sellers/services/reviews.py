"""What applications and certifications have in common: written, sent in, decided (R9.1, R9.2)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.attachments import copy_attachments
from koogallery.kit.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotFound,
    Violation,
    refuse,
)
from koogallery.kit.names import text_violations
from koogallery.models import User
from koogallery.own_hand import require_own_hand
from koogallery.scoping import ScopedQuerySet
from sellers.models.reviews import Reviewed
from sellers.services.changes import changed_fields

Row = TypeVar("Row", bound=Reviewed)


def read_review(rows: ScopedQuerySet[Row], number: str, *, actor: User) -> Row:
    """The row, unchanged by others until the transaction ends; unseen ones do not exist."""
    found = rows.visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound(
            _("There is no %(kind)s %(number)s.")
            % {"kind": rows.model._meta.verbose_name, "number": number}
        )
    rows.hold(found.pk)
    return rows.get(pk=found.pk)


def edit_draft(row: Row, changes: Mapping[str, Any], *, actor: User, rule: str) -> Row:
    """Write what is given; whether it is all that is needed is asked when it is sent in."""
    if not row.is_draft:
        told = _("It is in the state “%(state)s”; only a draft is edited.") % {
            "state": row.state_label
        }
        raise Conflict(told, code="not_a_draft", rule=rule)
    changed = changed_fields(row, changes, row.CONTENT)
    if changed:
        differing = audit.changes_of(row, changed)
        for field, value in changed.items():
            setattr(row, field, value)
        row.save(update_fields=[*changed, "modified_at"])
        record(row, "changed", actor, changes=differing)
    return row


def submit(row: Row, violations: Sequence[Violation], *, actor: User) -> Row:
    """Send it in; everything that is wrong with it is named at once."""
    refuse(violations)
    row.move_to(row.WAITING, submitted_by=actor, submitted_at=timezone.now(), **_now())
    record(row, "submitted", actor)
    return row


def withdraw(row: Row, *, actor: User) -> Row:
    """Take back what waits; it is a draft again."""
    row.move_to("draft", submitted_by=None, submitted_at=None, **_now())
    record(row, "withdrawn", actor)
    return row


def discard(row: Row, *, actor: User) -> Row:
    row.move_to("discarded", **_now())
    record(row, "discarded", actor)
    return row


def accept(row: Row, *, actor: User, **columns: Any) -> Row:
    row.move_to(row.ACCEPTED, decided_by=actor, decided_at=timezone.now(), **columns, **_now())
    record(row, str(row.ACCEPTED), actor)
    return row


def reject(row: Row, reason: str, *, actor: User, rule: str) -> Row:
    reason = require_reason(reason, rule)
    row.move_to("rejected", decided_by=actor, decided_at=timezone.now(), reason=reason, **_now())
    record(row, "rejected", actor, reason=reason)
    return row


def copy_for(origin: Row, copied: Row, *, kind: str, actor: User) -> Row:
    """The next attempt, with the content and the documents of the one that was rejected."""
    record(copied, "created", actor, revises=origin.number)
    copy_attachments(kind, origin.number, copied.number, actor=actor)
    return copied


def require_revisable(row: Reviewed, rule: str) -> None:
    if not row.is_rejected:
        told = _("It is in the state “%(state)s”; what was rejected is revised.") % {
            "state": row.state_label
        }
        raise IllegalTransition(told, rule=rule)
    if getattr(row, "revised_by", None):
        raise Conflict(_("It is revised already."), code="revised_already", rule=rule)


def require_decidable(row: Reviewed, actor: User, rule: str) -> None:
    """It waits, and for somebody other than who sent it in; pages tell the same beforehand."""
    if not row.is_waiting:
        told = _("It is in the state “%(state)s”; only what waits for a review is decided.") % {
            "state": row.state_label
        }
        raise IllegalTransition(told, rule=rule)
    require_own_hand(actor)
    if row.submitted_by_id == actor.pk:
        raise Forbidden(
            _("You submitted it; another operator has to decide it."),
            code="the_submitter_does_not_decide",
            rule=rule,
        )


def require_reason(reason: str, rule: str) -> str:
    stripped = reason.strip()
    if not stripped:
        raise InvalidInput(_("Give the reason."), code="required", rule=rule, field="reason")
    refuse(text_violations("reason", stripped))
    return stripped


def record(row: Reviewed, verb: str, actor: User, **facts: Any) -> None:
    seller = getattr(row, "seller", None)
    audit.record(
        actor,
        verb,
        kind_of(row),
        row.number,
        seller=seller.number if seller else "",
        row=row,
        **facts,
    )


def kind_of(row: Reviewed) -> str:
    """As acts and documents name it: `product application` is `product_application`."""
    return _noun(row).replace(" ", "_")


def _noun(row: Reviewed) -> str:
    return str(row._meta.verbose_name)


def _now() -> dict[str, Any]:
    return {"modified_at": timezone.now()}
