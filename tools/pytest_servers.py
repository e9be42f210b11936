"""A pytest plugin: a real PostgreSQL and a real Redis, up before Django's settings are read.

A conftest.py would be too late, for pytest-django reads the settings first; so pyproject.toml loads
this with `-p`. With pytest-xdist the main process starts the servers and its
workers inherit them, but for Redis, of which each has its own.
"""

import os
from contextlib import ExitStack

import pytest

from tools.paying_accounts import paying_accounts
from tools.places import run_directory
from tools.postgresql import FAST
from tools.processes import Crew
from tools.servers import start_redis, start_servers

_started = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Tests empty the cache, and would empty the other workers' with it.
        own = _started.enter_context(run_directory())
        os.environ["REDIS_URL"] = start_redis(_started.enter_context(Crew()), own)
        return
    os.environ |= {"SECRET_KEY": "of the tests " * 4, "KEY_MASTER": "master of the tests " * 3}
    run = _started.enter_context(run_directory())
    crew = _started.enter_context(Crew())
    os.environ |= start_servers(crew, run / "data", run, FAST)
    os.environ["PORTAL_PROCESS"] = "command"
    os.environ["PAYING_ACCOUNTS"] = paying_accounts()
    # Tests travel in time, which the database does not.
    os.environ["CLOCK_TOLERANCE_SECONDS"] = str(100 * 366 * 24 * 3600)
    # One address does it for all tests.
    os.environ["SIGN_IN_FAILURES_OF_ADDRESS"] = os.environ["OPEN_API_REFUSALS"] = "10000"
    os.environ["DATA_DIR"] = str(run / "files")
    # Playwright keeps an event loop in the thread of the tests, which then use the ORM beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_unconfigure() -> None:
    _started.close()
