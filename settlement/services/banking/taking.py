"""A bank's file is taken once, whole or not at all, also where two take it at once (R8.2)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kept_files import FileLost, keep, open_kept
from koogallery.kit.errors import NotFound
from koogallery.locks import waiting_room
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from settlement.bank_files.reading import read
from settlement.bank_files.statements import Statement, StatusReport
from settlement.choices import BALANCED_FORMATS, StatementFormat
from settlement.models import BankStatement

from .accounts import RULE, balances_of, our_account, require_past, require_payable_amounts
from .booking import post_what_is_missing
from .lines import take_lines
from .repeats import in_other_words
from .reports import take_report

#: Of the one lock under which statements are taken.
_LOCK = 0x62616E6B


@dataclass(frozen=True, slots=True)
class Taken:
    """The statements of a file, in its order; new unless all of them were taken before."""

    statements: Sequence[BankStatement]
    is_new: bool


def take_statement(data: bytes, *, actor: User | None) -> Taken:
    """Take what a bank sent. What counts already is not taken again, in whichever file.

    Lines are matched as they come; the rest lies in suspense. No actor: the command line.
    """
    if actor:
        require_duty(actor, Duty.RECORD_PAYMENTS, rule=RULE)
        require_own_hand(actor)
    found = read(data, most_bytes=settings.BANK_FILE_MAX_BYTES)
    parts: Sequence[Statement | StatusReport]
    parts = [found] if isinstance(found, StatusReport) else found
    with as_refusals(), transaction.atomic():
        wait_for_others()
        now, digest = timezone.now(), sha256(data).hexdigest()
        taken, is_new = [], False
        for position, part in enumerate(parts, start=1):
            content = _digest_of(part)
            statement = BankStatement.objects.taken().filter(content_digest=content).first()
            if statement is None:
                source = _Source(digest, position, content, now)
                statement = _take(part, source, actor)
                is_new = is_new or statement.content_digest == content
            taken.append(statement)
        if is_new:
            keep(lambda file: file.write(data))
    return Taken(taken, is_new)


@contextmanager
def rehearsed(data: bytes, *, actor: User) -> Iterator[Taken]:
    """The same, to be looked at and rolled back."""
    with transaction.atomic():
        yield take_statement(data, actor=actor)
        transaction.set_rollback(True)


def file_of(number: str, *, actor: User) -> tuple[BankStatement, IO[bytes]]:
    """The file that a statement came in, byte for byte; who fetches it leaves a trace."""
    require_duty(actor, Duty.RECORD_PAYMENTS, rule=RULE)
    statement = BankStatement.objects.visible_to(actor).filter(number=number).first()
    if statement is None:
        raise NotFound(_("There is no bank statement %(number)s.") % {"number": number})
    try:
        file = open_kept(statement.file_digest)
    except FileLost:
        told = _("The file of %(number)s is missing.") % {"number": number}
        raise NotFound(told, code="file_missing") from None
    audit.record(actor, "downloaded", "bank statement", number, digest=statement.file_digest)
    return statement, file


@dataclass(frozen=True, slots=True)
class _Source:
    file_digest: str
    position: int
    content_digest: str
    taken_at: datetime


def _take(part: Statement | StatusReport, source: _Source, actor: User | None) -> BankStatement:
    """The statement itself, or the one that said the same in other words."""
    if isinstance(part, StatusReport):
        statement = BankStatement(format=StatementFormat.PAIN_002, reference=part.reference)
        return _save(statement, source, actor, statuses=take_report(part, actor))
    account = our_account(part)
    require_payable_amounts(part)
    require_past(part)
    statement = BankStatement(
        format=StatementFormat(part.format),
        reference=part.reference[:140],
        sequence=part.sequence[:40],
        account=account.number,
        currency=account.currency,
    )
    if statement.format in BALANCED_FORMATS:
        opening, closing, closed_on = balances_of(part, account)
        statement.opening, statement.closing, statement.closed_on = opening, closing, closed_on
        statement.opened_on = part.opening.on if part.opening else None
        if known := in_other_words(statement, part.entries):
            return known
    _save(statement, source, actor)
    take_lines(statement, part.entries, actor)
    post_what_is_missing(statement)
    return statement


def _save(
    statement: BankStatement, source: _Source, actor: User | None, **columns: object
) -> BankStatement:
    statement.number = next_number("BS")
    for name, value in {**columns, "taken_by": actor}.items():
        setattr(statement, name, value)
    statement.file_digest, statement.position = source.file_digest, source.position
    statement.content_digest, statement.taken_at = source.content_digest, source.taken_at
    statement.save(force_insert=True)
    audit.note(
        actor,
        "taken",
        statement,
        format=statement.format,
        account_number=statement.account,
        currency=statement.currency,
        reference=statement.reference,
        digest=statement.file_digest,
    )
    return statement


def _digest_of(part: Statement | StatusReport) -> str:
    """Of what it says, not of how its file writes it."""
    if isinstance(part, Statement):
        said = [*astuple(part)[:-1]]
        said[-1] = [[*astuple(entry)] for entry in part.entries]
    else:
        said = [part.reference, [astuple(status) for status in part.statuses]]
    return sha256(json.dumps(said, default=str).encode()).hexdigest()


def wait_for_others() -> None:
    """Statements are taken and reversed one after the other: each follows from what counts then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone()[0]:
            return
        with waiting_room():
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
