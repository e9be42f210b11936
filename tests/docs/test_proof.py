"""docs/api/proof.md: its script, as it stands, verifies a bill over HTTP, or finds a lie."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from koogallery.models import AccessToken
from settlement.models import Bill
from settlement.readings import proofs
from tests import world
from tests.docs.tables import read

DOCUMENT = read("api/proof.md")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    [code] = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.text, flags=re.MULTILINE | re.DOTALL)
    path = tmp_path / "verify.py"
    path.write_text(code)
    return path


@pytest.fixture
def bill() -> Bill:
    """Orders, usage, a reduced line, a negative carry-over, an adjustment and a recovery."""
    seller = world.a_seller(withholding_tax="0.03", digital_service_tax="0.011")
    product = world.a_product(seller, fee="0.1234")
    settled = world.an_order(product, "100.10", "2024-01-05", wht="0.03")
    world.close("202401", seller)
    first = world.the_bill(seller, "202401")
    world.a_refund(settled, "30.00", paid_out="2024-02-02")
    world.an_adjustment(first, "-2.50")
    reduced = world.an_order(product, "90.01", "2024-02-06", wht="1.00")
    world.a_refund(reduced, "10.00", paid_out="2024-02-10")
    for day in range(1, 8):
        world.an_order(product, f"{day}0.07", f"2024-02-0{day}")
    metered = world.a_pay_per_use_order(product)
    for hour in range(10, 15):
        world.some_usage(metered, "0.123456789", f"2024-02-03T{hour}:00", wht="0.000001")
    world.close("202402", seller)
    return world.the_bill(seller, "202402")


def verify(script: Path, server: LiveServer, bill: Bill) -> "subprocess.CompletedProcess[str]":
    user = world.an_operator()
    _, token = AccessToken.objects.create(user=user, name="verifier")
    command = [sys.executable, str(script), f"{server.url}/api/v1", bill.number, token]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_R2_5_the_script_follows_every_figure_to_its_lines_and_entries(
    script: Path, live_server: LiveServer, bill: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "RUN", 4)
    done = verify(script, live_server, bill)
    assert done.returncode == 0, done.stderr
    assert f"{bill.net_payable:.2f} USD are due." in done.stdout
    assert bill.recovered == 30
    lied = Bill.objects.get(pk=bill.pk)
    monkeypatch.setattr(proofs, "_figures", lambda told: _lying(told, lied))
    refused = verify(script, live_server, bill)
    assert refused.returncode == 1
    assert "'earned'" in refused.stderr


def _lying(told: Bill, lied: Bill) -> list[proofs.Node]:
    """A cent of the platform fee goes elsewhere."""
    lied.platform_fee = told.platform_fee + Decimal("0.01")
    return [*_HONEST(lied)]


_HONEST = proofs._figures


def test_every_operation_is_on_the_page() -> None:
    told = {row["Operation"]: row["The amount is"] for row in DOCUMENT.tables["operations"]}
    assert {name: text.replace("`", "") for name, text in told.items()} == {
        name: text.replace("`", "") for name, text in proofs.OPERATIONS.items()
    }
