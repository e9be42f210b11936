"""Child processes that are watched together, stopped together, and never outlive the launcher."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from tools.accounts import Account

#: What the kernel sends to a child when its parent dies, even by SIGKILL (Linux; see prctl(2)).
PR_SET_PDEATHSIG = 1
TAIL_LINES = 30


class PartDied(Exception):
    """A part ended by itself: what it was and the end of what it said."""


class Part:
    """A running process, its log, and the signal that asks it to stop in an orderly way."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 20,
        account: Account | None = None,
        **options: Any,
    ) -> None:
        self.name = name
        self.log = log
        self.stop_signal = stop_signal
        self.patience = patience
        with log.open("ab") as output:
            self.log_start = output.tell()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C in a terminal reaches the launcher alone, which stops the parts in order.
                start_new_session=True,
                preexec_fn=_follow_parent(stop_signal),
                **(account.popen_options() if account else {}),
                **options,
            )

    def check(self) -> None:
        """Raise PartDied if it runs no more."""
        code = self.process.poll()
        if code is not None:
            raise PartDied(f"{self.name} ended with {_exit_text(code)}. {self.tail()}")

    def said(self) -> str:
        """What its log holds of this run."""
        return self.log.read_bytes()[self.log_start :].decode(errors="replace")

    def tail(self) -> str:
        lines = self.said().splitlines()
        if not lines:
            return "Its log is empty."
        return "\n".join(["The end of its log:", *lines[-TAIL_LINES:]])

    def stop(self) -> None:
        """Ask it to stop; kill what has not after its patience, children included."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                print(
                    f"{self.name} does not stop within {self.patience:.0f} s: killed",
                    file=sys.stderr,
                )
        with suppress(ProcessLookupError):  # nobody is left of its session
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Crew:
    """The parts of one portal. Leaving the `with` block stops them, the last one started first."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self.parts:
            self.parts.pop().stop()

    def add(self, part: Part) -> None:
        self.parts.append(part)

    def check(self) -> None:
        for part in self.parts:
            part.check()

    def watch(self) -> NoReturn:
        """Wait until a part dies or a signal interrupts."""
        while True:
            self.check()
            time.sleep(0.2)

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether the condition came true in time, with every part alive."""
        give_up = time.monotonic() + seconds
        while not condition():
            self.check()
            if time.monotonic() > give_up:
                return False
            time.sleep(0.05)
        return True

    def run(
        self, command: Sequence[str | Path], environment: Mapping[str, str], directory: Path
    ) -> int:
        """Run a command to its end with the terminal's output, while every part lives."""
        with subprocess.Popen(
            command,
            env=os.environ | environment,
            cwd=directory,
            start_new_session=True,
            preexec_fn=_follow_parent(signal.SIGTERM),
        ) as process:
            try:
                while process.poll() is None:
                    self.check()
                    time.sleep(0.05)
            finally:
                process.terminate()
        return process.returncode


def _follow_parent(last_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its program: tie its life to the launcher's."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    launcher = os.getpid()

    def follow() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, last_signal)
        if os.getppid() != launcher:
            os._exit(1)  # the launcher died before the tie was made

    return follow


def _exit_text(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
