"""Rounds of random work under random faults, each replayed by its seed and its number.

python -m tests.simulator --seed 1 --rounds 1000
python -m tests.simulator --seed 4 --round 12
"""

import argparse
import os
import sys
from importlib import import_module

from tools import pytest_servers


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first script")
    parser.add_argument("--rounds", type=int, default=100, help="with faults")
    parser.add_argument("--round", type=int, help="this one alone, of the seed's")
    parser.add_argument("--faults", default="", help="kinds, with semicolons between; else all")
    parser.add_argument("--without", default="", help="a guard: what the rounds find then")
    parser.add_argument("--processes", action="store_true", help="a whole deployment, killed")
    options = parser.parse_args()
    if options.round is not None:
        options.rounds = 1
    pytest_servers.pytest_load_initial_conftests()
    os.environ["DJANGO_SETTINGS_MODULE"] = "koogallery.settings"
    try:
        found: int = import_module("tests.simulator.command").simulate(options)
        return found
    finally:
        pytest_servers.pytest_unconfigure()


if __name__ == "__main__":
    sys.exit(main())
