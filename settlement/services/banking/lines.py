"""Lines of a statement: matched where it is known whose they are, else put into suspense (R8.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from koogallery.kit.errors import DomainError
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO
from koogallery.models import User
from koogallery.numbering import next_numbers
from koogallery.second_person import NeedsSecondPerson
from sellers.services.closing import lock_sellers
from settlement.bank_files.statements import Entry
from settlement.choices import LinePurpose, LineReason, LineState, PayoutState
from settlement.models import BankLine, BankStatement, Payout, Receivable
from settlement.services.payouts.outcomes import record_paid, record_undone, require_owed_then
from settlement.services.recoveries.receivables import RECEIVABLES, pay_receivable

from .booking import clear, instant_of, post_charges, post_line, takes_two_as_told
from .candidates import Candidates, candidates_for
from .matching import Match, match, return_reason_of
from .repeats import repeated_lines

#: As wide as the columns of names and references.
WIDTH = 140


@dataclass(frozen=True, slots=True)
class _Taking:
    found: Candidates
    also_back: set[str]
    actor: User | None


def take_lines(statement: BankStatement, entries: Sequence[Entry], actor: User | None) -> None:
    """What goes out first: what comes back in the same statement finds it gone."""
    moving = [(line_no, entry) for line_no, entry in enumerate(entries, start=1) if entry.amount]
    if not moving:
        return
    told = [entry for _line_no, entry in moving]
    repeated = repeated_lines(statement, told)
    also_back = {entry.end_to_end_id for entry in told if entry.amount > ZERO} - {""}
    # Read again under the locks; what has come in between waits for a person.
    sellers = candidates_for(told, statement.currency).sellers
    if sellers:
        lock_sellers(sorted(sellers))
    taking = _Taking(candidates_for(told, statement.currency).of(sellers), also_back, actor)
    rows = zip(moving, next_numbers("BL", len(moving)), repeated, strict=True)
    for (line_no, entry), number, first in sorted(rows, key=lambda row: row[0][1].amount > ZERO):
        line = _line(statement, line_no, number, entry)
        if first is not None:
            line.state, line.reason, line.repeats = LineState.REPEATED, LineReason.NOTIFIED, first
            line.save(force_insert=True)
        else:
            _take(line, entry, taking)


def _line(statement: BankStatement, line_no: int, number: str, entry: Entry) -> BankLine:
    booked_on = entry.booked_on or entry.value_on or statement.closed_on
    return BankLine(
        number=number,
        statement=statement,
        line_no=line_no,
        amount=entry.amount,
        charges=entry.charges,
        currency=entry.currency,
        booked_on=booked_on or statement.taken_at.date(),
        value_on=entry.value_on,
        is_reversal=entry.is_reversal,
        entry_reference=entry.entry_reference[:WIDTH],
        bank_reference=entry.bank_reference[:WIDTH],
        end_to_end_id=entry.end_to_end_id[:WIDTH],
        instruction_id=entry.instruction_id[:WIDTH],
        message_id=entry.message_id[:WIDTH],
        payment_information_id=entry.payment_information_id[:WIDTH],
        uetr=entry.uetr[:36],
        counterparty_name=entry.counterparty_name[:WIDTH],
        counterparty_account=entry.counterparty_account[:WIDTH],
        text=entry.text,
        return_reason=return_reason_of(entry)[:35],
        return_text=entry.return_text,
        transaction_code=entry.transaction_code[:35],
        taken_at=statement.taken_at,
    )


def _take(line: BankLine, entry: Entry, taking: _Taking) -> None:
    matched = _within_limits(match(entry, taking.found, also_back=taking.also_back), entry)
    try:
        with transaction.atomic():
            columns = _apply(line, matched, taking)
    except NeedsSecondPerson:
        matched, columns = Match(LineReason.TWO_PEOPLE), {}
    except DomainError:
        matched, columns = Match(LineReason.REFUSED), {}
    line.state = LineState.MATCHED if matched.purpose else LineState.SUSPENSE
    line.reason, line.purpose = matched.reason, matched.purpose or ""
    for name, value in columns.items():
        setattr(line, name, value)
    line.save(force_insert=True)
    post_line(line)
    if matched.purpose:
        post_cleared(line, matched)


def _within_limits(matched: Match, entry: Entry) -> Match:
    """So much in charges two people look at, as at any other sum of that size (R4.4)."""
    charges = entry.amount if matched.purpose == LinePurpose.CHARGES else entry.charges
    if matched.purpose and takes_two_as_told(charges, entry.currency):
        return Match(LineReason.TWO_PEOPLE)
    return matched


def _apply(line: BankLine, matched: Match, taking: _Taking) -> dict[str, Any]:
    """Do what follows from it; returns the columns that name what the line is."""
    if matched.batch:
        _pay(matched.payouts, line, taking.found)
        return {"batch": matched.batch}
    if matched.payout:
        if matched.purpose == LinePurpose.PAYOUT:
            _pay([matched.payout], line, taking.found)
        else:
            if matched.payout.state in {PayoutState.SENT, PayoutState.PAID}:
                record_undone(matched.payout, line.return_reason[:10], line.return_text)
            taking.found.back.add(matched.payout.pk)
        return {"payout": matched.payout, "seller": matched.payout.seller}
    if matched.receivable:
        return _receive(matched.receivable, line, taking.actor)
    known = matched.payment or matched.movement
    named = {"payment": matched.payment, "movement": matched.movement}
    return {**named, "seller": known.seller} if known else {}


def _pay(payouts: Iterable[Payout], line: BankLine, found: Candidates) -> None:
    for payout in payouts:
        if payout.state == PayoutState.SENT:
            require_owed_then(payout, instant_of(line.booked_on))
            record_paid(payout, instant_of(line.booked_on), line.bank_reference)
        found.left.add(payout.pk)


def _receive(receivable: Receivable, line: BankLine, actor: User | None) -> dict[str, Any]:
    """A payment that nobody has recorded before; in the name of who takes the statement (R4.4)."""
    if actor is None:
        raise NeedsSecondPerson(
            Sentence("Nobody answers for it yet."),
            about=("bank line", line.number),
            seller=receivable.seller.number,
        )
    held = RECEIVABLES.get(pk=receivable.pk)
    pay_receivable.service(held, line.amount - line.charges, line.number, actor=actor)
    receivable.recovery.refresh_from_db()
    return {"payment": held.payments.get(reference=line.number), "seller": held.seller}


def post_cleared(line: BankLine, matched: Match) -> None:
    """Out of suspense, to whose it is."""
    post_charges(line, line.kept)
    if line.purpose == LinePurpose.BATCH:
        for payout in matched.payouts:
            clear(line, payout.seller_id, payout.seller.number, -payout.amount)
    elif line.seller:
        clear(line, line.seller.pk, line.seller.number, line.amount - line.kept)
