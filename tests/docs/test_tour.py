"""docs/api/tour.md: its script, as it stands, against a running server."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from koogallery.models import AccessToken
from tests import world
from tests.docs.tables import read

DOCUMENT = read("api/tour.md")


@pytest.mark.django_db(transaction=True)
def test_the_tour_runs_as_it_stands(live_server: LiveServer, tmp_path: Path) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.text, flags=re.MULTILINE | re.DOTALL)
    script = tmp_path / "tour.py"
    script.write_text(code)
    _, token = AccessToken.objects.create(user=world.an_operator(), name="tour")
    command = [sys.executable, str(script), f"{live_server.url}/api/v1", token]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1:3] == ["1 accepted, 1 known already.", "CS-TOUR 250.00 USD ['cycle_open']"]
    assert "412 urn:koogallery:problem:changed_meanwhile" in lines[4]
