import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tools.places import run_directory
from tools.postgresql import DURABLE, start_postgresql
from tools.processes import Crew, Part

#: Longer than the path of a unix socket may be.
LONG = "/".join(["x" * 50] * 3)


@contextmanager
def serving(data: Path) -> Iterator[tuple[psycopg.Connection, Part]]:
    with run_directory() as run, Crew() as crew:
        url = start_postgresql(crew, data, run, DURABLE)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection, crew.parts[0]


def scalar(connection: psycopg.Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_data_is_kept_from_start_to_start_however_deep_it_lies(tmp_path: Path) -> None:
    data = tmp_path / LONG
    with serving(data) as (connection, _):
        connection.execute("CREATE TABLE kept AS SELECT 560.00 AS amount")
    with serving(data) as (connection, _):
        assert str(scalar(connection, "SELECT amount FROM kept")) == "560.00"


def test_nobody_else_can_reach_it(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (connection, server):
        assert scalar(connection, "SHOW listen_addresses") == ""
        sockets = Path(scalar(connection, "SHOW unix_socket_directories"))
        assert sockets.stat().st_mode & 0o077 == 0
        assert server.process.poll() is None


def test_it_runs_unprivileged_under_root_too_and_opens_no_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with serving(tmp_path / "data") as (_, server):
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_crash_loses_nothing_and_its_pid_file_stops_no_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as (connection, server):
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        server.process.kill()
        server.process.wait()
    pid_file = data / "postmaster.pid"
    _, *rest = pid_file.read_text().splitlines()
    # Meanwhile its number went to another process, as happens soon in a container.
    pid_file.write_text("\n".join([str(os.getpid()), *rest]))
    with serving(data) as (connection, _):
        assert scalar(connection, "SELECT one FROM kept") == 1


def test_data_of_another_version_is_refused_in_words(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(SystemExit, match="was written by PostgreSQL 9; this is 18"), serving(data):
        pass
