"""The command, once its servers are up: a database of its own, and round after round."""

import argparse
import logging
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.conftest import EMPTIABLE, UNUSED  # noqa: E402
from tests.simulator.guards import without  # noqa: E402
from tests.simulator.processes import processes  # noqa: E402
from tests.simulator.rounds import Rounds, Simulator, Tally  # noqa: E402

#: Rounds between two lines of progress.
PROGRESS = 100


def simulate(options: argparse.Namespace) -> int:
    """1 if any round failed; each is told by its seed, script, faults and differences."""
    logging.disable(logging.CRITICAL)
    if options.processes:
        with processes() as deployed:
            return _report(options, deployed)
    _prepare()
    return _report(options, Simulator())


def _report(options: argparse.Namespace, simulator: Rounds) -> int:
    kinds = tuple(options.faults.split(";")) if options.faults else ()
    begun, told, tally = time.monotonic(), 0, Tally()
    try:
        with without(options.without):
            for tally in simulator.run(options.seed, options.rounds, kinds, options.round):
                for failed in tally.failed[told:]:
                    _say(f"{failed}")
                told = len(tally.failed)
                if tally.rounds % PROGRESS == 0:
                    _say(f"{tally} in {time.monotonic() - begun:.0f} s")
    finally:  # also of a run that is interrupted
        _say(f"{tally} in {time.monotonic() - begun:.0f} s")
        for what, counted in (
            ("struck", tally.struck),
            ("answers", tally.answers),
            ("asked again", tally.refused),
        ):
            _say(f"{what}: {', '.join(f'{name} {count}' for name, count in counted.most_common())}")
    return 1 if told else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _prepare() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setup_test_environment(debug=False)
    connection.settings_dict["TEST"]["NAME"] = "simulator"
    connection.creation.create_test_db(verbosity=0, keepdb=True)
    with connection.cursor() as cursor:
        cursor.execute(EMPTIABLE)
        cursor.execute(UNUSED)
