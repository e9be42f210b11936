"""What applications and certifications have in common: written, sent in, decided (R9.1, R9.2)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit, vocabulary
from koogallery.acts import Said
from koogallery.attachments import copy_attachments
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, Violation, refuse
from koogallery.kit.names import text_violations
from koogallery.models import User
from sellers.models.reviews import Reviewed
from sellers.services.changes import changed_fields

Row = TypeVar("Row", bound=Reviewed)

REJECTED = frozenset({"rejected"})

#: What is said of the same acts on each noun, but the question.
TAKEN_BACK = Said(
    label=gettext_lazy("Take back"),
    consequence=gettext_lazy("It is a draft again: change it and send it in once more."),
    done=gettext_lazy("It is a draft again."),
)
GIVEN_UP = Said(
    label=gettext_lazy("Give up"),
    question=gettext_lazy("Give this draft up?"),
    consequence=gettext_lazy("What you wrote is not sent in."),
    done=gettext_lazy("The draft is given up."),
)
REVISED = Said(
    label=gettext_lazy("Revise"),
    question=gettext_lazy("Revise this application?"),
    consequence=gettext_lazy(
        "A new draft is made with what was rejected, for you to mend and send in."
    ),
    done=gettext_lazy("Mend what was rejected, then send it in."),
)
APPROVED = Said(
    label=gettext_lazy("Approve"),
    question=gettext_lazy("Approve this application?"),
    done=gettext_lazy("The application is approved."),
)
TURNED_DOWN = Said(
    label=gettext_lazy("Reject"),
    question=gettext_lazy("Reject this application?"),
    done=gettext_lazy("The application is rejected."),
    is_final=True,
)


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
    row.move_to(row.WAITING, submitted_by=actor, submitted_at=timezone.now())
    record(row, "submitted", actor)
    return row


def withdraw(row: Row, *, actor: User) -> Row:
    """Take back what waits; it is a draft again."""
    row.move_to("draft", submitted_by=None, submitted_at=None)
    record(row, "withdrawn", actor)
    return row


def discard(row: Row, *, actor: User) -> Row:
    row.move_to("discarded")
    record(row, "discarded", actor)
    return row


def accept(row: Row, *, actor: User, **columns: Any) -> Row:
    row.move_to(row.ACCEPTED, decided_by=actor, decided_at=timezone.now(), **columns)
    record(row, str(row.ACCEPTED), actor)
    return row


def reject(row: Row, reason: str, *, actor: User, rule: str) -> Row:
    reason = require_reason(reason, rule)
    row.move_to("rejected", decided_by=actor, decided_at=timezone.now(), reason=reason)
    record(row, "rejected", actor, reason=reason)
    return row


def copy_for(origin: Row, copied: Row, *, actor: User) -> Row:
    """The next attempt, with the content and the documents of the one that was rejected."""
    record(copied, "created", actor, revises=origin.number)
    copy_attachments(kind_of(origin), origin.number, copied.number, actor=actor)
    return copied


def unrevised(row: Reviewed, actor: User, *, rule: str) -> None:  # noqa: ARG001
    if getattr(row, "revised_by", None):
        raise Conflict(_("It is revised already."), code="revised_already", rule=rule)


def sent_in_by_another(row: Reviewed, actor: User, *, rule: str) -> None:
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
    return vocabulary.kind_of(type(row)).replace(" ", "_")
