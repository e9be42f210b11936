"""Nothing crosses sellers: spread over two database servers they have the books of one."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial, reduce

import psycopg
import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from settlement.tasks import work_on_bill_run
from tests.crash import marketplace
from tests.crash.books import Books, books_of, failing
from tests.crash.conftest import HALF, ORIGIN
from tests.crash.marketplace import BATCH, ask_for_run, ended
from tests.crash.servers import Servers, pointed_at, until
from tests.crash.turnstile import turnstile
from tools.places import run_directory
from tools.processes import Crew

USED = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
PEOPLE = "COPY koogallery_user {} (FORMAT binary)"


def go_on_from(first: str, second: str) -> None:
    """The same people on both servers, and no id or number that the first has given out."""
    with psycopg.connect(first) as one, psycopg.connect(second) as other:
        with (
            one.cursor().copy(PEOPLE.format("TO STDOUT").encode()) as people,
            other.cursor().copy(PEOPLE.format("FROM STDIN").encode()) as into,
        ):
            for rows in people:
                into.write(rows)
        for sequence, last in one.execute(USED.encode()).fetchall():
            other.execute("SELECT setval(%s::regclass, %s)", [sequence, last])


@pytest.fixture(scope="module")
def second(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Servers]:
    """Servers of their own, with the other half of the sellers."""
    data = tmp_path_factory.mktemp("spread") / "data"
    with run_directory() as run, Crew() as crew:
        second = Servers(crew, data, run)
        with django_db_blocker.unblock(), pointed_at(second.url(ORIGIN)):
            call_command("migrate", verbosity=0)
            go_on_from(servers.url(HALF), second.url(ORIGIN))
            marketplace.build(marketplace.SECOND_HALF)
        yield second


def test_sellers_spread_over_two_servers_have_the_books_of_one(
    servers: Servers, second: Servers, undisturbed: Books, django_db_blocker: DjangoDbBlocker
) -> None:
    """Both close at once: each is held in the middle of a batch until the other is there too."""
    halves = [(servers, servers.copy(HALF)), (second, second.copy(ORIGIN))]
    urls = [at.url(name) for at, name in halves]
    with django_db_blocker.unblock():
        with ExitStack() as stack:
            gates, runs = [], []
            for (at, name), url in zip(halves, urls, strict=True):
                with pointed_at(url):
                    runs.append(ask_for_run())
                stack.enter_context(at.workers(name, 1))
                gates.append(stack.enter_context(turnstile(url)))
                at.send(work_on_bill_run, runs[-1].number)
            for gate in gates:
                gate.wait_for(1)
            for gate in gates:
                gate.open()
            for run, url in zip(runs, urls, strict=True):
                with pointed_at(url):
                    until(partial(ended, run))
        books = [told_by(url) for url in urls]
    assert [sum(half["sellers"].values()) for half in books] == [4 * BATCH, 4 * BATCH]
    assert reduce(together, books) == undisturbed


def told_by(url: str) -> Books:
    with pointed_at(url):
        assert failing() == []
        return books_of()


def together(one: Books, other: Books) -> Books:
    return {table: Counter(rows) + other[table] for table, rows in one.items()}
