"""`modified_since` loses nothing to transactions that end after others which began later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from koogallery.api.changed_since import HEADER, OVERLAP, ChangedSince
from koogallery.api.reading import read_instant
from koogallery.statements import run_statement
from sellers.services.companies.sellers import change_seller, register_seller
from sellers.services.orders.recording import record_order
from tests.callers import Caller, operator_caller
from tests.crash.servers import until
from tests.koogallery.api.test_every_filter import LISTS
from tests.sellers.facts import new_order, new_seller
from tests.settlement.builders import make_operator
from tests.world import a_product, a_seller

BEGINNING = "2000-01-01T00:00:00Z"


@contextmanager
def written_by_another(act: Callable[[], Any]) -> Iterator[None]:
    """`act` is done in another transaction before the block, which is committed after it."""
    is_done, may_end = Event(), Event()

    def run() -> None:
        with transaction.atomic():
            act()
            is_done.set()
            may_end.wait(60)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    try:
        assert is_done.wait(60)
        yield
    finally:
        may_end.set()
        thread.join()


@pytest.fixture
def caller() -> Caller:
    return operator_caller(make_operator("olga"))


def poll(caller: Caller, path: str, since: str) -> tuple[list[dict[str, Any]], str]:
    """The rows, and from where to go on by the header."""
    answer = caller.get(path, {"modified_since": since})
    assert answer.status == 200, answer.body
    return answer.body["results"], answer.response[HEADER]


def numbers(rows: list[dict[str, Any]]) -> set[str]:
    return {row["number"] for row in rows}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("goes_on_by", ["the header", "the latest instant seen"])
def test_a_row_committed_after_younger_ones_is_served_all_the_same(
    caller: Caller, goes_on_by: str
) -> None:
    product = a_product(a_seller("S-1")).number
    earlier = new_order("O-EARLIER", a_product(a_seller("S-2")).number)
    record_order(new_order("O-0", product), actor=None)
    with written_by_another(lambda: record_order(earlier, actor=None)):
        record_order(new_order("O-LATER", product), actor=None)
        seen, header = poll(caller, "/orders/", BEGINNING)
        assert numbers(seen) == {"O-0"}
    latest = max(row["modified_at"] for row in seen)
    seen, _ = poll(caller, "/orders/", header if goes_on_by == "the header" else latest)
    assert numbers(seen) >= {"O-EARLIER", "O-LATER"}


@pytest.mark.django_db(transaction=True)
def test_a_change_is_served_once_what_began_before_it_has_ended(caller: Caller) -> None:
    a_seller("S-1")
    waiting = new_seller(number="S-2")
    with written_by_another(lambda: register_seller(waiting, actor=None)):
        change_seller("S-1", {"country": "CN"}, actor=None)
        assert poll(caller, "/sellers/", BEGINNING)[0] == []
        assert numbers(caller.get("/sellers/").body["results"]) == {"S-1"}
    assert numbers(poll(caller, "/sellers/", BEGINNING)[0]) == {"S-1", "S-2"}


@pytest.mark.django_db(transaction=True)
def test_the_header_goes_back_behind_the_oldest_transaction_still_open(caller: Caller) -> None:
    began = timezone.now()
    with written_by_another(lambda: a_seller("S-1")):
        a_seller("S-2")
        _, header = poll(caller, "/sellers/", BEGINNING)
    assert began - OVERLAP <= read_instant(header) < timezone.now() - OVERLAP
    _, header = poll(caller, "/sellers/", BEGINNING)
    assert abs(timezone.now() - OVERLAP - read_instant(header)) < timedelta(minutes=1)
    assert HEADER not in caller.get("/sellers/").response


@pytest.mark.parametrize(("name", "viewset"), LISTS)
def test_every_list_that_tells_what_changed_tells_it_this_way(name: str, viewset: Any) -> None:
    asked = viewset.filterset_class.base_filters.get("modified_since")
    assert asked is None or type(asked) is ChangedSince, name


#: Of a session: whether a transaction of it is open.
IS_OPEN = "SELECT true FROM pg_stat_activity WHERE pid = %s AND xact_start IS NOT NULL"


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_ending_holds_nothing_back(caller: Caller) -> None:
    parts = connection.get_connection_params()
    address = {name: parts[name] for name in ("host", "user", "dbname")}
    ending = psycopg.connect(**address, autocommit=True)
    ending.execute("CREATE TEMPORARY TABLE left_behind ()")
    place = ending.execute("SELECT pg_my_temp_schema()::regnamespace::text").fetchall()[0][0]
    a_seller("S-1")
    with psycopg.connect(**address) as reader, connection.cursor() as cursor:
        reader.execute(f"LOCK TABLE {place}.left_behind IN ACCESS SHARE MODE")
        pid = ending.info.backend_pid
        ending.close()
        until(lambda: cursor.execute(IS_OPEN, [pid]).fetchone() is not None)
        assert numbers(poll(caller, "/sellers/", BEGINNING)[0]) == {"S-1"}


@pytest.fixture
def clerk(db: None) -> Iterator[str]:
    """A role that may read, and come to the database; and one that sees nothing of others."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE clerk LOGIN; CREATE ROLE stranger")
        cursor.execute("GRANT SELECT ON sellers_order TO clerk")
        try:
            yield "clerk"
        finally:
            cursor.execute("RESET ROLE; DROP OWNED BY clerk; DROP ROLE clerk, stranger")


@pytest.mark.django_db(transaction=True)
def test_who_only_reads_holds_nothing_back(caller: Caller, clerk: str) -> None:
    """Whoever takes a backup reads for an hour."""
    with session_of(clerk) as session:
        session.execute("SELECT FROM sellers_order")
        a_seller("S-1")
        assert numbers(poll(caller, "/sellers/", BEGINNING)[0]) == {"S-1"}
        with connection.cursor() as cursor:
            cursor.execute("GRANT INSERT ON sellers_order TO clerk")
        assert poll(caller, "/sellers/", BEGINNING)[0] == []


@pytest.mark.django_db(transaction=True)
def test_of_whom_nothing_is_known_everything_waits(clerk: str) -> None:
    with connection.cursor() as cursor, session_of(clerk) as session:
        cursor.execute("GRANT INSERT ON sellers_order TO clerk")
        session.execute("SELECT pg_current_xact_id()")  # as whoever writes
        cursor.execute("SET ROLE stranger")
        [(oldest, _)] = run_statement("koogallery/settled_until", {})
        cursor.execute("RESET ROLE")
        assert oldest.year == 1970
        session.rollback()
        cursor.execute("GRANT pg_read_all_stats TO clerk; SET ROLE clerk")
        [(oldest, _)] = run_statement("koogallery/settled_until", {})
        assert oldest is None


def session_of(role: str) -> psycopg.Connection[Any]:
    parts = connection.get_connection_params()
    return psycopg.connect(host=parts["host"], dbname=parts["dbname"], user=role)
