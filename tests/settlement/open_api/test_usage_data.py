"""Usage as sellers' servers upload it: signed, at most once, each bad record named (R9.5)."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.utils import timezone
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisAway

from sellers.models import Instance, Product, UsageRecord
from sellers.services.access_keys import access_key, rotate_access_key
from sellers.services.orders import record_order
from tests.books import snapshot
from tests.sellers.facts import new_order, new_pay_per_use_order
from tests.settlement.builders import make_member
from tests.settlement.open_api.server import upload
from tests.world import a_product, a_seller

pytestmark = pytest.mark.django_db


def an_instance(product: Product, order: str, instance_id: str) -> None:
    record_order(new_pay_per_use_order(order, product.number), actor=None)
    Instance.objects.create(
        seller=product.seller,
        product=product,
        order=product.orders.get(number=order),
        instance_id=instance_id,
        state="running",
        enabled_at=timezone.now(),
    )


@pytest.fixture
def product() -> Product:
    return a_product(a_seller("S-1"))


@pytest.fixture(autouse=True)
def key(product: Product) -> str:
    """Of the seller of `i-1`, which costs 0.25 a unit; `i-2` is another seller's."""
    cache.clear()
    an_instance(product, "PPU-000001", "i-1")
    an_instance(a_product(a_seller("S-2")), "PPU-000002", "i-2")
    return access_key("S-1", 1)


def hour(metering_sn: str = "sn-1", **fields: Any) -> dict[str, Any]:
    return {
        "instance_id": "i-1",
        "record_time": "20240207T031000Z",
        "begin_time": "20240207T020000Z",
        "end_time": "20240207T030000Z",
        "usage_value": "99.1234",
        "metering_sn": metering_sn,
        **fields,
    }


def test_R9_5_usage_is_taken_in_for_the_order_of_its_instance(key: str) -> None:
    answer = upload(key, [hour()])
    assert (answer.status, answer.body) == (
        200,
        {
            "error_code": "MKT.0000",
            "error_msg": "Success.",
            "extra_info": {"accepted": 1, "duplicates": 0},
        },
    )
    record = UsageRecord.objects.get()
    assert (record.order.number, record.quantity) == ("PPU-000001", Decimal("99.1234"))
    assert record.sales_amount == Decimal("24.78085")
    assert record.started_at.isoformat() == "2024-02-07T02:00:00+00:00"


def test_R9_5_a_thousand_records_are_taken_in_at_once(key: str) -> None:
    records = [hour(f"sn-{n}", usage_value=n + 1) for n in range(1000)]
    assert upload(key, records).body["extra_info"] == {"accepted": 1000, "duplicates": 0}
    assert upload(key, records).body["extra_info"] == {"accepted": 0, "duplicates": 1000}
    assert UsageRecord.objects.count() == 1000
    answer = upload(key, [*records, hour("one more")])
    assert (answer.status, answer.code) == (400, "MKT.9003")


def test_R9_5_good_records_are_kept_and_each_bad_one_is_named(key: str) -> None:
    records = [
        hour("good"),
        hour("zero", usage_value=0),
        hour("fine", usage_value="1.00001"),
        hour("back", end_time="20240207T020000Z"),
        hour("when", record_time="2024-02-07T03:10:00Z"),
        hour("day", begin_time="20240230T020000Z"),
        hour("theirs", instance_id="i-2"),
        hour("gone", instance_id="i-9"),
        hour("more", colour="red"),
        hour("", usage_value=1),
        hour("package", relate_pkg_instance="p-1"),
        hour("large", usage_value=100_000_000),
        "no record",
        hour("good", usage_value=7),
    ]
    answer = upload(key, records)
    assert (answer.status, answer.code) == (400, "MKT.9002")
    told = answer.body["extra_info"]
    assert (told["accepted"], told["duplicates"]) == (1, 0)
    assert [(bad["index"], bad["error_code"]) for bad in told["failed"]] == [
        (place, "MKT.9001" if place in {6, 7} else "MKT.9002") for place in range(1, 14)
    ]
    assert [bad["metering_sn"] for bad in told["failed"]][:3] == ["zero", "fine", "back"]
    assert list(UsageRecord.objects.values_list("metering_sn", flat=True)) == ["good"]


