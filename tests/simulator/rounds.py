"""Rounds: a script undisturbed, then the same with faults, as often as asked for."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.core import mail
from django.db import connection
from django.test.utils import override_settings

from koogallery.celery import app
from sellers.models import Product
from tests.emptying import empty
from tests.laid import Laid, lay_down, taken_up
from tests.simulator import world
from tests.simulator.checks import Outcome, differences, outcome_of
from tests.simulator.faults import KINDS, Fault, Mischief, draw
from tests.simulator.portal import Portal, Stuck
from tests.simulator.script import Step, script_of

SETTINGS = {
    "CLOCK_TOLERANCE_SECONDS": 5,
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    "BILL_RUN_BATCH_SELLERS": 1,
    "BILL_RUN_RETRY_SECONDS": 0,
}
#: No outage is answered by it.
FAULTS = ("500 fault",)
RESTART = """
SELECT format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),
              coalesce(last_value, start_value), last_value IS NOT NULL)
FROM pg_sequences WHERE schemaname = 'public'
"""


@dataclass
class Failed:
    """A round that did not end as it does undisturbed."""

    seed: int
    round: int
    faults: list[Fault]
    steps: list[Step]
    told: list[str]

    def __str__(self) -> str:
        steps = (f"  {place:2} {step}" for place, step in enumerate(self.steps))
        faults = (f"  {fault}" for fault in self.faults)
        said = (f"  {line}" for line in self.told[:40])
        return "\n".join(
            [
                f"FAILED: --seed {self.seed} --round {self.round}",
                *steps,
                "faults:",
                *faults,
                "differences:",
                *said,
            ]
        )


@dataclass(frozen=True)
class Base:
    """A script, how many statements and commits it took undisturbed, and what came of it."""

    steps: list[Step]
    points: int
    outcome: Outcome


@dataclass
class Tally:
    rounds: int = 0
    undisturbed: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failed: list[Failed] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.rounds} rounds of {self.undisturbed} scripts, {len(self.failed)} failed"


class Rounds(ABC):
    """`length` calls of a script, undisturbed, then `rounds_each` times with faults of `kinds`."""

    length: int
    rounds_each: int
    kinds: tuple[str, ...]
    #: Of the database that was played on last, which Django is connected to.
    name: str
    admin: psycopg.Connection[Any]

    @abstractmethod
    def draw(self, seed: str, kinds: tuple[str, ...], base: Base) -> list[Fault]:
        """What goes wrong in one round."""

    @abstractmethod
    def _play(self, steps: Sequence[Step], faults: list[Fault]) -> tuple[Portal, Mischief]:
        """From the same beginning each time."""

    def run(
        self, seed: int, rounds: int, kinds: tuple[str, ...] = (), only: int | None = None
    ) -> Iterator[Tally]:
        """The tally as it stands after each round."""
        tally = Tally()
        while tally.rounds < rounds:
            base = self.undisturbed(seed)
            tally.undisturbed += 1
            tally.answers.update(base.outcome.answers)
            for place in range(self.rounds_each) if only is None else [only]:
                if tally.rounds < rounds:
                    faults = self.draw(f"{seed}-{place}", kinds or self.kinds, base)
                    if told := self.disturbed(base, faults, tally):
                        tally.failed.append(Failed(seed, place, faults, base.steps, told))
                    yield tally
            seed += 1

    def undisturbed(self, seed: int) -> Base:
        steps = script_of(seed, self.length)
        portal, mischief = self._play(steps, [])
        base = Base(steps, mischief.points, outcome_of(portal.answers, mischief))
        assert differences(base.outcome, base.outcome, self.admin, self.name) == []
        return base

    def disturbed(self, base: Base, faults: list[Fault], tally: Tally) -> list[str]:
        """What is not as undisturbed."""
        tally.rounds += 1
        try:
            portal, mischief = self._play(base.steps, faults)
        except Stuck as stuck:
            return [f"stuck: {stuck}"]
        tally.struck.update(fault.kind for fault in mischief.struck)
        tally.refused.update(portal.others)
        return [
            *differences(outcome_of(portal.answers, mischief), base.outcome, self.admin, self.name),
            *(f"a caller was answered {each}" for each in portal.others if each in FAULTS),
        ]


class Simulator(Rounds):
    """In this process, on the database that Django is connected to, which it empties."""

    length, rounds_each, kinds = 5, 20, KINDS

    def __init__(self) -> None:
        self.name = connection.settings_dict["NAME"]
        self.admin = admin_connection()
        self.tokens, self.laid = self._begin()
        with connection.cursor() as cursor:
            cursor.execute(RESTART)
            self.restart = ";".join(row[0] for row in cursor.fetchall())
        self.products = products()

    def _begin(self) -> tuple[world.Tokens, Laid]:
        empty()
        tokens = world.build()
        told_so_far()
        return tokens, taken_up()

    def draw(self, seed: str, kinds: tuple[str, ...], base: Base) -> list[Fault]:
        return draw(seed, kinds, base.points, len(base.steps))

    def _play(self, steps: Sequence[Step], faults: list[Fault]) -> tuple[Portal, Mischief]:
        connection.close()
        with override_settings(**SETTINGS):
            empty()
            lay_down(self.laid)
            with connection.cursor() as cursor:
                cursor.execute(self.restart)
            mail.outbox = []
            mischief = Mischief(faults, self.admin)
            portal = Portal(self.tokens, mischief, self.products)
            portal.play(steps)
            connection.close()  # which a fault may have left dead
        return portal, mischief


def told_so_far() -> None:
    """What has happened in the past of the marketplace has been told."""
    app.loader.import_default_modules()
    with override_settings(**SETTINGS), admin_connection() as admin:
        Portal({}, Mischief([], admin), {}).play([])


def admin_connection() -> psycopg.Connection[Any]:
    """Another one to the database that Django is connected to."""
    given = connection.get_connection_params()
    named = {each: given[each] for each in ("host", "user", "dbname") if each in given}
    return psycopg.connect(**named, autocommit=True)


def products() -> dict[str, str]:
    """The number of each seller's product, by the name that scripts know it by."""
    found = Product.objects.values_list("seller__number", "number")
    return {f"product-{seller}": number for seller, number in found}
