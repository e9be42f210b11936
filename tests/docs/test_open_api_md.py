"""docs/open-api.md: its codes are the codes, its orders for debugging are answered."""

import re

from sellers.api.open.answers import CODES
from sellers.rules.deliveries import CODES as RESULT_CODES
from settlement.api.open.views import mock_order
from tests.docs.tables import read

DOCUMENT = read("open-api.md")


def test_R9_5_every_code_is_on_the_page() -> None:
    told = {
        row["Code"]: (row["Means"], int(row["HTTP"])) for row in DOCUMENT.tables["open_api_codes"]
    }
    assert told == dict(CODES)


def test_R9_4_every_result_code_is_on_the_page() -> None:
    assert set(re.findall(r"`(0\d{5})`", DOCUMENT.text)) == set(RESULT_CODES)


def test_R9_5_the_orders_for_debugging_are_answered() -> None:
    named = set(re.findall(r"`(MOCK[A-Z]+)`", DOCUMENT.text))
    assert len(named) == 9
    assert all(mock_order(name, f"{name}-000001") for name in named)
