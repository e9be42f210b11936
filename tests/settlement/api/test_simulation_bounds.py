"""R4.3: a simulation is of months that are near, waits for nobody, and has its limit."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koogallery.api.throttling import CostlyThrottle
from koogallery.settlement_time import ZONE, current_cycle
from sellers.models import Order
from settlement.models import Refund
from settlement.services.previews import what_if
from tests.callers import Caller, operator_caller
from tests.settlement.builders import (
    approved_refund,
    at,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

LOCKS = "FOR NO KEY UPDATE"


@pytest.fixture
def api(db: None) -> Caller:
    return operator_caller(make_operator("olga"))


@pytest.fixture
def order(db: None) -> Order:
    return make_order(make_product(make_seller()), "100", at(1, 5))


@pytest.fixture
def refund(api: Caller, order: Order) -> Refund:
    return approved_refund(order, "10", make_operator("rita"))


def simulated(api: Caller, refund: Refund, **query: Any) -> Any:
    return api.get(f"/refunds/{refund.number}/simulation/", query)


@pytest.mark.parametrize(
    ("refunded_at", "code", "rule"),
    [
        ("2100-01-01T00:00:00Z", "too_far_ahead", "R4.3"),
        ("2999-06-01T00:00:00Z", "too_far_ahead", "R4.3"),
        ("2020-01-01T00:00:00Z", "before_order", "R1.8"),
    ],
)
def test_R4_3_a_far_month_is_refused_before_anything_is_locked(
    api: Caller, refund: Refund, refunded_at: str, code: str, rule: str
) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = simulated(api, refund, refunded_at=refunded_at)

    assert answer.status == 422
    assert answer.errors == [("/refunded_at", code, rule)]
    assert not [each["sql"] for each in asked if LOCKS in each["sql"]]


def test_R4_3_the_second_month_after_this_one_is_near(api: Caller, refund: Refund) -> None:
    end = current_cycle().following.following.end(ZONE)
    last = end - timedelta(seconds=1)
    assert simulated(api, refund, refunded_at=last.isoformat()).status == 200
    assert simulated(api, refund, refunded_at=end.isoformat()).status == 422


def test_R4_3_too_much_to_close_for_a_call_that_waits(
    api: Caller, refund: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "QUICK", 0)
    answer = simulated(api, refund)
    assert (answer.status, answer.errors) == (409, [("", "too_much_at_once", "R4.3")])


@pytest.mark.django_db(transaction=True)
def test_R4_3_a_simulation_waits_a_second_and_no_longer_for_the_seller(
    api: Caller, refund: Refund
) -> None:
    parts = connection.get_connection_params()
    with psycopg.connect(host=parts["host"], user=parts["user"], dbname=parts["dbname"]) as holder:
        holder.execute(
            "SELECT FROM sellers_seller WHERE id = %s FOR NO KEY UPDATE", [refund.seller_id]
        )
        answer = simulated(api, refund)
        holder.rollback()
    assert (answer.status, answer.body["type"]) == (409, "urn:koogallery:problem:busy")


@pytest.mark.parametrize("path", ["/refunds/{0.number}/simulation/", "/forecasts/"])
def test_what_is_costly_has_a_limit_of_its_own(
    api: Caller, refund: Refund, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(CostlyThrottle, "rate", "2/minute", raising=False)
    answers = [api.get(path.format(refund)).status for _ in range(3)]
    assert answers == [200, 200, 429]
    assert api.get("/refunds/").status == 200
