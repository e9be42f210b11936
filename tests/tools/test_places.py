import os
import stat
import time
from pathlib import Path

import pytest

from tools.places import (
    PREFIX,
    RUN_LOCK,
    SWEEP_AFTER_SECONDS,
    data_directory,
    read_environment,
    run_directory,
    sweep,
    write_environment,
)

#: sun_path of sockaddr_un, less its closing zero.
SOCKET_PATH_BYTES = 107


def test_a_socket_path_fits_wherever_temporary_files_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / ("long" * 30)
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    with run_directory() as run:
        socket = run / "postgresql" / ".s.PGSQL.5432"
        assert len(os.fsencode(socket)) <= SOCKET_PATH_BYTES
        assert stat.S_IMODE(run.stat().st_mode) & 0o066 == 0, "nobody else lists or writes it"
    assert not run.exists()


def test_directories_of_killed_launchers_are_swept(tmp_path: Path) -> None:
    left = _directory_of_age(tmp_path / f"{PREFIX}left", SWEEP_AFTER_SECONDS + 1)
    young = _directory_of_age(tmp_path / f"{PREFIX}young", 0)
    sweep(tmp_path)
    assert (left.exists(), young.exists()) == (False, True)


def test_what_no_launcher_made_is_not_swept(tmp_path: Path) -> None:
    without_lock = _directory_of_age(tmp_path / f"{PREFIX}mine", SWEEP_AFTER_SECONDS + 1)
    (without_lock / RUN_LOCK).unlink()
    _age(without_lock, SWEEP_AFTER_SECONDS + 1)
    other_name = _directory_of_age(tmp_path / "koogallery-checkout", SWEEP_AFTER_SECONDS + 1)
    sweep(tmp_path)
    assert without_lock.exists()
    assert other_name.exists()


def test_the_directory_of_a_living_launcher_is_not_swept() -> None:
    with run_directory() as run:
        _age(run, SWEEP_AFTER_SECONDS + 1)
        sweep(run.parent)
        assert run.exists()


def test_two_portals_never_serve_from_one_directory(tmp_path: Path) -> None:
    with (
        data_directory(tmp_path / "data", tmp_path),
        pytest.raises(SystemExit, match="Another portal serves from"),
        data_directory(tmp_path / "data", tmp_path),
    ):
        pass


def test_commands_get_the_environment_of_the_portal_that_serves(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": "postgres://u@%2Ftmp%2Fx/db", "SECRET_KEY": "a b'c\"$d=e#\\"}
    with data_directory(tmp_path, tmp_path):
        write_environment(tmp_path, environment)
        assert read_environment(tmp_path) == environment
        assert stat.S_IMODE((tmp_path / "environment").stat().st_mode) == 0o600


def test_commands_are_refused_where_no_portal_serves(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is no portal's data directory"):
        read_environment(tmp_path)
    with (
        data_directory(tmp_path, tmp_path),
        pytest.raises(SystemExit, match="is still starting"),
    ):
        read_environment(tmp_path)
    with pytest.raises(SystemExit, match="No portal serves from"):
        read_environment(tmp_path)


def _directory_of_age(directory: Path, seconds: float) -> Path:
    directory.mkdir()
    (directory / RUN_LOCK).touch()
    _age(directory, seconds)
    return directory


def _age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))
