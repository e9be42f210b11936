"""What has to be so after a round, and what it is held against: the same round undisturbed."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from koogallery.numbering import SEQUENCES
from settlement.readings.invariants import check_books
from settlement.readings.seal_checks import check_seals
from tests.crash.books import Books, books_of
from tests.simulator.faults import Mischief

BOOKS = Path(__file__).with_suffix("").with_name("books.sql")
#: Public numbers that the portal counts; a rolled back act leaves a gap in them.
NUMBER = re.compile(rf"\b({'|'.join([*SEQUENCES, 'RC', 'RV'])})(\d{{6,}})\b")
SESSIONS = """
SELECT state || ': ' || query FROM pg_stat_activity
WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
  AND state LIKE 'idle in transaction%%'
"""


@dataclass(frozen=True)
class Outcome:
    """Of a round: its books, what callers were answered at last, and what was told to whom."""

    books: Books
    answers: list[Any]
    mails: Counter[tuple[str, str]]
    calls: Counter[str]


def outcome_of(answers: list[Any], mischief: Mischief) -> Outcome:
    """Each mail and each call once by its id, however often it came."""
    mails = {named: (subject, to) for named, subject, to in mischief.mailed}
    calls = dict(mischief.received)
    return Outcome(
        _ranked(books_of(BOOKS)),
        answers,
        Counter((_unnumbered(subject), to) for subject, to in mails.values()),
        Counter(re.sub(r'.*"type": ?"([^"]*)".*', r"\1", body.decode()) for body in calls.values()),
    )


def _ranked(books: Books) -> Books:
    """With each number replaced by its place among those of its kind."""
    found: dict[str, set[int]] = {}
    for rows in books.values():
        for row in rows:
            for prefix, digits in NUMBER.findall(row):
                found.setdefault(prefix, set()).add(int(digits))
    places = {
        prefix: {number: place for place, number in enumerate(sorted(numbers))}
        for prefix, numbers in found.items()
    }

    def placed(match: "re.Match[str]") -> str:
        return f"{match[1]}#{places[match[1]][int(match[2])]}"

    return {
        table: _summed((NUMBER.sub(placed, row), count) for row, count in rows.items())
        for table, rows in books.items()
    }


def _summed(rows: Any) -> Counter[str]:
    summed: Counter[str] = Counter()
    for row, count in rows:
        summed[row] += count
    return summed


def _unnumbered(text: str) -> str:
    return NUMBER.sub(r"\1", text)


def differences(
    found: Outcome, base: Outcome, admin: psycopg.Connection[Any], name: str
) -> list[str]:
    """What is not as undisturbed, what does not hold, and who still holds something."""
    told = [
        f"unsound: {one.name}: {one.difference}"
        for one in [*check_books(), *check_seals(())]
        if not one.holds
    ]
    for table, rows in base.books.items():
        for sign, which in (("-", rows - found.books[table]), ("+", found.books[table] - rows)):
            told += [f"{table} {sign} {row}" for row in which]
    told += [
        f"step {place} was answered {mine}, undisturbed {theirs}"
        for place, (mine, theirs) in enumerate(zip(found.answers, base.answers, strict=True))
        if mine != theirs
    ]
    told += [f"mail {each}" for each in (found.mails - base.mails) | (base.mails - found.mails)]
    told += [f"call {each}" for each in (found.calls - base.calls) | (base.calls - found.calls)]
    told += [f"a session: {row[0]}" for row in admin.execute(SESSIONS, [name]).fetchall()]
    return told
