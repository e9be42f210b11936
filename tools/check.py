"""`./run check`: everything that can be known about the code without running its tests."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from tools.application import MANAGE, ROOT
from tools.places import run_directory
from tools.postgresql import FAST
from tools.processes import Crew
from tools.servers import start_servers

PROGRAMS = str(Path(sys.executable).parent)
CHECKS = {
    "common faults": ["ruff", "check", "--output-format", "concise"],
    "form": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "imports point one way": ["lint-imports", "--no-logo"],
    "every refusal is in the catalogue": [sys.executable, "-m", "tools.problems", "--check"],
    "the API's description is valid and without warnings": [
        sys.executable,
        "-m",
        "tools.description",
    ],
    "every text is translated": [sys.executable, "-m", "tools.messages", "--check"],
    "the stylesheet is current": [sys.executable, "-m", "tools.stylesheet", "--check"],
    "no migration is missing": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "settings are safe to deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
#: A deployment as the settings want it; DEBUG is off unless asked for.
DEPLOYMENT = {"TLS": "true", "ALLOWED_HOSTS": "portal.example", "LOG_LEVEL": "WARNING"}


def main() -> int:
    """Do every check, even after one has failed; 1 if any has."""
    with run_directory() as run, Crew() as crew:
        servers = start_servers(crew, run / "data", run, FAST)
        environment = os.environ | servers | DEPLOYMENT
        environment |= {name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "KEY_MASTER")}
        environment["PATH"] = os.pathsep.join([PROGRAMS, environment["PATH"]])
        failed = [
            what for what, command in CHECKS.items() if not _holds(what, command, environment)
        ]
    print(f"failed: {', '.join(failed)}" if failed else f"{len(CHECKS)} checks hold")
    return 1 if failed else 0


def _holds(what: str, command: list[str], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(
        f"{'failed' if done.returncode else 'holds '} {what} ({time.monotonic() - started:.1f} s)"
    )
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
