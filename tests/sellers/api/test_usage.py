from typing import Any

import pytest

from sellers.models import Order, Product, UsageRecord
from sellers.services.orders.recording import record_order
from tests.callers import Caller
from tests.sellers.facts import new_pay_per_use_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def order(product: Product) -> Order:
    """Pay-per-use at 0.25 a unit, paid on 5 February 2024."""
    return record_order(new_pay_per_use_order("PPU", product.number), actor=None)[0]


def hour(metering_sn: str, **fields: Any) -> dict[str, Any]:
    return {
        "metering_sn": metering_sn,
        "order": "PPU",
        "started_at": "2024-02-07T02:00:00Z",
        "ended_at": "2024-02-07T03:00:00Z",
        "quantity": "1.5000",
        "sales_amount": "0.3750",
        "customer_wht": "0",
        **fields,
    }


def test_a_seller_uploads_usage_of_its_orders(writer: Caller, product: Product) -> None:
    answer = writer.post("/usage-records/", {"records": [hour("U-1")]})
    assert (answer.status, answer.body) == (200, {"accepted": 1, "duplicates": 0, "rejected": []})
    record = UsageRecord.objects.get()
    assert writer.every("/usage-records/") == [
        {
            "metering_sn": "U-1",
            "seller": "S-1",
            "order": "PPU",
            "product": product.number,
            "package": None,
            "started_at": "2024-02-07T02:00:00Z",
            "ended_at": "2024-02-07T03:00:00Z",
            "quantity": "1.5",
            "unit_price": "0.25",
            "currency": "USD",
            "sales_amount": "0.375",
            "customer_wht": "0.00",
            "cycle": "202402",
            "due_cycle": "202402",
            "recorded_at": record.recorded_at.isoformat().replace("+00:00", "Z"),
        }
    ]


def test_good_records_are_kept_and_each_bad_one_is_named(writer: Caller, theirs: Product) -> None:
    record_order(new_pay_per_use_order("THEIRS", theirs.number), actor=None)
    answer = writer.post(
        "/usage-records/",
        {
            "records": [
                hour("U-1", sales_amount=None),
                hour("U-6", sales_amount="9000000.00", customer_wht="1"),
                hour("U-2", order="THEIRS"),
                hour("U-3", quantity="0"),
                hour("U-4", quantity="a lot", price="1"),
                "U-5",
                hour("U-1", ended_at="2024-02-07T04:00:00Z"),
                hour("U-1", quantity="2", sales_amount=None),
            ]
        },
    )
    assert (answer.status, answer.body["accepted"], answer.body["duplicates"]) == (200, 1, 0)
    named = [
        (row["metering_sn"], [(error["pointer"], error["code"]) for error in row["errors"]])
        for row in answer.body["rejected"]
    ]
    assert named == [
        (
            "U-6",
            [
                ("/records/1/sales_amount", "not_yours_to_report"),
                ("/records/1/customer_wht", "not_yours_to_report"),
            ],
        ),
        ("U-2", [("/records/2/order", "unknown_order")]),
        ("U-3", [("/records/3/quantity", "not_positive")]),
        ("U-4", [("/records/4/quantity", "not_a_number"), ("/records/4/price", "unknown_field")]),
        (None, [("/records/5", "invalid")]),
        ("U-1", [("/records/6/metering_sn", "conflict")]),
        ("U-1", [("/records/7/metering_sn", "conflict")]),
    ]
    assert str(UsageRecord.objects.get().sales_amount) == "0.375000000000"


def test_R9_5_a_repeat_is_acknowledged(writer: Caller) -> None:
    writer.post("/usage-records/", {"records": [hour("U-1")]})
    answer = writer.post("/usage-records/", {"records": [hour("U-1"), hour("U-2"), hour("U-2")]})
    assert answer.body == {"accepted": 1, "duplicates": 2, "rejected": []}
    assert UsageRecord.objects.count() == 2


def test_R9_5_a_call_carries_a_thousand_records_at_most(olga: Caller) -> None:
    records = [hour(f"U-{n}") for n in range(1001)]
    answer = olga.post("/usage-records/", {"records": records})
    assert (answer.status, answer.errors) == (400, [("/records", "max_length", "")])
    assert not UsageRecord.objects.exists()
    answer = olga.post("/usage-records/", {"records": records[:1000]})
    assert answer.body == {"accepted": 1000, "duplicates": 0, "rejected": []}


@pytest.mark.parametrize("body", [{}, {"records": {}}, {"records": None}, []])
def test_a_call_without_records_is_refused(olga: Caller, body: Any) -> None:
    assert olga.post("/usage-records/", body).status == 400


def test_a_token_to_read_uploads_nothing(reader: Caller) -> None:
    assert reader.post("/usage-records/", {"records": [hour("U-1")]}).status == 403
    assert not UsageRecord.objects.exists()


def test_sellers_see_their_usage_alone(writer: Caller, olga: Caller, theirs: Product) -> None:
    record_order(new_pay_per_use_order("THEIRS", theirs.number), actor=None)
    answer = olga.post("/usage-records/", {"records": [hour("U-1"), hour("U-2", order="THEIRS")]})
    assert answer.body["accepted"] == 2
    assert [row["metering_sn"] for row in olga.every("/usage-records/")] == ["U-2", "U-1"]
    assert [row["metering_sn"] for row in writer.every("/usage-records/")] == ["U-1"]
    assert writer.every("/usage-records/?seller=S-2") == []


def test_a_list_is_filtered(olga: Caller) -> None:
    march = {"started_at": "2024-03-01T00:00:00Z", "ended_at": "2024-03-02T00:00:00Z"}
    olga.post("/usage-records/", {"records": [hour("U-1"), hour("U-2", **march)]})

    def serials(query: str) -> list[str]:
        return [row["metering_sn"] for row in olga.every(f"/usage-records/?{query}")]

    assert serials("cycle=202403") == ["U-2"]
    assert serials("metering_sn=U-1") == ["U-1"]
    assert serials("order=PPU&ordering=started_at") == ["U-1", "U-2"]
    assert serials("started_at_to=2024-02-29T00:00:00Z") == ["U-1"]
    assert serials("seller=S-9") == []
