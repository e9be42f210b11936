"""The invariants of the books, proven from the stored rows (R7.2).

Each is one file of `sql/invariants`: a comment "Sentence. (Rule)", then one statement that selects
one row for each thing it looks at, whose `difference` is null, or else says what is wrong; that of
the references is written from the models. One statement sees one state of the books, so a check
needs no lock and disturbs nobody.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import ForeignKey, Model

from koogallery.kit.language import marked
from koogallery.settlement_time import ZONE, current_cycle
from koogallery.statements import MINOR_UNITS
from settlement.models import BillLine
from settlement.readings.touched import AS_CONFIGURED, BY_INDEX, Touched, everything
from settlement.sealed_tables import LINES, NAMED_BY

SQL = settings.BASE_DIR / "settlement/sql/invariants"

#: Differences that are told one by one; of more, only how many.
TOLD = 20

REFERENCES_NAME = "every_reference_leads_to_its_row"

_HEADER = re.compile(r"-- (?P<sentence>.+\.) \((?P<rule>R\d.*)\)")
_EXAMINE = """
SELECT count(*), count(difference),
       (array_agg(difference) FILTER (WHERE difference IS NOT NULL))[:{told}]
FROM ({statements}) examined
"""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that must never be false, and the statements that look; each by itself."""

    name: str
    sentence: str
    rule: str
    statements: tuple[str, ...]


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
    written = Invariant(REFERENCES_NAME, SENTENCE, "R7.2", statements())
    read = (_read(path) for path in SQL.glob("*.sql"))
    return tuple(sorted([*read, written], key=attrgetter("name")))


def check_books(touched: Touched | None = None, whole: Container[str] = ()) -> list[Finding]:
    """Prove every invariant: over all books, or over what was touched, but those of `whole`."""
    return [prove(each, None if each.name in whole else touched) for each in invariants()]


def _read(path: Path) -> Invariant:
    statement = path.read_text()
    header = _HEADER.match(statement)
    if header is None:
        raise ValueError(f"{path} does not begin with its sentence and rule.")
    return Invariant(path.stem, header["sentence"], header["rule"], (statement,))


def parameters() -> dict[str, Any]:
    """What the statements are given."""
    return {
        "current_cycle": current_cycle(),
        "zone": ZONE.key,
        "minor_units": MINOR_UNITS,
        "basis": settings.REFUND_RECOVERY_BASIS,
    }


def _examine(statements: Sequence[str], planning: str) -> tuple[int, int, list[str]]:
    """How much was looked at, how much of it is wrong, and the first of that in words."""
    if not statements:
        return 0, 0, []
    looked = " UNION ALL ".join(map("(\n{}\n)".format, statements))
    with connection.cursor() as cursor:
        cursor.execute(planning)
        cursor.execute(_EXAMINE.format(told=TOLD, statements=looked), parameters())
        checked, wrong, told = cursor.fetchone()
    return checked, wrong, told or []


def prove(invariant: Invariant, touched: Touched | None = None) -> Finding:
    whole: list[str] = []
    narrowed: list[str] = []
    for each in invariant.statements:
        if touched is None or touched.needs_everything(each):
            whole.append(everything(each))
        else:
            narrowed.extend(touched.scopes(each))
    checked, wrong, lines = 0, 0, list[str]()
    for statements, planning in ((whole, AS_CONFIGURED), (narrowed, BY_INDEX)):
        looked_at, differences, told = _examine(statements, planning)
        checked, wrong, lines = checked + looked_at, wrong + differences, lines + told
    lines = lines[:TOLD]
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


# Every reference leads to its row: proven for each one the models have, also a new one (R7.2).
#
# Foreign keys hold this, but not where they are left out for speed, and not against a superuser.

SENTENCE = marked("Every reference leads to its row.")


def statements() -> tuple[str, ...]:
    """One row for each reference: how many of it lead nowhere, and the first of them."""
    return tuple(_select(*each) for each in _references())


def _references() -> Iterator[tuple[type[Model], "ForeignKey[Model, Model]"]]:
    for app in ("koogallery", "sellers", BillLine._meta.app_label):
        for model in apps.get_app_config(app).get_models():
            if model._meta.proxy or not model._meta.managed:
                continue
            for field in model._meta.local_fields:
                if isinstance(field, ForeignKey):
                    yield model, field


def _select(model: type[Model], field: "ForeignKey[Model, Model]") -> str:
    table, target = model._meta.db_table, field.related_model._meta
    key = "concat_ws('/', " + ", ".join(f"t.{each.column}" for each in model._meta.pk_fields) + ")"
    to, column = field.target_field.column, field.column
    scope = _scope(model)
    # Names of the models alone.
    return f"""SELECT CASE WHEN count(*) > 0
       THEN format('{table}.{column}: %%s lead nowhere, the first is %%s of %%s',
                   count(*), min(t.{column}::text), min({key})) END AS difference
FROM {table} t
WHERE t.{column} IS NOT NULL AND {scope}
  AND NOT EXISTS (SELECT FROM {target.db_table} r WHERE r.{to} = t.{column})"""  # noqa: S608


def _scope(model: type[Model]) -> str:
    table = model._meta.db_table
    if table == LINES:
        return "touched(line, t)"
    key = model._meta.pk
    # What the log names by something else than a number are few rows.
    is_number = table not in NAMED_BY and "int" in str(key.rel_db_type(connection))
    return f"touched({table}, t.{key.column})" if is_number else "true"
