"""How long each kind of process waits for the database, as the database itself tells it."""

import os
import subprocess
import sys

import pytest

from koogallery.kit.database_limits import Limits, connection_options

ASK = """
from django.db import connection
with connection.cursor() as cursor:
    for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute("SHOW " + name)
        print(cursor.fetchone()[0])
"""
WEB = "import koogallery.wsgi" + ASK
WORKER = "import django; django.setup()" + ASK
COMMAND = """
import sys, runpy
sys.argv = ["manage.py", "shell", "--no-imports", "-c", '''%s''']
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("script", "limits"),
    [
        (WEB, ["5s", "30s", "1min"]),
        (WORKER, ["10s", "30min", "1min"]),
        (COMMAND % ASK, ["0", "0", "10min"]),
    ],
    ids=["web", "worker", "command"],
)
def test_each_kind_of_process_has_its_limits(script: str, limits: list[str]) -> None:
    environment = {name: each for name, each in os.environ.items() if name != "PORTAL_PROCESS"}
    environment["DJANGO_SETTINGS_MODULE"] = "koogallery.settings"

    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert told.stdout.split() == limits


def test_what_the_url_says_goes_first() -> None:
    options = connection_options(
        Limits(1, 2, 3), {"sslmode": "require", "options": "-c jit=off"}, is_pooled=False
    )
    assert options["sslmode"] == "require"
    assert options["options"].endswith("-c jit=off")
    assert options["options"].startswith("-c lock_timeout=1s -c statement_timeout=2s")


def test_a_pooler_is_sent_no_settings_of_a_session() -> None:
    assert "options" not in connection_options(Limits(1, 2, 3), {}, is_pooled=True)
