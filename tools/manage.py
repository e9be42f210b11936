"""`./run manage --data DIR ARGS...`: manage.py on the portal that serves from DIR."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.application import MANAGE
from tools.places import read_environment


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="./run manage")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="what ./run serve was given"
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="of manage.py")
    options = parser.parse_args(arguments)
    environment = os.environ | read_environment(options.data)
    os.execve(MANAGE[0], [*MANAGE, *options.arguments], environment)


if __name__ == "__main__":
    main(sys.argv[1:])
