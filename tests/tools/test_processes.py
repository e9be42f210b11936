import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.census import descendants, is_alive, survivors
from tools.processes import Crew, Part, PartDied

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
#: Ignores the request to stop, and has a child that does so too.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
print("deaf", flush=True)
time.sleep(600)
"""
#: A launcher with one part, as `./run serve` is one with many.
LAUNCHER = f"""
import pathlib, sys, time
from tools.processes import Part
part = Part("part", {SLEEP!r}, pathlib.Path(sys.argv[1]))
print(part.process.pid, flush=True)
time.sleep(600)
"""


def test_parts_are_stopped_in_reverse_order(tmp_path: Path) -> None:
    with Crew() as crew:
        for name in ("first", "second"):
            crew.add(Part(name, SLEEP, tmp_path / name))
        parts = list(crew.parts)
    assert [part.process.returncode for part in parts] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_part_that_does_not_stop_is_killed_with_its_children(tmp_path: Path) -> None:
    part = Part("stubborn", [sys.executable, "-c", STUBBORN], tmp_path / "log", patience=0.2)
    with Crew() as crew:
        crew.add(part)
        assert crew.wait_for(lambda: part.log.read_text().count("deaf") == 2, 20)
        family = {part.process.pid, *descendants(part.process.pid)}
    assert len(family) == 2
    assert survivors(family, 5) == set()


def test_a_part_that_dies_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("what an earlier start said\n")
    part = Part("failing", [sys.executable, "-c", "raise SystemExit('no such table')"], log)
    part.process.wait()
    with pytest.raises(
        PartDied, match=r"(?s)^failing ended with exit code 1.*no such table"
    ) as death:
        part.check()
    assert "earlier" not in str(death.value)


def test_a_command_ends_with_the_parts_it_needs(tmp_path: Path) -> None:
    with Crew() as crew:
        crew.add(Part("server", [sys.executable, "-c", ""], tmp_path / "log"))
        with pytest.raises(PartDied, match="server ended with exit code 0"):
            crew.run(SLEEP, {}, tmp_path)


def test_no_part_outlives_a_killed_launcher(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LAUNCHER, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout
        part = int(launcher.stdout.readline())
        assert is_alive(part)
        launcher.kill()
    assert survivors({part}, 5) == set()