def test_R9_5_another_sellers_instance_does_not_exist(key: str) -> None:
    answer = upload(key, [hour(), hour("sn-2", instance_id="i-2")])
    assert (answer.code, answer.body["extra_info"]["accepted"]) == ("MKT.9001", 1)
    before = snapshot()
    assert upload(key, [hour("sn-3", instance_id="i-2")]).code == "MKT.0102"
    assert snapshot() == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signature": "AAAA"}, "MKT.0102"),
        ({"signature": "-"}, "MKT.0199"),
        ({"nonce": "-"}, "MKT.0199"),
        ({"ts": "-"}, "MKT.0199"),
        ({"ts": str(round(time.time() * 1000) - 3_600_000)}, "MKT.0102"),
        ({"ts": str(round(time.time() * 1000) + 3_600_000)}, "MKT.0102"),
        ({"ts": "now"}, "MKT.0102"),
        ({"nonce": "n" * 65}, "MKT.0199"),
        ({"sent": json.dumps({"usage_records": [hour(usage_value=1)]}).encode()}, "MKT.0102"),
        ({"sent": b"{"}, "MKT.0101"),
        ({"sent": b'{"usage_records": []}'}, "MKT.0199"),
        ({"sent": b'{"usage_records": [{"instance_id": "i-1\\u0000"}]}'}, "MKT.0101"),
        ({"sent": b"x" * 3_000_000}, "MKT.9003"),
    ],
    ids=[
        "another signature",
        "no signature",
        "no nonce",
        "no instant",
        "an hour ago",
        "in an hour",
        "no number for an instant",
        "a nonce too long",
        "another body",
        "no JSON",
        "no records",
        "a null character",
        "too much",
    ],
)
def test_R9_5_what_is_not_signed_as_agreed_changes_nothing(
    key: str, changed: dict[str, Any], code: str
) -> None:
    before = snapshot()
    answer = upload(key, [hour()], **changed)
    assert (answer.code, answer.status) == (code, 400)
    assert snapshot() == before


def test_R9_5_a_nonce_counts_once(key: str) -> None:
    assert upload(key, [hour()], nonce="once").code == "MKT.0000"
    before = snapshot()
    again = upload(key, [hour()], nonce="once")
    assert (again.code, "used before" in again.body["error_msg"]) == ("MKT.0102", True)
    assert upload(key, [hour("other")], nonce="once").code == "MKT.0102"
    assert snapshot() == before


def test_R9_5_seconds_are_understood_as_well_as_milliseconds(key: str) -> None:
    assert upload(key, [hour()], ts=str(round(time.time()))).code == "MKT.0000"


def test_R9_5_without_redis_nothing_is_taken_in(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> bool:
        raise RedisAway

    monkeypatch.setattr(RedisCache, "add", away)
    before = snapshot()
    answer = upload(key, [hour()])
    assert (answer.status, answer.code) == (503, "MKT.0999")
    assert snapshot() == before


def test_R9_5_only_pay_per_use_orders_have_usage(key: str, product: Product) -> None:
    record_order(new_order("YEAR-000001", product.number), actor=None)
    Instance.objects.filter(instance_id="i-1").update(
        order=product.orders.get(number="YEAR-000001")
    )
    answer = upload(key, [hour()])
    [bad] = answer.body["extra_info"]["failed"]
    assert "Only a pay-per-use order has usage." in bad["error_msg"]


def test_R9_4_the_key_before_is_good_for_a_day(
    key: str, product: Product, settings: Settings
) -> None:
    rotate_access_key(product.seller, actor=make_member(product.seller, "mia"))
    assert upload(access_key("S-1", 2), [hour()]).code == "MKT.0000"
    assert upload(key, [hour()]).code == "MKT.0000"
    settings.OLD_ACCESS_KEY_HOURS = 0
    assert upload(key, [hour()]).code == "MKT.0102"
    assert upload(access_key("S-1", 3), [hour()]).code == "MKT.0102"


def test_R9_5_too_many_calls_are_asked_to_wait(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sellers.api.open.callers.SellerThrottle.rate", "2/hour", raising=False)
    answers = [upload(key, [hour()]) for _ in range(3)]
    assert [answer.code for answer in answers] == ["MKT.0000", "MKT.0000", "MKT.0250"]
    assert (answers[2].status, answers[2].headers["Retry-After"]) == (406, "1")
