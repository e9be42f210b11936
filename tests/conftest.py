"""What every test stands on, besides the servers that tools/pytest_servers.py starts."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests import emptying

#: A property is true or false, never slow: machines differ in speed. CASES asks for more of them.
settings.register_profile("house", deadline=None, max_examples=int(os.environ.get("CASES", "100")))
settings.load_profile("house")

CRASH = "tests/crash/"
#: Whose files take minutes each: begun first, so that at the end no worker is left alone with one.
LONG = tuple(
    f"tests/{place}"
    for place in (
        "settlement/stateful",
        "crash",
        "e2e",
        "tools/test_portal",
        "settlement/api/test_many_at_once",
        "settlement/services/test_attempts",
        "settlement/approvals/test_one_person_alone",
        "settlement/approvals/test_every_door",
        "settlement/portal/test_query_counts",
        "koogallery/demo",
        "koogallery/outages",
    )
)

#: The books refuse TRUNCATE by this one trigger; every other guard stays on.
EMPTIABLE = """
DO $$
DECLARE guarded regclass;
BEGIN
    FOR guarded IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'never_emptied' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER never_emptied', guarded);
    END LOOP;
END $$
"""
#: Made by the token package's migrations, unused since tokens are our own model; Django does not
#: know of it and could not empty the users it refers to.
UNUSED = "DROP TABLE IF EXISTS knox_authtoken"


#: A browser may still hold a connection of the live server when the session ends.
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def pytest_configure() -> None:
    """A password takes a good second to check, which is the point of it; not of these tests."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    emptying.replace_djangos()


class ByFile(LoadFileScheduling):
    """A file is of one worker, and so are all that stand on the servers of `tests/crash`."""

    def _split_scope(self, nodeid: str) -> str:
        return CRASH if nodeid.startswith(CRASH) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test database be emptied after a test that commits, and be dropped at the end."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(EMPTIABLE)
        cursor.execute(UNUSED)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(CUT_OFF)
