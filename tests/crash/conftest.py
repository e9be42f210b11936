from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.crash import marketplace
from tests.crash.books import Books, books_of
from tests.crash.servers import Servers, pointed_at
from tools.places import run_directory
from tools.processes import Crew

ORIGIN = "koogallery"
#: The same database before the second half of its sellers came.
HALF = "half"


@pytest.fixture(scope="session")
def servers(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Servers]:
    """With a marketplace that is due to close March 2024."""
    data = tmp_path_factory.mktemp("crash") / "data"
    with run_directory() as run, Crew() as crew:
        servers = Servers(crew, data, run)
        with django_db_blocker.unblock(), pointed_at(servers.url(ORIGIN)):
            call_command("migrate", verbosity=0)
            marketplace.build(marketplace.FIRST_HALF)
            connection.close()
            servers.copy(ORIGIN, HALF)
            marketplace.build(marketplace.SECOND_HALF)
        yield servers


@pytest.fixture
def copy(servers: Servers, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a fresh copy of the marketplace, which Django's connections lead to."""
    name = servers.copy(ORIGIN)
    with django_db_blocker.unblock(), pointed_at(servers.url(name)):
        yield name
    servers.drop(name)


@pytest.fixture(scope="session")
def undisturbed(servers: Servers, django_db_blocker: DjangoDbBlocker) -> Books:
    """What the books say when one worker closes March in peace."""
    name = servers.copy(ORIGIN)
    with django_db_blocker.unblock(), pointed_at(servers.url(name)):
        marketplace.close_in_peace()
        return books_of()
