"""`python -m tests.deploy.debian`: the portal on Debian, by the words of docs/operations.md alone.

As root, on a machine without a portal, PostgreSQL or Redis; what it makes it removes. Where systemd
does not run, tests/deploy/units.py stands in. It installs a release, asks `/ready/` through nginx
and TLS, and upgrades to a second one, which answers differently and brings a migration of the table
that is written to, while calls are sent; 1 if any of them failed.
"""

import itertools
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import httpx

from tests.deploy.units import Manager
from tools.application import ROOT

NAME, URL = "portal.example", "https://portal.example"
DOCUMENT = ROOT / "docs" / "operations.md"
HOSTS, ETC = Path("/etc/hosts"), Path("/etc/koogallery")
MADE = [ETC, *map(Path, ("/opt/koogallery", "/var/lib/koogallery", "/run/koogallery"))]
LINE = f"127.0.0.1 {NAME}\n"
#: Who call, with a pause after each call: a steady load, not all that the machine gives.
CALLERS, PAUSE = 4, 0.1
SHIM = """#!/usr/bin/python3
import socket, sys
with socket.socket(socket.AF_UNIX) as manager:
    manager.connect({socket!r})
    manager.sendall("\\0".join(sys.argv[1:]).encode() + b"\\n")
    sys.exit(int(manager.recv(16)))
"""


