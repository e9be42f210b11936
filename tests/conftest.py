"""What every test stands on, besides the servers that tools/pytest_servers.py starts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(scope="session", autouse=True)
def _emptying_goes_around_the_guards() -> Iterator[None]:
    """Let the tables be emptied after a test that commits: one with a live server or with threads.

    The books refuse TRUNCATE by trigger, as they must. A replica fires no triggers, so the session
    plays one while Django empties the test database.
    """
    original = DatabaseOperations.sql_flush

    def sql_flush(operations: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        truncate = original(operations, *args, **options | {"allow_cascade": True})
        return ["SET LOCAL session_replication_role = replica", *truncate]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
