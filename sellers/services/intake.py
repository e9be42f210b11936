"""How facts come in: in batches, good rows kept, each bad one named, a repeat acknowledged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from koogallery import audit
from koogallery.kit.errors import Conflict, InvalidInput, Violation
from koogallery.models import User
from koogallery.settlement_time import ZONE
from koogallery.statements import columns_of, read_statement, run_statement

#: Right in itself, but not in the present state: its key is taken, or its seller has left.
CONFLICTS = frozenset({Conflict.default_code, "seller_has_left"})

Row = TypeVar("Row")


class Result(StrEnum):
    RECORDED = "recorded"
    KNOWN = "known"  # the same content stands in the books already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row. `key` is the number or serial that identifies it."""

    key: str
    result: Result
    violations: tuple[Violation, ...] = ()

    @property
    def is_recorded(self) -> bool:
        return self.result is Result.RECORDED

    @property
    def is_refused(self) -> bool:
        return self.result is Result.REFUSED

    @property
    def is_conflict(self) -> bool:
        """It was right in itself, but not in the present state."""
        return self.is_refused and self.violations[0].code in CONFLICTS


def require_accepted(outcome: Outcome) -> None:
    """For a batch of one: its refusal as the error it is."""
    if not outcome.is_refused:
        return
    refusal = Conflict if outcome.is_conflict else InvalidInput
    raise refusal.of(outcome.violations)


@dataclass(frozen=True, slots=True)
class Facts(Generic[Row]):
    """One kind of fact: its row as it is sent, what identifies it, its statements in `sql/`."""

    row: type[Row]
    name: str  # of the files: stage_<name>.sql, take_in_<name>.sql, same_<name>.sql
    kind: str  # in the record of acts
    key: str
    rule: str  # that another content of one key breaks

    def take_in(
        self,
        rows: Sequence[Row],
        violations: Iterable[Sequence[Violation]],
        *,
        actor: User | None,
    ) -> list[Outcome]:
        """Record the rows without violations, in three statements however many there are.

        The caller has taken the fence. Of rows with the same key the first counts; the others, and
        those that exist already, are known if their content is the same.
        """
        refused = {place: tuple(wrong) for place, wrong in enumerate(violations) if wrong}
        valid = {place: row for place, row in enumerate(rows) if place not in refused}
        recorded, same = self._record(valid, actor) if valid else (set(), set())
        outcomes = []
        for place, row in enumerate(rows):
            key = getattr(row, self.key)
            if place in refused:
                outcomes.append(Outcome(key, Result.REFUSED, refused[place]))
            elif place in recorded:
                outcomes.append(Outcome(key, Result.RECORDED))
            elif place in same:
                outcomes.append(Outcome(key, Result.KNOWN))
            else:
                outcomes.append(Outcome(key, Result.REFUSED, (self._conflict(key),)))
        return outcomes

    def _record(self, rows: Mapping[int, Row], actor: User | None) -> tuple[set[int], set[int]]:
        """The places of rows now recorded, and of those that stand in the books as sent."""
        self._stage(rows)
        recorded = columns_of(self._run("take_in", zone=ZONE.key))
        if recorded:
            self._tell([getattr(rows[place], self.key) for place in recorded], actor)
        same = columns_of(self._run("same")) if len(recorded) < len(rows) else []
        return set(recorded), set(same)

    def _stage(self, rows: Mapping[int, Row]) -> None:
        names = [field.name for field in fields(self.row)]  # type: ignore[arg-type]
        values_of = attrgetter(*names)
        table = sql.Identifier(f"staged_{self.name}")
        columns = sql.SQL(", ").join(map(sql.Identifier, ["place", *names]))
        with connection.cursor() as cursor:
            cursor.execute(read_statement(f"sellers/stage_{self.name}"))
            cursor.execute(sql.SQL("DELETE FROM {}").format(table))
            copying = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
            # What goes wrong with a COPY is an error of the database like any other.
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for place, row in rows.items():
                    copy.write_row((place, *values_of(row)))

    def _run(self, act: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return run_statement(f"sellers/{act}_{self.name}", parameters)

    def _tell(self, recorded: Sequence[str], actor: User | None) -> None:
        """One act for the whole batch, found under its first row: a feed brings millions."""
        number = recorded[0]
        count, last = len(recorded), recorded[-1]
        audit.record(actor, "recorded", self.kind, number, count=count, last=last)

    def _conflict(self, key: str) -> Violation:
        detail = _("%(key)s is recorded already, with other content.") % {"key": key}
        return Violation(self.key, Conflict.default_code, detail, self.rule)
