"""What every test stands on, besides the servers that tools/pytest_servers.py starts."""

import os

import pytest
from django.db import connection
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

#: A property is true or false, never slow: machines differ in speed. CASES asks for more of them.
settings.register_profile("house", deadline=None, max_examples=int(os.environ.get("CASES", "100")))
settings.load_profile("house")

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test database be emptied after a test that commits: with threads or a live server."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(EMPTIABLE)
        cursor.execute(UNUSED)