def blocks() -> dict[str, str]:
    """Name -> what the document says to type."""
    found = re.findall(r"<!-- typed: (\w+) -->\n```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return dict(found)


def main() -> int:
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.chmod(0o755)
        manager = Manager(work)
        stack.callback(remove)
        stack.callback(manager.stop_all)
        path = stack.enter_context(systemctl(manager, work))
        first, second = release(work / "first"), release(work / "second")
        answer = second / "koogallery" / "probes.py"
        answer.write_text(answer.read_text().replace('HttpResponse("ok"', 'HttpResponse("second"'))
        with_a_migration(second)
        certificate()
        type_block("install", first, path)
        manager.do(["start", "postgresql"])  # as Debian does with what it installs
        type_block("configure", first, path)
        type_block("start", first, path)
        token = subprocess.run(
            ["/bin/bash", "-c", ISSUE], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()
        with client(token) as asked:
            wait_until_ready(asked)
            assert asked.get("/metrics/").status_code == 404
        answers, worst = upgraded(second, path, token)
        with client(token) as asked:
            told = {asked.get("/health/").text for _ in range(20)}
            wait_until_ready(asked)
        migrated = subprocess.run(
            ["runuser", "-u", "postgres", "--", "psql", "-qAt", "-d", "koogallery", "-c", MIGRATED],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        ).stdout.strip()
    failed = {what: count for what, count in answers.items() if what not in GOOD}
    print(f"answers {dict(answers)}; slowest {worst:.2f} s; afterwards {told}, {migrated}")
    return 1 if failed or told != {"second"} or migrated != "t|t|t" else 0


ISSUE = """
cd /opt/koogallery/current; set -a; . /etc/koogallery/environment; set +a
runuser -u koogallery -- .venv/bin/python manage.py issue_token loader --operator
"""
#: A column, an index and a constraint, on the table that the calls write to.
MIGRATION = """
from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sellers", {last!r})]
    operations = [
        migrations.AddField("seller", "motto", models.CharField(max_length=9, db_default="")),
        AddIndexConcurrently("seller", models.Index(fields=["motto"], name="by_motto")),
        AddConstraintNotValid(
            "seller", models.CheckConstraint(condition=~models.Q(motto="x"), name="no_x")
        ),
        ValidateConstraint("seller", "no_x"),
    ]
"""
MIGRATED = """
SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'sellers_seller'::regclass
               AND attname = 'motto' AND attnotnull),
       EXISTS (SELECT FROM pg_index WHERE indexrelid = 'by_motto'::regclass AND indisvalid),
       EXISTS (SELECT FROM pg_constraint WHERE conname = 'no_x' AND convalidated)
"""
GOOD = {"page 200", "read 200", "write 201"}


def release(directory: Path) -> Path:
    """What was committed, and what was changed since; nothing that lies about."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, directory / name)
    return directory


def with_a_migration(directory: Path) -> None:
    """As a developer writes one that lets the former release work."""
    migrations = directory / "sellers" / "migrations"
    last = max(path.stem for path in migrations.glob("[0-9]*.py"))
    (migrations / "0999_motto.py").write_text(MIGRATION.format(last=last))


def type_block(name: str, directory: Path, path: str) -> None:
    began = time.monotonic()
    environment = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    environment |= {"PATH": path, "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", blocks()[name]],
        cwd=directory,
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    print(f"typed {name}: {time.monotonic() - began:.0f} s", flush=True)


def upgraded(directory: Path, path: str, token: str) -> tuple[Counter[str], float]:
    """What calls came to meanwhile, and how long the slowest took."""
    stop, counted, times = Event(), Counter[str](), [0.0]
    numbers = itertools.count()

    def call() -> None:
        with client(token) as asked:
            while not stop.is_set():
                number = next(numbers)
                body = {
                    "number": f"S-{number}",
                    "company_name": f"Company {number}",
                    "country": "SG",
                    "settlement_currency": "USD",
                }
                for what, method, address, sent in (
                    ("page", "GET", "/accounts/login/", None),
                    ("read", "GET", "/api/v1/sellers/?page_size=5", None),
                    ("write", "POST", "/api/v1/sellers/", body),
                ):
                    began = time.monotonic()
                    try:
                        status: object = asked.request(method, address, json=sent).status_code
                    except httpx.HTTPError as error:
                        status = type(error).__name__
                    counted[f"{what} {status}"] += 1
                    times.append(time.monotonic() - began)
                    time.sleep(PAUSE)

    callers = [Thread(target=call) for _ in range(CALLERS)]
    for each in callers:
        each.start()
    try:
        time.sleep(5)
        type_block("upgrade", directory, path)
        time.sleep(5)
    finally:
        stop.set()
        for each in callers:
            each.join()
    return counted, max(times)


def client(token: str) -> httpx.Client:
    return httpx.Client(
        base_url=URL,
        verify=str(ETC / "tls.crt"),
        timeout=60,
        headers={"authorization": f"Bearer {token}"},
        # Each call takes a connection of its own to the portal; to nginx some stay.
        limits=httpx.Limits(max_keepalive_connections=1),
    )


def wait_until_ready(asked: httpx.Client) -> None:
    """Beat and workers need some seconds until they have been seen."""
    until = time.monotonic() + 90
    while (answer := asked.get("/ready/")).text != "ready":
        assert time.monotonic() < until, answer.text
        time.sleep(1)


@contextmanager
def systemctl(manager: Manager, work: Path) -> Iterator[str]:
    """The PATH by which the manager above is found where there is no systemd."""
    plain = "/usr/sbin:/usr/bin:/sbin:/bin"
    if Path("/run/systemd/system").exists():
        yield plain
        return

    class Asked(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            words = self.rfile.readline().decode().rstrip("\n").split("\0")
            try:
                code = manager.do(words)
            except Exception as error:  # noqa: BLE001  # told to who typed it
                print(f"systemctl {' '.join(words)}: {error}", file=sys.stderr)
                code = 1
            self.wfile.write(str(code).encode())

    address = str(work / "manager")
    shim = work / "bin" / "systemctl"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(socket=address))
    shim.chmod(0o755)
    with socketserver.ThreadingUnixStreamServer(address, Asked) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"{shim.parent}:{plain}"
        server.shutdown()


def certificate() -> None:
    """As an authority would give it, and a name that leads here."""
    ETC.mkdir(mode=0o700)
    files = ["-keyout", str(ETC / "tls.key"), "-out", str(ETC / "tls.crt")]
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject],
        check=True,
        capture_output=True,
    )
    HOSTS.write_text(HOSTS.read_text() + LINE)


def remove() -> None:
    """All of it but Debian's packages."""
    HOSTS.write_text(HOSTS.read_text().replace(LINE, ""))
    Path("/etc/nginx/conf.d/koogallery.conf").unlink(missing_ok=True)
    for unit in Path("/etc/systemd/system").glob("koogallery-*"):
        shutil.rmtree(unit) if unit.is_dir() else unit.unlink()
    statements = [
        "DROP DATABASE IF EXISTS koogallery",
        "DROP ROLE IF EXISTS koogallery_owner, portal, koogallery_reader, koogallery_watcher",
        "ALTER SYSTEM RESET shared_preload_libraries",
    ]
    words = [word for statement in statements for word in ("-c", statement)]
    subprocess.run(["runuser", "-u", "postgres", "--", "psql", "-q", *words], check=False, cwd="/")
    for name in ("nginx", "redis-server", "postgresql"):
        subprocess.run(["service", name, "stop"], check=False, capture_output=True)
    for path in MADE:
        shutil.rmtree(path, ignore_errors=True)
    with suppress(FileNotFoundError):
        Path("/run/koogallery.sock").unlink()
    subprocess.run(["deluser", "--quiet", "koogallery"], check=False, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
