"""`./run serve` and `./run demo`: the whole portal from one command, and nothing left after it."""

import argparse
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tools.application import MANAGE, ROOT, start_application
from tools.paying_accounts import paying_accounts
from tools.places import OWNER, data_directory, run_directory, write_environment
from tools.postgresql import DURABLE, ROLE, as_portal
from tools.processes import Crew, PartDied
from tools.servers import start_servers
from tools.steps import step

HOST = "127.0.0.1"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: What makes an empty portal the demo, and what says who can sign in; each safe to repeat.
DEMO, LOGINS = ("load_demo",), ("demo_logins",)
#: Its settings, and the file by which its data is known: what has the demo's clock keeps it.
DEMO_SETTINGS, DEMO_CLOCK = "koogallery.demo.settings", "demo-clock"


class Stopped(BaseException):
    """Somebody asked the portal to stop."""


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            return _serve(options, stack)
    except Stopped:
        return 0
    except PartDied as death:
        print(death, file=sys.stderr)
        return 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--port", type=port, default=8000, help="on 127.0.0.1; 0 takes a free one")
    shared.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the data here; else it goes at exit"
    )
    parser = argparse.ArgumentParser(prog="./run")
    kinds = parser.add_subparsers(required=True)
    serve = kinds.add_parser("serve", parents=[shared])
    serve.set_defaults(before_ready=(), when_ready=(), once=False)
    demo = kinds.add_parser("demo", parents=[shared])
    demo.add_argument("--once", action="store_true", help="stop when the demo's months are closed")
    demo.set_defaults(before_ready=DEMO, when_ready=LOGINS)
    return parser.parse_args(arguments)


def port(text: str) -> int:
    """A port number; argparse names this function where the text is none."""
    number = int(text)
    if number not in range(2**16):
        raise ValueError(text)
    return number


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Stop in order; asking twice does not interrupt it."""
    for again in STOP_SIGNALS:
        signal.signal(again, signal.SIG_IGN)
    raise Stopped


def _serve(options: argparse.Namespace, stack: ExitStack) -> int:
    """Start every part, bottom up; `stack` stops them, top down."""
    listener = stack.enter_context(_listen(options.port))
    run = stack.enter_context(run_directory())
    data = stack.enter_context(data_directory(options.data, run))
    crew = stack.enter_context(Crew())
    stack.callback(print, "Stopping every part.", file=sys.stderr)
    environment = start_servers(crew, data, run, DURABLE) | _settings(data)
    if options.before_ready == DEMO or (data / DEMO_CLOCK).exists():
        environment["DJANGO_SETTINGS_MODULE"] = DEMO_SETTINGS
    environment["PROMETHEUS_MULTIPROC_DIR"] = str(run / "metrics")
    environment["PORTAL_URL"] = os.environ.get("PORTAL_URL") or _url(listener)
    owner = environment["DATABASE_URL"]
    if "DATABASE_URL" not in os.environ:
        environment |= {"DATABASE_ROLE": ROLE, "DATABASE_URL": as_portal(owner)}
    quiet = environment | {"LOG_LEVEL": "WARNING"}
    with step("Database migrations"):
        migrate = [*MANAGE, "migrate", "--verbosity", "0"]
        if code := crew.run(migrate, quiet | {"DATABASE_URL": owner}, ROOT):
            return code
    start_application(crew, data, listener, environment)
    if code := _commands(options.before_ready, crew, quiet):
        return code
    write_environment(data, environment | {OWNER: owner})
    print(f"ready {_url(listener)}", flush=True)
    if code := _commands(options.when_ready, crew, quiet):
        return code
    if not options.once:
        print(f"Data in {data}. Ctrl-C stops the portal.", file=sys.stderr)
        crew.watch()
    return 0


def _commands(names: Sequence[str], crew: Crew, environment: Mapping[str, str]) -> int:
    """Run them in order; the exit code of the first that fails, else 0."""
    codes = (crew.run([*MANAGE, name], environment, ROOT) for name in names)
    return next(filter(None, codes), 0)


def _listen(number: int) -> socket.socket:
    """Take the port before anything is started for it; the web server inherits it."""
    try:
        return socket.create_server((HOST, number), backlog=1024)
    except OSError as refused:
        reason = os.strerror(refused.errno or 0).lower()
        raise SystemExit(f"Port {number}: {reason}. Choose another with --port.") from None


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


def _settings(data: Path) -> dict[str, str]:
    hosts = filter(None, [os.environ.get("ALLOWED_HOSTS"), HOST, "localhost"])
    return {
        **_secrets(data),
        "ALLOWED_HOSTS": ",".join(hosts),
        "DATA_DIR": str(data),
        "PAYING_ACCOUNTS": os.environ.get("PAYING_ACCOUNTS") or paying_accounts(),
    }


def _secrets(data: Path) -> dict[str, str]:
    """Of this data: sessions and sellers' keys outlive a restart, and no two portals share one."""
    # Data of the time when sellers' keys came from the secret key: those stay what they are.
    former = data / "key_master_fallbacks"
    if (data / "secret_key").exists() and not (data / "key_master").exists():
        _kept(former, (data / "secret_key").read_text())
    names = {"SECRET_KEY": "secret_key", "KEY_MASTER": "key_master"}
    chosen = {
        name: os.environ.get(name) or _kept(data / file, secrets.token_urlsafe(50))
        for name, file in names.items()
    }
    if former.exists() and "KEY_MASTER_FALLBACKS" not in os.environ:
        chosen["KEY_MASTER_FALLBACKS"] = former.read_text()
    return chosen


def _kept(file: Path, new: str) -> str:
    """What the file says; `new` where there is none yet."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(new)
    return file.read_text()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
