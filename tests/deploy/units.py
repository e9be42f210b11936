"""Units of systemd, as far as the portal's need it, for a machine that runs without systemd."""

import grp
import os
import pwd
import re
import signal
import socket
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

UNITS = Path("/etc/systemd/system")
NOTIFY = "@koogallery-notify-{}"

Options = dict[str, list[str]]


def read_unit(name: str, units: Path = UNITS) -> dict[str, Options]:
    """Its file, then the drop-ins of its prefix and its own, in the order of their names."""
    prefix, _, kind = name.rpartition(".")
    template = f"{prefix.partition('@')[0]}@.{kind}" if "@" in prefix else name
    instance = prefix.partition("@")[2]
    directories = [units / f"{template}.d"]
    if kind == "service":
        directories.append(units / f"{prefix.partition('-')[0]}-.{kind}.d")
    drop_ins = [path for directory in directories for path in directory.glob("*.conf")]
    found: dict[str, Options] = defaultdict(lambda: defaultdict(list))
    for path in [units / template, *sorted(drop_ins, key=lambda path: path.name)]:
        for section, key, value in _lines(path.read_text()):
            filled = value.replace("%i", instance).replace("%H", socket.gethostname())
            found[section][key].append(filled)
    return found


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            yield section, key, value


class Manager:
    """Starts and stops what units describe; the rest is the system's `service`."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.sockets: dict[str, socket.socket] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def do(self, words: list[str]) -> int:
        """What `systemctl WORDS` does; its exit code."""
        action, *names = [word for word in words if word != "--now"]
        for name in names:
            unit = name if re.search(r"\.(service|socket)$", name) else f"{name}.service"
            if not unit.startswith("koogallery-"):
                subprocess.run(["service", name, action], check=True)
                continue
            if action in {"restart", "stop"}:
                self.stop(unit)
            if action != "stop":
                self.start(unit)
        return 0

    def start(self, unit: str) -> None:
        if unit.endswith(".socket"):
            self._listen(unit)
            return
        options = read_unit(unit)["Service"]
        kind = options.get("Type", ["simple"])[-1]
        fd = self.sockets[options["Sockets"][-1]].fileno() if "Sockets" in options else None
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind("\0" + NOTIFY.format(unit)[1:])
            notify.settimeout(float(options.get("TimeoutStartSec", ["90"])[-1]))
            process = self._spawn(unit, options, fd)
            if kind == "oneshot":
                if code := process.wait():
                    raise RuntimeError(f"{unit}: {code}: {self.log(unit)}")
                return
            self.running[unit] = process
            while kind == "notify" and b"READY=1" not in notify.recv(4096):
                pass

    def stop(self, unit: str) -> None:
        process = self.running.pop(unit, None)
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=200)

    def stop_all(self) -> None:
        for unit in list(self.running):
            self.stop(unit)
        for each in self.sockets.values():
            each.close()

    def log(self, unit: str) -> str:
        return (self.logs / unit).read_text()

    def _listen(self, unit: str) -> None:
        options = read_unit(unit)["Socket"]
        path = Path(options["ListenStream"][-1])
        path.unlink(missing_ok=True)
        listener = self.sockets[unit] = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        user, group = options["SocketUser"][-1], options["SocketGroup"][-1]
        os.chown(path, pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid)
        path.chmod(int(options["SocketMode"][-1], 8))
        listener.listen(int(options["Backlog"][-1]))

    def _spawn(self, unit: str, options: Options, fd: int | None) -> "subprocess.Popen[bytes]":
        user = pwd.getpwnam(options["User"][-1])
        environment = {"HOME": user.pw_dir, "NOTIFY_SOCKET": NOTIFY.format(unit)}
        words = list(options["Environment"])
        for file in options["EnvironmentFile"]:
            lines = Path(file).read_text().splitlines()
            words += [line for line in lines if line and not line.startswith("#")]
        environment |= dict(word.split("=", 1) for word in words)
        for base, name in (("/var/lib", "StateDirectory"), ("/run", "RuntimeDirectory")):
            directory = Path(base, options[name][-1])
            directory.mkdir(exist_ok=True)
            os.chown(directory, user.pw_uid, user.pw_gid)
        command = options["ExecStart"][-1].split()
        if fd is not None:
            listen = f'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3<&{fd}'
            command = ["/bin/bash", "-c", listen, "bash", *command]
        with (self.logs / unit).open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=options["WorkingDirectory"][-1],
                env=environment,
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
                umask=int(options["UMask"][-1], 8),
                pass_fds=() if fd is None else (fd,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
