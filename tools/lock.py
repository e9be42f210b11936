"""`./run lock`: write the lock files anew from the dependencies in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from tools.application import ROOT

#: Lock -> the dependency groups it holds besides the portal's own; the first decides versions.
LOCKS = {
    "requirements-dev.lock": ["embedded", "observability", "parquet", "test", "dev"],
    "requirements-test.lock": ["embedded", "observability", "parquet", "test"],
    "requirements-run.lock": ["embedded"],
    "requirements-observability.lock": ["observability"],
    "requirements-parquet.lock": ["parquet"],
    "requirements.lock": [],
}
#: For any processor and any Python from 3.11; every file by its hash, from whatever index.
OPTIONS = (
    "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet "
    "--annotation-style line --upgrade"
)


def main(arguments: list[str]) -> None:
    """Arguments go to uv, for example another --index-url."""
    constraint: list[str] = []
    for lock, groups in LOCKS.items():
        command: list[str | Path] = [
            Path(sys.executable).with_name("uv"),
            "pip",
            "compile",
            "pyproject.toml",
        ]
        chosen: list[str] = [word for group in groups for word in ("--group", group)]
        output = ["--custom-compile-command", "./run lock", "--output-file", lock]
        subprocess.run(
            [*command, *OPTIONS.split(), *chosen, *constraint, *output, *arguments],
            cwd=ROOT,
            check=True,
        )
        constraint = constraint or ["--constraint", lock]
        print(f"wrote {lock}")


if __name__ == "__main__":
    main(sys.argv[1:])
