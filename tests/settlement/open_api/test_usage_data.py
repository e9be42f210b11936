"""Usage as sellers' servers upload it: signed, at most once, each bad record named (R9.5)."""

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisAway
from time_machine import travel

from sellers.models import Instance, Order, Product, Seller, UsageRecord
from sellers.rules.signatures import usage_signature
from sellers.services.delivery.access_keys import access_key, rotate_access_key
from sellers.services.orders.recording import record_order
from sellers.services.orders.usage import record_usage
from tests.books import snapshot
from tests.sellers.facts import new_order, new_pay_per_use_order, new_usage
from tests.settlement.builders import make_member
from tests.settlement.open_api.server import upload
from tests.world import a_product, a_seller, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day_after() -> Iterator[None]:
    """What the records are about was yesterday."""
    with travel("2024-02-08T01:00:00Z"):
        yield


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
    access_key("S-2", 1)
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
        (place, {6: "MKT.9001", 7: "MKT.9001", 10: "MKT.9005"}.get(place, "MKT.9002"))
        for place in range(1, 14)
    ]
    assert [bad["metering_sn"] for bad in told["failed"]][:3] == ["zero", "fine", "back"]
    assert list(UsageRecord.objects.values_list("metering_sn", flat=True)) == ["good"]


def test_R9_5_another_sellers_instance_does_not_exist(key: str) -> None:
    answer = upload(key, [hour(), hour("sn-2", instance_id="i-2")])
    assert (answer.code, answer.body["extra_info"]["accepted"]) == ("MKT.9001", 1)
    before = snapshot()
    assert upload(key, [hour("sn-3", instance_id="i-2")]).code == "MKT.0102"
    assert upload(key, [hour("sn-3", instance_id="i-9")]).code == "MKT.9001"
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
        ({"sent": b"{"}, "MKT.0100"),
        ({"sent": b'{"usage_records": []}'}, "MKT.0199"),
        ({"sent": b'{"usage_records": [{"instance_id": "i-1\\u0000"}]}'}, "MKT.0100"),
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
    rotate_access_key(product.seller.number, actor=make_member(product.seller, "mia"))
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


def test_R1_8_what_began_more_than_21_days_ago_is_refused_here_alone(key: str) -> None:
    edge = hour("edge", begin_time="20240118T010500Z", end_time="20240118T020000Z")
    late = hour("late", begin_time="20240118T005900Z", end_time="20240118T020000Z")
    Order.objects.update(placed_at="2024-01-01T00:00Z", effective_at="2024-01-01T00:00Z")
    assert upload(key, [edge]).code == "MKT.0000"
    before = snapshot()
    assert upload(key, [late]).code == "MKT.9004"
    assert snapshot() == before
    with travel("2024-03-08T01:00:00Z"):  # a repeat is acknowledged, however late
        assert upload(key, [edge]).body["extra_info"] == {"accepted": 0, "duplicates": 1}
        assert upload(key, [{**edge, "usage_value": 1}]).code == "MKT.9002"
    new = new_usage("late", "PPU-000001", started_at=at("2024-01-10"), ended_at=at("2024-01-11"))
    assert record_usage([new], actor=None)[0].is_recorded


def test_R9_2_what_a_package_covers_is_not_charged_again(key: str, product: Product) -> None:
    record_order(new_order("PKG-000001", product.number, billing_mode="package"), actor=None)
    package = product.orders.get(number="PKG-000001")
    Instance.objects.create(
        seller=product.seller,
        product=product,
        order=package,
        instance_id="p-1",
        state="running",
        enabled_at=timezone.now(),
    )
    covered = [
        hour("of the instance", relate_pkg_instance="p-1"),
        hour("of itself", instance_id="p-1", relate_pkg_instance="p-1"),
    ]
    assert upload(key, covered).body["extra_info"] == {"accepted": 2, "duplicates": 0}
    rows = UsageRecord.objects.values_list("package__number", "sales_amount", "cycle")
    assert set(rows) == {("PKG-000001", Decimal(0), None)}
    for wrong in ("i-1", "i-2", "p-9"):  # no package, another seller's, nobody's
        answer = upload(key, [hour("other", relate_pkg_instance=wrong)])
        assert (wrong, answer.code) == (wrong, "MKT.9005")


