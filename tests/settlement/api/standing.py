"""One world for all tests: built once, its rows laid down wherever it is wanted again.

For the tests of a module it stands in a transaction around theirs, which is rolled back when the
module is done; each sees it as if it were its own.
"""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from koogallery.models import User
from tests.laid import Laid, lay_down, taken_up
from tests.settlement.api.world import World, build_world

_built: list[tuple[World, Laid]] = []


def a_world() -> World:
    """As `build_world` leaves it, in a database that holds nothing else."""
    assert not User.objects.exists(), "a world is laid into an empty database"
    if _built:
        world, rows = _built[0]
        lay_down(rows)
    else:
        world = build_world()
        _built.append((world, taken_up()))
    return deepcopy(world)


@pytest.fixture(scope="module")
def standing_world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World | None]:
    """None where a test of the module commits, for the database is emptied after it."""
    if any(_commits(item) for item in request.session.items if item.path == request.path):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield a_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(standing_world: World | None, db: None) -> World:
    return deepcopy(standing_world) if standing_world else a_world()


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    )
