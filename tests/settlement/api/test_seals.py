"""Seals over REST, on the console's page and on the page that anybody reads (R7.3)."""

import hashlib
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from settlement.services.sealing.roots import sign_day
from tests.settlement.api.world import World

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    cache.clear()


def test_R7_3_the_seal_of_a_bill_with_the_way_to_its_root(world: World) -> None:
    number = world.mine.bill.number
    told = world.operator.get(f"/bills/{number}/seal/").body
    assert told["seal"] == world.operator.get(f"/bills/{number}/").body["seal"]
    assert hashlib.sha256(told["canonical_form"].encode()).hexdigest() == told["seal"]
    assert (told["root"], told["merkle_path"]) == (None, [])
    root = sign_day()
    assert root is not None
    told = world.operator.get(f"/bills/{number}/seal/").body
    assert told["root"]["hash"] == root.hash
    assert len(told["merkle_path"]) > 0


def test_R7_3_a_seller_reads_its_own_seal_and_no_others(world: World) -> None:
    assert world.reader.get(f"/bills/{world.mine.bill.number}/seal/").status == 200
    assert world.reader.get(f"/bills/{world.theirs.bill.number}/seal/").status == 404


def test_R7_3_roots_are_published_to_everyone_who_signs_in(world: World) -> None:
    root = sign_day()
    assert root is not None
    for caller in (world.operator, world.reader):
        [told] = caller.get("/seals/roots/").body["results"]
        assert (told["merkle_root"], told["signature"]) == (root.merkle_root, root.signature)


def test_R7_3_anybody_checks_a_number_and_a_seal(client: Client, world: World) -> None:
    bill = world.mine.bill

    def is_valid(**query: str) -> Any:
        return client.get("/verify/", query, headers=JSON).json()

    assert is_valid(bill=bill.number, seal=bill.seal.hash) == {"valid": True}
    assert is_valid(bill=bill.number, seal=bill.seal.hash.upper()) == {"valid": True}
    wrong = [
        {"bill": bill.number, "seal": "0" * 64},
        {"bill": world.theirs.bill.number, "seal": bill.seal.hash},
        {"bill": "B209901-S9", "seal": "0" * 64},
        {"bill": bill.number, "seal": "x"},
        {"bill": bill.number},
        {},
    ]
    assert [is_valid(**query) for query in wrong] == [{"valid": False}] * len(wrong)


@pytest.mark.parametrize(
    ("language", "valid", "invalid"), [("en", "Valid", "Not valid"), ("zh-hans", "有效", "无效")]
)
def test_R7_3_the_page_says_so_without_a_script(
    client: Client, world: World, language: str, valid: str, invalid: str
) -> None:
    bill, spoken = world.mine.bill, {"Accept-Language": language}
    query = {"bill": bill.number, "seal": bill.seal.hash}
    page = client.get("/verify/", query, headers=spoken).content.decode()
    assert f"<strong>{valid}</strong>" in page
    assert bill.seller_name not in page
    page = client.get("/verify/", {**query, "seal": "0" * 64}, headers=spoken).content.decode()
    assert f"<strong>{invalid}</strong>" in page
    assert client.get("/verify/", headers=spoken).status_code == 200


def test_R7_3_who_asks_too_often_waits(client: Client, settings: Any) -> None:
    settings.VERIFY_CALLS_OF_ADDRESS = 2
    answers = [client.get("/verify/", headers=JSON) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
