"""Where the portal keeps its data, and where its sockets and logs live while it runs."""

import fcntl
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = "koogallery-run-"
RUN_LOCK = "launcher.lock"
DATA_LOCK = "portal.lock"
ENVIRONMENT = "environment"
#: In it: the database's URL for who owns the tables.
OWNER = "OWNER_DATABASE_URL"
#: A directory this young may belong to a launcher that has not locked it yet.
SWEEP_AFTER_SECONDS = 60


@contextmanager
def run_directory() -> Iterator[Path]:
    """A private directory for sockets and logs, gone at exit.

    Below /tmp, for the path of a unix socket has 107 bytes at most. The directories of launchers
    that were killed are swept.
    """
    parent = Path("/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir())
    sweep(parent)
    directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    # PostgreSQL under another account passes through; what is inside has its own permissions.
    directory.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (directory / RUN_LOCK).touch()
    lock = _lock(directory / RUN_LOCK)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        if lock:
            lock.close()


def sweep(parent: Path) -> None:
    """Remove the run directories below `parent` that are ours and that no launcher holds."""
    for directory in parent.glob(PREFIX + "*"):
        with suppress(OSError):  # another's, or gone meanwhile
            about = directory.lstat()
            if about.st_uid != os.geteuid() or time.time() - about.st_mtime < SWEEP_AFTER_SECONDS:
                continue
            if lock := _lock(directory / RUN_LOCK):
                shutil.rmtree(directory, ignore_errors=True)
                lock.close()


@contextmanager
def data_directory(chosen: Path | None, run: Path) -> Iterator[Path]:
    """The chosen directory, this portal's alone while it runs; without one, a part of `run`."""
    directory = chosen.absolute() if chosen else run / "data"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    (directory / DATA_LOCK).touch(mode=0o600)
    lock = _lock(directory / DATA_LOCK)
    if lock is None:
        raise SystemExit(f"Another portal serves from {directory}.")
    try:
        yield directory
    finally:
        (directory / ENVIRONMENT).unlink(missing_ok=True)
        lock.close()


def write_environment(data: Path, environment: Mapping[str, str]) -> None:
    """Leave the portal's environment for `./run manage`; it holds the secret key."""
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in environment.items()]
    new = data / f"{ENVIRONMENT}.new"
    new.touch(mode=0o600)
    new.write_text("".join(lines))
    new.rename(data / ENVIRONMENT)


def read_environment(data: Path) -> dict[str, str]:
    """The environment of the portal that serves from `data`; refuses where none does."""
    try:
        idle = _lock(data / DATA_LOCK)
    except FileNotFoundError:
        raise SystemExit(f"{data} is no portal's data directory.") from None
    if idle:
        idle.close()
        raise SystemExit(f"No portal serves from {data}: start one with ./run serve --data {data}")
    try:
        words = shlex.split((data / ENVIRONMENT).read_text())
    except FileNotFoundError:
        raise SystemExit(
            f"The portal of {data} is still starting: wait for its line 'ready'."
        ) from None
    return dict(word.split("=", 1) for word in words)


def _lock(path: Path) -> IO[bytes] | None:
    """The lock of an existing file, held until closed or dead; None if another has it."""
    lock = path.open("rb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
