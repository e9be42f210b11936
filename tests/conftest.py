"""What every test stands on, besides the servers that tools/pytest_servers.py starts."""

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

GUARDED_FROM_EMPTYING = """
SELECT format('ALTER TABLE %s DISABLE TRIGGER never_emptied', tgrelid::regclass)
FROM pg_trigger WHERE tgname = 'never_emptied'
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test database be emptied after a test that commits: with threads or a live server.

    The books refuse TRUNCATE by this one trigger; every other guard stays on.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(GUARDED_FROM_EMPTYING)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
