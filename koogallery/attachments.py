"""Documents of rows: who may add and read them is asked of the row they hang on.

An app says once for which kinds of its rows (`hold_attachments`), under the name its acts use.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import IO, Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.guards import as_refusals
from koogallery.kept_files import FileLost, keep, open_kept
from koogallery.kit.documents import document_violations, media_type_of, tidy_name
from koogallery.kit.errors import Conflict, InvalidInput, NotFound, refuse
from koogallery.models import Attachment, User
from koogallery.models.attachments import AttachmentQuerySet
from koogallery.numbering import next_number
from koogallery.scoping import ScopedQuerySet

#: Documents that one row can have at a time.
MOST_ATTACHMENTS = 20


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose a row is: a seller's, or a person's who has none yet."""

    seller_number: str = ""
    person: User | None = None


def _nobody_is_refused(row: Any, user: User) -> None:
    """Whoever sees the row reads its documents."""


@dataclass(frozen=True, slots=True)
class Holder:
    """How one kind of row holds documents.

    `require_adding` refuses whoever may not add or remove one now, `require_reading` whoever sees
    the row but not its documents.
    """

    rows: Callable[[], ScopedQuerySet[Any]]
    belongs_to: Callable[[Any], Belonging]
    require_adding: Callable[[Any, User], None]
    require_reading: Callable[[Any, User], None] = _nobody_is_refused


class Upload(Protocol):
    """A file as a browser sends it."""

    @property
    def name(self) -> str | None: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A file from elsewhere than a browser."""

    name: str
    content: bytes

    def read(self) -> bytes:
        return self.content


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is in its place, as its row names it."""

    name: str
    size: int
    digest: str
    purpose: str


HOLDERS: dict[str, Holder] = {}


def hold_attachments(kind: str, holder: Holder) -> None:
    """Called by the module `documents` of an app."""
    HOLDERS[kind] = holder


@as_refusals()
@transaction.atomic
def attach(kind: str, number: str, upload: Upload, *, actor: User, purpose: str = "") -> Attachment:
    """Add a document to a row. The file is there before the row; a refusal leaves it unnamed."""
    holder, row = _held(kind, number, actor)
    holder.require_adding(row, actor)
    if attachments_of(kind, number).count() >= MOST_ATTACHMENTS:
        detail = _("There are %(most)s documents already; remove one first.") % {
            "most": MOST_ATTACHMENTS
        }
        raise Conflict(detail, code="too_many_attachments")
    name, content = tidy_name(str(upload.name)), upload.read()
    refuse(document_violations(name, content, most_bytes=settings.ATTACHMENT_MAX_BYTES))
    stored = Stored(name, len(content), keep(lambda file: file.write(content)).digest, purpose)
    return _insert(kind, number, holder.belongs_to(row), stored, actor)


def attach_made(
    kind: str, number: str, document: Document, *, purpose: str, actor: User
) -> Attachment:
    """What the portal itself made for a row, whoever let it: no size or role is asked."""
    holder, row = _held(kind, number, actor)
    kept = keep(lambda file: file.write(document.content))
    stored = Stored(tidy_name(document.name), kept.size, kept.digest, purpose)
    return _insert(kind, number, holder.belongs_to(row), stored, actor)


def attach_all(kind: str, number: str, uploads: Iterable[Upload], *, actor: User) -> None:
    """All or, if one is refused, none; inside the transaction of the act they belong to."""
    with transaction.atomic():
        for upload in uploads:
            attach(kind, number, upload, actor=actor)


@as_refusals()
@transaction.atomic
def remove_attachment(number: str, *, actor: User) -> Attachment:
    """As long as its row may still be changed; it stays on record."""
    found = visible_attachment(number, actor)
    holder, row = _held(found.object_kind, found.object_number, actor)
    holder.require_adding(row, actor)
    if found.removed_at:
        raise Conflict(_("The document is removed already."), code="removed_already")
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    _record(found, "removed", actor)
    return found


def copy_attachments(kind: str, origin: str, target: str, *, actor: User) -> None:
    """For a row that goes on from another one: the same files, hanging on both."""
    holder, row = _held(kind, target, actor)
    for each in attachments_of(kind, origin):
        stored = Stored(each.name, each.size, each.digest, each.purpose)
        _insert(kind, target, holder.belongs_to(row), stored, actor)


def attachments_of(kind: str, number: str) -> AttachmentQuerySet:
    """What hangs on a row, for whoever was let to the row."""
    held = {"object_kind": kind, "object_number": number}
    return Attachment.objects.filter(**held).present().select_related("added_by")


def visible_attachment(number: str, user: User) -> Attachment:
    """What was removed exists for operators alone."""
    rows = Attachment.objects.visible_to(user).filter(number=number)
    found = (rows if user.is_operator else rows.present()).first()
    if found is None:
        raise NotFound(_("There is no document %(number)s.") % {"number": number})
    return found


def open_attachment(number: str, *, actor: User) -> tuple[Attachment, IO[bytes]]:
    """The content, for who may see the row and read its documents; operators leave a trace."""
    found = visible_attachment(number, actor)
    holder, row = _find(found.object_kind, found.object_number, actor)
    holder.require_reading(row, actor)
    try:
        content = open_kept(found.digest)
    except FileLost:
        raise NotFound(
            _("The file of document %(number)s is missing.") % {"number": number},
            code="file_missing",
        ) from None
    with ExitStack() as until_sent:
        until_sent.callback(content.close)
        if actor.is_operator:
            _record(found, "downloaded", actor)
        until_sent.pop_all()
    return found, content


def _find(kind: str, number: str, actor: User) -> tuple[Holder, Any]:
    holder = HOLDERS.get(kind)
    if holder is None:
        detail = _("Documents are attached to: %(kinds)s.") % {"kinds": ", ".join(sorted(HOLDERS))}
        raise InvalidInput(detail, code="unknown_kind", field="object_kind")
    row = holder.rows().visible_to(actor).filter(number=number).first()
    if row is None:
        told = _("There is no %(kind)s %(number)s.") % {"kind": kind, "number": number}
        raise NotFound(told, named=number)
    return holder, row


def _held(kind: str, number: str, actor: User) -> tuple[Holder, Any]:
    """The row, unchanged until the transaction ends."""
    holder, row = _find(kind, number, actor)
    holder.rows().hold(row.pk)
    return holder, holder.rows().get(pk=row.pk)


def _insert(
    kind: str,
    number: str,
    belonging: Belonging,
    stored: Stored,
    actor: User,
) -> Attachment:
    added = Attachment.objects.create(
        number=next_number("AT"),
        object_kind=kind,
        object_number=number,
        seller_number=belonging.seller_number,
        person=belonging.person,
        media_type=media_type_of(stored.name),
        added_by=actor,
        **asdict(stored),
    )
    _record(added, "attached", actor)
    return added


def _record(attachment: Attachment, verb: str, actor: User) -> None:
    """On the object's own record: a document is read there, not by itself."""
    audit.record(
        actor,
        verb,
        attachment.object_kind,
        attachment.object_number,
        seller=attachment.seller_number,
        attachment=attachment.number,
        name=attachment.name,
        digest=attachment.digest,
    )
