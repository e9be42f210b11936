"""The invariants of the books, proven from the stored rows (R7.2).

Each is one file of `sql/invariants`: a comment "Sentence. (Rule)", then one statement that selects
one row for each thing it looks at, whose `difference` is null, or else says what is wrong; that of
the references is written from the models. One statement sees one state of the books, so a check
needs no lock and disturbs nobody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Min

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE, current_cycle
from koogallery.statements import MINOR_UNITS
from settlement.models import Bill
from settlement.readings import references

SQL = settings.BASE_DIR / "settlement/sql/invariants"

#: Differences that are told one by one; of more, only how many.
TOLD = 20

REFERENCES_NAME = "every_reference_leads_to_its_row"

_BEYOND_ALL = 2**62
_HEADER = re.compile(r"-- (?P<sentence>.+\.) \((?P<rule>R\d.*)\)")
_EXAMINE = """
SELECT count(*), count(difference),
       (array_agg(difference) FILTER (WHERE difference IS NOT NULL))[:{told}]
FROM ({statement}) examined
"""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that must never be false, and the statement that looks."""

    name: str
    sentence: str
    rule: str
    statement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """How an invariant stands: how much was looked at, and what is wrong."""

    name: str
    sentence: str
    rule: str
    holds: bool
    checked: int
    difference: str


@cache
def invariants() -> tuple[Invariant, ...]:
    written = Invariant(REFERENCES_NAME, references.SENTENCE, "R7.2", references.statement())
    read = (_read(path) for path in SQL.glob("*.sql"))
    return tuple(sorted([*read, written], key=attrgetter("name")))


def check_books(since: Cycle | None = None) -> list[Finding]:
    """Prove every invariant: over all books, or over what became due from cycle `since` on.

    Then bills and lines count from the first bill of `since` on, as they were issued. Recoveries,
    deposits and the ledger are always proven whole.
    """
    scope = _scope(since)
    return [_examine(invariant, scope) for invariant in invariants()]


def _read(path: Path) -> Invariant:
    statement = path.read_text()
    header = _HEADER.match(statement)
    if header is None:
        raise ValueError(f"{path} does not begin with its sentence and rule.")
    return Invariant(path.stem, header["sentence"], header["rule"], statement)


def _scope(since: Cycle | None) -> Mapping[str, Any]:
    """Where to begin, and what decides amounts and months."""
    return {
        "since": since or "000000",
        "first_bill": _first_bill(since),
        "current_cycle": current_cycle(),
        "zone": ZONE.key,
        "minor_units": MINOR_UNITS,
        "basis": settings.REFUND_RECOVERY_BASIS,
    }


def _first_bill(since: Cycle | None) -> int:
    if since is None:
        return 0
    first: int | None = Bill.objects.filter(cycle__gte=since).aggregate(first=Min("id"))["first"]
    return _BEYOND_ALL if first is None else first


def _examine(invariant: Invariant, scope: Mapping[str, Any]) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(_EXAMINE.format(told=TOLD, statement=invariant.statement), scope)
        checked, wrong, told = cursor.fetchone()
    lines = list(told or ())
    if wrong > len(lines):
        lines.append(f"and {wrong - len(lines)} more")
    return Finding(
        name=invariant.name,
        sentence=invariant.sentence,
        rule=invariant.rule,
        holds=not wrong,
        checked=checked,
        difference="\n".join(lines),
    )
