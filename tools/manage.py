"""`./run manage --data DIR ARGS...`: manage.py on the portal that serves from DIR."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.application import MANAGE
from tools.places import OWNER, read_environment

#: Commands that change the tables themselves; all others work as the portal does.
NEEDS_OWNER = frozenset({"dbshell", "flush", "migrate"})


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="./run manage")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="what ./run serve was given"
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="of manage.py")
    options = parser.parse_args(arguments)
    environment = os.environ | read_environment(options.data)
    if NEEDS_OWNER.intersection(options.arguments[:1]):
        environment["DATABASE_URL"] = environment[OWNER]
    os.execve(MANAGE[0], [*MANAGE, *options.arguments], environment)


if __name__ == "__main__":
    main(sys.argv[1:])
