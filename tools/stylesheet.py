"""`./run stylesheet`: the console's stylesheet from assets/; `--check` tells whether it is current.

The built file is committed, so installing the product needs no Node. The compiler comes from npm,
every package as assets/package-lock.json pins it.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.application import ROOT
from tools.chromium import node, node_package
from tools.steps import step

ASSETS = ROOT / "assets"
BUILT = ROOT / "koogallery" / "static" / "koogallery" / "console.css"
MODULES = ASSETS / "node_modules"
#: Names the lock that MODULES satisfies, by digest.
STAMP = MODULES / ".installed"
COMPILER = MODULES / "@tailwindcss" / "cli" / "dist" / "index.mjs"


def main(arguments: list[str]) -> None:
    install()
    if arguments != ["--check"]:
        build(BUILT)
        return
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place) / "console.css"
        build(fresh)
        if fresh.read_bytes() != BUILT.read_bytes():
            sys.exit(f"{BUILT.relative_to(ROOT)} is not what assets/ makes of it: ./run stylesheet")


def install() -> None:
    """Bring assets/node_modules to what the lock says; at once when it is there already."""
    lock = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == lock:
        return
    npm = node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with step("Stylesheet compiler"):
        _run([node(), npm, "ci", "--silent", "--ignore-scripts"])
    STAMP.write_text(lock)


def build(target: Path) -> None:
    _run([node(), COMPILER, "--input", "console.css", "--output", target, "--minify"])


def _run(command: list[str | Path]) -> None:
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ}
    environment["PATH"] = os.pathsep.join([str(node().parent), environment["PATH"]])
    done = subprocess.run(
        command, check=False, cwd=ASSETS, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main(sys.argv[1:])
