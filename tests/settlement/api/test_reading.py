"""Forecasts, transactions, the calendar and the search: what a person sees, a client reads too."""

from datetime import date

import pytest

from koogallery.kit.cycles import Cycle
from sellers.models import Seller
from settlement.models import CalendarDay
from settlement.readings.calendar import run_day_of
from tests import world as market
from tests.callers import operator_caller
from tests.settlement.api.world import World
from tests.tables import every_table


def test_R1_6_a_forecast_tells_the_next_two_bills_with_their_days(world: World) -> None:
    seller = world.mine.seller
    before = every_table()
    told = world.reader.get(f"/forecasts/{seller.number}/").body
    assert every_table() == before
    this, following = told["bills"]
    assert (this["cycle"], following["cycle"]) == ("202603", "202604")
    assert this["run_day"] == run_day_of(Cycle("202603")).isoformat()
    body = {"cycle": "202603", "sellers": [seller.number]}
    [preview] = world.operator.post("/bill-runs/preview/", body).body["sellers"]
    accrued = dict(this["accrued"])
    assert accrued.pop("carried_over") == "0.00"
    assert accrued == {name: preview[name] for name in accrued}
    assert this["unavailable"] is None
    [planned] = told["planned_recoveries"]
    assert (planned["progress"], planned["source"], planned["amount"]) == (
        "open",
        "payment",
        "200.00",
    )
    assert [row["seller"] for row in world.reader.every("/forecasts/")] == [seller.number]
    rows = world.operator.every("/forecasts/")
    assert told in rows and len(rows) == Seller.objects.count()


def test_R1_3_what_is_in_the_guarantee_period_is_told_apart(db: None) -> None:
    product = market.a_product(market.a_seller(), delivery="license", supervised=True)
    market.an_order(product, "70.00", "2024-01-05", supervision="waiting_for_service")
    api = operator_caller(market.an_operator())
    told = api.get(f"/forecasts/{product.seller.number}/").body
    assert told["in_guarantee"] == {"orders": 1, "sales_amount": "70.00"}


@pytest.mark.parametrize("ordering", ["order", "-order", "cycle", "-cycle", "-sales_amount"])
def test_transactions_come_page_by_page_each_once(world: World, ordering: str) -> None:
    path = f"/transactions/?ordering={ordering}"
    whole = world.operator.get(path).body
    assert (whole["next"], whole["previous"]) == (None, None)
    assert len(whole["results"]) >= 6
    assert world.operator.every(f"{path}&page_size=1") == whole["results"]
    second = world.operator.get(world.operator.get(f"{path}&page_size=2").body["next"]).body
    back = world.operator.get(second["previous"]).body
    assert back["results"] == whole["results"][:2]


def test_R1_3_a_transaction_tells_its_bill_or_why_there_is_none(world: World) -> None:
    rows = {row["order"]: row for row in world.reader.every("/transactions/")}
    assert {row["seller"] for row in rows.values()} == {world.mine.seller.number}
    billed = rows[world.mine.settled.number]
    assert (billed["bill"], billed["line_no"], billed["unbilled_reasons"]) == (
        world.mine.bill.number,
        1,
        [],
    )
    waiting = rows[world.mine.order.number]
    assert (waiting["billed"], waiting["bill"], waiting["expected"]["cycle"]) == (
        False,
        None,
        "202603",
    )
    usage = rows[f"METERED-{world.mine.seller.number}"]
    assert (usage["kind"], usage["records"]) == ("usage", 3)
    order = world.reader.get(f"/orders/{world.mine.order.number}/").body
    assert waiting["unbilled_reasons"] == order["unbilled_reasons"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("billed=true", {"settled"}),
        ("kind=usage", {"usage"}),
        ("cycle=202601", {"settled"}),
        ("customer=FABRI&billed=false&kind=order", {"order"}),
        ("order={order}", {"order"}),
        ("product={product}&kind=order", {"order", "settled"}),
    ],
)
def test_transactions_are_narrowed(world: World, query: str, found: set[str]) -> None:
    names = {
        world.mine.order.number: "order",
        world.mine.settled.number: "settled",
        f"METERED-{world.mine.seller.number}": "usage",
    }
    rows = world.reader.every(f"/transactions/?{world.mine.fill(query)}")
    assert {names[row["order"]] for row in rows if row["order"] in names} == found


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("nonsense=1", "nonsense", "unknown_parameter"),
        ("cursor=x", "cursor", "invalid_cursor"),
        ("page_size=501", "page_size", "max_value"),
        ("ordering=pk", "ordering", "invalid_choice"),
        ("billed=perhaps", "billed", "invalid"),
        ("cycle=202613", "cycle", "invalid_cycle"),
    ],
)
def test_what_cannot_be_asked_of_transactions_is_refused_by_name(
    world: World, query: str, parameter: str, code: str
) -> None:
    answer = world.operator.get(f"/transactions/?{query}")
    assert answer.status == 400
    assert [(where, what) for where, what, _ in answer.errors] == [(parameter, code)]


def test_search_finds_whatever_has_a_number(world: World) -> None:
    for word in ("bill", "order", "refund", "recovery", "receivable", "dispute", "adjustment"):
        number = getattr(world.mine, word).number
        [hit] = world.reader.get("/search/", {"number": number}).body["results"]
        assert (hit["kind"], hit["number"]) == (word, number)
        assert world.reader.get(hit["url"]).body["number"] == number
        assert (
            world.reader.get("/search/", {"number": getattr(world.theirs, word).number}).body[
                "results"
            ]
            == []
        )
    serial = f"METERED-{world.mine.seller.number}-0"
    [usage] = world.reader.get("/search/", {"number": serial}).body["results"]
    assert world.reader.get(usage["url"]).body["results"][0]["metering_sn"] == serial


def test_R1_6_operators_overrule_a_day_and_the_run_day_moves(world: World) -> None:
    told = world.reader.get("/working-days/", {"cycle": "202602"}).body
    assert (told["run_day"], len(told["results"])) == ("2026-03-09", 31)
    body = {"date": "2026-03-09", "is_working_day": False, "name": "Moving house"}
    assert world.reader.post("/working-days/", body).status == 403
    assert world.operator.post("/working-days/", body).status == 201
    moved = world.reader.get("/working-days/", {"cycle": "202602"}).body
    assert moved["run_day"] == "2026-03-10"
    assert moved["results"][8] == {**body, "overruled": True}
    assert world.operator.post("/working-days/2026-03-09/restore/").body["overruled"] is False
    assert world.operator.post("/working-days/2026-03-09/restore/").status == 404
    assert not CalendarDay.objects.exists()
    assert run_day_of(Cycle("202602")) == date(2026, 3, 9)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-00-00"])
def test_a_day_that_there_is_not_is_not_found(world: World, day: str) -> None:
    assert world.operator.post(f"/working-days/{day}/restore/").status == 404


@pytest.mark.parametrize(
    ("cycle", "status"), [("197001", 200), ("299910", 200), ("299911", 400), ("299912", 400)]
)
def test_the_calendar_ends_with_the_years(world: World, cycle: str, status: int) -> None:
    assert world.operator.get("/working-days/", {"cycle": cycle}).status == status
