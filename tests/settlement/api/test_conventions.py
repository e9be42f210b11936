"""What HTTP promises of every answer: where a thing is, who may keep it, what may be asked."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koogallery.api import docs
from sellers.models import Product
from tests.settlement.api.world import World
from tests.tables import every_table

PRIVATE = "private, no-store"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/adjustments/", {"bill": "{bill}", "amount": "-5.00", "reason": "x"}),
        ("/exports/", {"list": "bills", "format": "csv"}),
        ("/bill-runs/", {"cycle": "202603", "sellers": ["{seller}"]}),
    ],
)
def test_what_is_made_has_an_address(world: World, path: str, body: dict[str, Any]) -> None:
    filled = {
        name: [world.mine.fill(each) for each in value]
        if isinstance(value, list)
        else world.mine.fill(value)
        for name, value in body.items()
    }
    made = world.operator.post(path, filled, idempotency_key="k")
    assert made.status in {201, 202}, made.body
    address = made.response["Location"]
    assert address.startswith(f"http://testserver/api/v1{path}")
    found = world.operator.get(address)
    assert (found.status, found.body.get("number"), found.body.get("id")) == (
        200,
        made.body.get("number"),
        made.body.get("id"),
    )
    again = world.operator.post(path, filled, idempotency_key="k")
    assert (again.response["Idempotency-Replayed"], again.response["Location"]) == ("true", address)


def test_a_change_is_sent_again_like_a_call_that_adds(world: World) -> None:
    path = f"/products/{world.mine.product.number}/"
    first = world.operator.patch(path, {"name": "Renamed"}, idempotency_key="k")
    world.operator.patch(path, {"name": "Renamed again"})
    before = every_table()
    again = world.operator.patch(path, {"name": "Renamed"}, idempotency_key="k")
    assert (first.status, again.status, again.body["name"]) == (200, 200, "Renamed")
    assert again.response["Idempotency-Replayed"] == "true"
    other = world.operator.patch(path, {"name": "Another"}, idempotency_key="k")
    assert (other.status, other.errors) == (422, [("", "idempotency_key_reused", "")])
    assert every_table() == before
    assert Product.objects.get(number=world.mine.product.number).name == "Renamed again"


def test_a_key_in_quotation_marks_is_the_bare_one(world: World) -> None:
    body = {"bill": world.mine.bill.number, "amount": "-5.00", "reason": "x"}
    world.operator.post("/adjustments/", body, idempotency_key="k-1")
    again = world.operator.post("/adjustments/", body, idempotency_key='"k-1"')
    assert again.response["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("path", ["/bills/", "/bills/{bill}/", "/refunds/{refund}/approve/"])
def test_which_methods_there_are_can_be_asked(world: World, path: str) -> None:
    answer = world.operator.send("OPTIONS", world.mine.fill(path))
    assert answer.status == 204
    assert "OPTIONS" in answer.response["Allow"]
    assert world.nobody.send("OPTIONS", world.mine.fill(path)).status == 401


def test_an_answer_without_content_says_no_type_of_it(world: World) -> None:
    path = f"/bills/{world.mine.bill.number}/"
    tag = world.operator.get(path).response["ETag"]
    unchanged = world.operator.get(path, None, if_none_match=tag)
    assert (unchanged.status, unchanged.media_type) == (304, "")


def read_to_its_end(answer: Any) -> None:
    """What closes a file that is sent."""
    if answer.streaming:
        answer.getvalue()


def test_what_is_somebodys_is_kept_by_no_cache(world: World, client: Client) -> None:
    bill = world.mine.bill.number
    for answer in (
        world.operator.get(f"/bills/{bill}/").response,
        world.operator.get(f"/bills/{bill}/export/", {"format": "csv"}).response,
        world.operator.get("/bills/none/").response,
        world.nobody.get("/bills/").response,
    ):
        assert answer["Cache-Control"] == PRIVATE
    client.force_login(world.olga)
    for path in ("/", "/bills/", f"/bills/{bill}/", f"/bills/{bill}/export/csv/", "/none/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"], path
        assert "camera=()" in answer["Permissions-Policy"], path
        read_to_its_end(answer)
    assert "no-store" in client.get("/admin/")["Cache-Control"]


def test_a_billed_order_is_frozen_whatever_else_is_wrong(world: World) -> None:
    """R3.2 before R2.1: 409, for no other figure would be taken either."""
    path = f"/orders/{world.mine.settled.number}/"
    answer = world.operator.patch(path, {"sales_amount": "999999.00"})
    assert (answer.status, answer.errors) == (409, [("", "order_is_billed", "R3.2")])
    order = f"/orders/{world.mine.order.number}/"
    refused = world.operator.patch(order, {"sales_amount": "999999.00"})
    assert (refused.status, refused.errors[0][1]) == (422, "exceeds_paid_amount")


def test_R4_4_a_refund_says_who_asked_agreed_and_approved(world: World) -> None:
    path = f"/refunds/{world.mine.refund.number}/"
    world.writer.post(f"{path}agree/", {"comment": "yes"})
    world.second.post(f"{path}approve/", {"comment": "As agreed by phone"})
    told = world.operator.get(path).body
    assert (told["requested_by"], told["agreed_by"], told["rejected_by"]) == ("olga", "mia", None)
    [approval] = told["approvals"]
    assert (approval["by"], approval["comment"]) == ("oscar", "As agreed by phone")
    assert approval["at"] == told["approved_at"] or approval["at"] < told["approved_at"]


def test_a_seller_is_shown_that_an_operator_approved_and_not_who(world: World) -> None:
    path = f"/refunds/{world.mine.refund.number}/"
    world.writer.post(f"{path}agree/", {"comment": "yes"})
    world.second.post(f"{path}approve/", {"comment": "As agreed by phone"})
    for told in (
        world.reader.get(path).body,
        *(row for row in world.reader.every("/refunds/") if row["number"] in path),
    ):
        assert (told["requested_by"], told["agreed_by"]) == ("operator", "mia")
        assert [(each["by"], each["comment"]) for each in told["approvals"]] == [("operator", "")]


def test_rows_of_a_row_are_read_without_asking_again_whose_they_are(world: World) -> None:
    """A bill of 100,000 lines: joined with members its first page took 0.7 s."""
    path = f"/bills/{world.mine.bill.number}/lines/"
    with CaptureQueriesContext(connection) as queries:
        assert world.reader.get(path).body["results"]
    [lines] = [q["sql"] for q in queries if 'FROM "settlement_billline"' in q["sql"]]
    assert "sellers_member" not in lines
    assert world.reader.get(f"/bills/{world.theirs.bill.number}/lines/").status == 404


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs, "_schemas", {})


@pytest.mark.usefixtures("counted")
def test_the_description_is_built_once_and_known_by_its_tag(client: Client) -> None:
    first = client.get("/api/v1/schema/")
    assert first.status_code == 200
    built = dict(docs._schemas)
    unchanged = client.get("/api/v1/schema/", headers={"if-none-match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert docs._schemas == built
    assert first["Cache-Control"] == "no-cache"
    unknown = client.get("/api/v1/schema/", {"bogus": "1"})
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["parameter"] == "bogus"


@pytest.mark.usefixtures("counted")
def test_the_description_is_json_where_json_is_asked_for(client: Client) -> None:
    answer = client.get("/api/v1/schema/", {"format": "json"})
    assert answer.status_code == 200
    assert answer["Content-Type"].partition(";")[0] == "application/json"
    assert answer.json()["openapi"] == "3.1.1"


@pytest.mark.parametrize("query", ["format=xml", "format=", "format=json&format=yaml"])
def test_a_format_of_the_description_that_there_is_not_is_refused(
    client: Client, query: str
) -> None:
    answer = client.get(f"/api/v1/schema/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == "format"