def test_R6_3_a_seller_who_has_left_uploads_nothing(key: str, product: Product) -> None:
    gone = {"company_name": "Gone", "left_at": timezone.now()}
    Seller.objects.filter(pk=product.seller_id).update(**gone)
    answer = upload(key, [hour()])
    assert (answer.status, answer.code) == (401, "MKT.0151")


@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("sort_keys", [True, False])
def test_R9_5_a_body_may_be_written_with_escapes(
    key: str, ensure_ascii: bool, sort_keys: bool
) -> None:
    body = json.dumps(
        {"usage_records": [hour("Ł-雲")]}, ensure_ascii=ensure_ascii, sort_keys=sort_keys
    )
    ts, nonce = str(round(time.time() * 1000)), f"n-{ensure_ascii}-{sort_keys}"
    in_order = json.dumps(
        json.loads(body), ensure_ascii=ensure_ascii, sort_keys=True, separators=(",", ":")
    )
    for signed in (body, in_order):
        signature = usage_signature(key, ts, f"{nonce}{len(signed)}", signed)
        answer = upload(
            key, [], ts=ts, nonce=f"{nonce}{len(signed)}", signature=signature, sent=body.encode()
        )
        assert answer.code == "MKT.0000"


def test_R9_5_the_address_before_knows_a_record_by_its_span(key: str) -> None:
    old = hour()
    del old["metering_sn"]
    path = "/rest/marketplace/v1/isv/usage-data"
    assert upload(key, [old], path=path).body["extra_info"] == {"accepted": 1, "duplicates": 0}
    assert upload(key, [old], path=path).body["extra_info"] == {"accepted": 0, "duplicates": 1}
    assert upload(key, [{**old, "usage_value": 7}], path=path).code == "MKT.9002"
    assert upload(key, [old]).code == "MKT.9002"
    assert len(UsageRecord.objects.get().metering_sn) == 64


@pytest.mark.parametrize(
    ("path", "of_interfaces"),
    [
        ("/api/mkp-openapi-public/global/v1/isv/usage", True),
        ("/api/mkp-openapi-public/global/v1/", True),
        ("/api/mkp-openapi-public/v2/order/query", True),
        ("/api/mkp-openapi-public", True),
        ("/rest/marketplace/v1/isv/produce", True),
        ("/rest/", True),
        ("/api/v1/no-such/", False),
        ("/api/v2/bills/", False),
        ("/api", False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_R9_5_every_wrong_address_is_answered_in_json(
    db: None, path: str, of_interfaces: bool, method: str
) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path, b"{", "application/json")
    body = json.loads(answer.content)
    assert answer.status_code == 404
    if of_interfaces:
        assert (body["resultCode"], body["error_code"]) == ("MKT.0101", "MKT.0101")
    else:
        assert answer["Content-Type"] == "application/problem+json"
        assert body["status"] == 404


def test_R9_5_another_sellers_serial_neither_blocks_nor_says_anything(key: str) -> None:
    [theirs] = record_usage([new_usage("sn-1", "PPU-000002", sales_amount=None)], actor=None)
    assert theirs.is_recorded
    late = {"begin_time": "20240115T020000Z", "end_time": "20240115T030000Z"}
    assert upload(key, [hour(**late)]).code == "MKT.9004"
    assert upload(key, [hour()]).body["extra_info"] == {"accepted": 1, "duplicates": 0}
    assert upload(key, [hour()]).body["extra_info"] == {"accepted": 0, "duplicates": 1}
