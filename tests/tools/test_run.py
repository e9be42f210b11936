"""`./run` and what it calls begin in a shell in which nothing is set."""

import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from tools.application import ROOT

LOADER = SourceFileLoader("run", str(ROOT / "run"))
RUN = module_from_spec(spec_from_loader("run", LOADER))  # type: ignore[arg-type]
LOADER.exec_module(RUN)
MODULES = sorted({module for _, (module, *_) in RUN.COMMANDS.values()})


def test_every_command_begins_without_settings() -> None:
    """A tool that needs the portal's settings starts servers, or manage.py, with their own."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    imports = [sys.executable, "-c", f"import {', '.join(MODULES)}"]
    found = subprocess.run(
        imports, check=False, env=clean, cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("name", RUN.COMMANDS)
def test_every_command_is_named_by_the_help(name: str) -> None:
    assert f"./run {name} " in str(RUN.__doc__)
