"""Rounds of a whole deployment: every process and both servers are killed in earnest."""

import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import psycopg
from django.core.management import call_command
from django.db import connection

from tests.crash.conftest import ORIGIN
from tests.crash.servers import Servers, pointed_at
from tests.simulator import deployment, world
from tests.simulator.deployment import Deployment, Receiver, Remote
from tests.simulator.faults import Fault, Mischief
from tests.simulator.portal import Portal
from tests.simulator.rounds import Base, Rounds, products, told_so_far
from tests.simulator.script import Step
from tools.places import run_directory
from tools.processes import Crew

DISK = "1g"
AIM = "UPDATE koogallery_webhookendpoint SET url = %s"


class Processes(Rounds):
    length, rounds_each, kinds = 6, 4, deployment.KINDS
    name = ""

    def __init__(self, servers: Servers) -> None:
        if not servers.data.parent.is_mount():
            self.kinds = tuple(kind for kind in self.kinds if kind != "disk full")
        self.servers, self.receiver = servers, Receiver()
        self.last = ExitStack()
        with pointed_at(servers.url(ORIGIN)):
            call_command("migrate", verbosity=0)
            self.tokens = world.build()
            told_so_far()
            with connection.cursor() as cursor:
                cursor.execute(AIM, [self.receiver.url])
            self.products = products()

    def draw(self, seed: str, kinds: tuple[str, ...], base: Base) -> list[Fault]:
        chance = Random(seed)
        return [
            Fault(chance.choice(kinds), chance.randrange(len(base.steps)), chance.randrange(1000))
            for _ in range(chance.choice([1, 2, 3]))
        ]

    def _play(self, steps: Sequence[Step], faults: list[Fault]) -> tuple[Portal, Mischief]:
        self.last.close()
        if self.name:
            self.servers.drop(self.name)
        self.receiver.received.clear()
        self.name = self.servers.copy(ORIGIN)
        at = defaultdict(list)
        for fault in faults:
            at[fault.place].append(fault)
        with tempfile.TemporaryDirectory() as directory:
            place = Deployment(self.servers, self.name, Path(directory))
            with place.running():
                portal = Remote(place, self.tokens, self.products)
                portal.play_among(steps, at)
            mischief = portal.mischief
            mischief.struck = list(faults)
            mischief.received = list(self.receiver.received)
            mischief.mailed = list(place.mailed())
        self.admin = psycopg.connect(self.servers.url(self.name), autocommit=True)
        self.last.enter_context(pointed_at(self.servers.url(self.name)))
        return portal, mischief


@contextmanager
def disk() -> Iterator[Path]:
    """One of the database's own, which can be filled; a mere directory for who may not mount."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", place]
        is_apart = not subprocess.run(mount, check=False, capture_output=True).returncode
        try:
            yield Path(place)
        finally:
            if is_apart:
                subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def processes() -> Iterator[Processes]:
    with disk() as data, run_directory() as run, Crew() as crew:
        simulator = Processes(Servers(crew, data / "data", run))
        try:
            yield simulator
        finally:
            simulator.last.close()
            connection.close()
