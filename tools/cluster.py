"""PostgreSQL's data directory: made once, and safe to take over after a crash."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

#: A server whose launcher was killed shuts down by itself; this long it may take.
PREDECESSOR_SECONDS = 60


def make_cluster(
    programs: Path, data: Path, superuser: str, *, durable: bool, **options: Any
) -> None:
    """`initdb` with the server's own UTF-8 order, the same whatever locales the system has."""
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "--username",
        superuser,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    order = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if not durable:
        command.append("--no-sync")
    done = subprocess.run(
        [*command, *order], check=False, capture_output=True, text=True, **options
    )
    if done.returncode:
        raise SystemExit(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")


def check_version(programs: Path, data: Path) -> None:
    """Refuse data of another major version, in words rather than in the server's log."""
    kept = (data / "PG_VERSION").read_text().strip()
    version = subprocess.run(
        [programs / "postgres", "-V"], capture_output=True, text=True, check=True
    )
    ours = version.stdout.split()[-1]
    if ours.partition(".")[0] != kept:
        raise SystemExit(
            f"{data} was written by PostgreSQL {kept}; this is {ours}: dump it there, load it here."
        )


def wait_for_predecessor(data: Path) -> None:
    """Wait until no server works on `data`, then remove the pid file that a crash left.

    The server itself would refuse to start if its predecessor's number were in use again by a
    stranger, as happens in containers. The caller holds the lock of the data, so no new server
    can start meanwhile.
    """
    give_up = time.monotonic() + PREDECESSOR_SECONDS
    while servers := _servers_in(data):
        if time.monotonic() > give_up:
            raise SystemExit(f"PostgreSQL (process {servers[0]}) still works on {data}.")
        time.sleep(0.1)
    if Path("/proc/self").exists():
        (data / "postmaster.pid").unlink(missing_ok=True)


def _servers_in(data: Path) -> list[int]:
    """The processes of a PostgreSQL that has `data` as its directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (
                process.joinpath("cwd").samefile(data)
                and process.joinpath("comm").read_text() == "postgres\n"
            ):
                found.append(int(process.name))
    return found
