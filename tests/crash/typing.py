"""Commands of docs/operations.md, typed as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tools.application import ROOT

DOCUMENT = ROOT / "docs" / "operations.md"


class Operator:
    """Types what the document says, block by block of one section."""

    def __init__(self, name: str, programs: Path, **environment: str) -> None:
        section = re.split(r"^## ", DOCUMENT.read_text(), flags=re.MULTILINE)
        [named] = [each for each in section if each.startswith(f"{name}\n")]
        self.blocks = re.findall(r"^```sh\n(.*?)^```", named, re.DOTALL | re.MULTILINE)
        path = os.pathsep.join(
            [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
        )
        self.environment = os.environ | environment | {"PATH": path}

    def type_next(self, **more: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", self.blocks.pop(0)],
            env=self.environment | more,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
