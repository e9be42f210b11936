"""Time in the demo is moved in one place, for all its processes and PostgreSQL; elsewhere never."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from django.utils.timesince import timesince

from koogallery.clock import clock_difference
from koogallery.demo import apps, clock
from koogallery.kit.errors import Conflict
from koogallery.models import Act
from sellers.models import Order
from tests.books import select
from tests.world import a_product, a_seller, an_order
from tools import portal

pytestmark = pytest.mark.django_db

AGO = timedelta(days=40)
A_MOMENT = timedelta(seconds=5)
#: Defaults of columns that go by a clock, and whose schema it is.
BY_A_CLOCK = """
SELECT DISTINCT n.nspname FROM pg_attrdef d
JOIN pg_depend on_it ON on_it.classid = 'pg_attrdef'::regclass AND on_it.objid = d.oid
    AND on_it.refclassid = 'pg_proc'::regclass
JOIN pg_proc p ON p.oid = on_it.refobjid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proname ~ '^(now|(transaction|statement|clock)_timestamp)$'
"""
UNBOUND = """
SELECT d.adrelid::regclass::text FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
WHERE c.relnamespace = 'public'::regnamespace
  AND pg_get_expr(d.adbin, d.adrelid) ~* 'pg_catalog|current_|localtime'
"""


@pytest.fixture
def _in_place(tmp_path: Path) -> Iterator[None]:
    with clock.in_place(tmp_path):
        yield


def is_about(instant: object, expected: object) -> bool:
    return abs(instant - expected) < A_MOMENT  # type: ignore[operator,no-any-return]


@pytest.mark.usefixtures("_in_place")
def test_python_postgresql_defaults_and_triggers_show_one_time() -> None:
    then = timezone.now() - AGO
    clock.begin_at(then)
    functions = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")
    for function in functions:
        [shown] = select(f"SELECT {function}()")
        assert is_about(shown, then)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.of_a_trigger() RETURNS timestamptz LANGUAGE plpgsql "
            "AS 'BEGIN RETURN now(); END'"
        )
    assert is_about(select("SELECT pg_temp.of_a_trigger()")[0], then)
    an_order(a_product(a_seller()), "100", "2024-01-05")
    assert is_about(Order.objects.get().recorded_at, then)  # by the column's default
    assert is_about(Act.objects.latest("pk").at, then)  # by Django
    assert clock_difference() == timedelta(0)


@pytest.mark.usefixtures("_in_place")
def test_no_column_goes_by_another_clock() -> None:
    assert select(BY_A_CLOCK) == ["demo_clock"]
    assert select(UNBOUND) == []


@pytest.mark.usefixtures("_in_place")
def test_it_never_goes_back_and_ends_at_the_real_time(tmp_path: Path) -> None:
    clock.begin_at(timezone.now() - AGO)
    clock.show(clock.real_now() - timedelta(days=20))
    clock.show(clock.real_now() - timedelta(days=30))
    assert is_about(timezone.now(), clock.real_now() - timedelta(days=20))
    assert is_about(clock.DemoClock(tmp_path / clock.FILE)(), timezone.now())  # another process
    clock.show(clock.real_now() + timedelta(days=1))
    assert is_about(timezone.now(), clock.real_now())
    clock.go_on_to(clock.real_now() + AGO)
    assert is_about(timezone.now(), clock.real_now() + AGO)
    assert timesince(clock.real_now(), depth=1) == "1\xa0month"  # ages in lists
    with pytest.raises(Conflict, match="only goes forward"):
        clock.go_on_to(clock.real_now())


@pytest.mark.usefixtures("_in_place")
def test_what_postgresql_kept_counts_after_a_crash_between_the_two() -> None:
    clock.begin_at(timezone.now() - AGO)
    timezone.now.shift = timedelta(0)  # type: ignore[attr-defined]
    clock.agree()
    assert is_about(timezone.now(), clock.real_now() - AGO)


def test_the_portals_own_settings_have_no_such_clock(tmp_path: Path) -> None:
    assert "koogallery.demo" not in settings.INSTALLED_APPS
    assert timezone.now is clock.real_now
    assert portal.DEMO_CLOCK == clock.FILE  # what has it is served as a demo again
    for move in (clock.begin_at, clock.show, clock.go_on_to):
        with pytest.raises(Conflict, match="nobody moves it"):
            move(timezone.now() + AGO)
    with pytest.raises(ProgrammingError), transaction.atomic():
        select("SELECT by FROM demo_clock.shift")


def test_it_is_installed_into_an_empty_database_alone() -> None:
    is_there = "SELECT count(*) FROM pg_namespace WHERE nspname = 'demo_clock'"
    with transaction.atomic():
        apps.install_clock()
        assert select(is_there) == [1]
        transaction.set_rollback(True)
    a_seller()
    apps.install_clock()
    assert select(is_there) == [0]
