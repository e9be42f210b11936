from datetime import UTC, datetime, timedelta

import pytest

from sellers.rules.deliveries import (
    CODES,
    Deliverable,
    Verdict,
    compact_time,
    extends_instance,
    needs_instance,
    order_ids,
    verdict_on,
    wait_before_poll,
    wait_before_retry,
)


@pytest.mark.parametrize(
    ("activity", "code", "verdict"),
    [
        ("newInstance", "000000", Verdict.SUCCEEDED),
        ("newInstance", "000001", Verdict.AGAIN),
        ("newInstance", "000002", Verdict.REFUSED),
        ("newInstance", "000004", Verdict.PROCESSING),
        ("queryInstance", "000004", Verdict.PROCESSING),
        ("queryInstance", "000003", Verdict.ANEW),
        ("releaseInstance", "000004", Verdict.AGAIN),
        ("releaseInstance", "000003", Verdict.SUCCEEDED),
        ("refreshInstance", "000003", Verdict.REFUSED),
        ("newInstance", "000005", Verdict.AGAIN),
        ("newInstance", "000100", Verdict.AGAIN),
        ("newInstance", "000101", Verdict.REFUSED),
        ("newInstance", "000102", Verdict.REFUSED),
        ("newInstance", "999999", Verdict.AGAIN),
    ],
)
def test_R9_4_what_each_result_code_means(activity: str, code: str, verdict: Verdict) -> None:
    assert verdict_on(activity, code) == verdict


def test_R9_4_every_code_but_success_says_what_to_do() -> None:
    assert [code for code, each in CODES.items() if not each.advice] == ["000000"]


def test_R9_4_a_failure_is_waited_out_twice_as_long_each_time() -> None:
    waits = [wait_before_retry(failures).total_seconds() for failures in (1, 2, 3, 9, 10, 5000)]
    assert waits == [10, 20, 40, 2560, 3600, 3600]
    assert wait_before_poll(1) == timedelta(seconds=10)
    assert wait_before_poll(50) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("number", "order", "line"),
    [
        ("CS2207261447AUY4H-000001", "CS2207261447AUY4H", "CS2207261447AUY4H-000001"),
        ("CS2207261447AUY4H-000012", "CS2207261447AUY4H", "CS2207261447AUY4H-000012"),
        ("O-1", "O-1", "O-1-000001"),
        ("-000001", "-000001", "-000001-000001"),
    ],
)
def test_R9_4_an_order_line_names_its_order(number: str, order: str, line: str) -> None:
    assert order_ids(number) == {"orderId": order, "orderLineId": line}


def test_R9_4_instants_are_told_in_utc() -> None:
    at = datetime.fromisoformat("2026-02-01T07:59:59+08:00")
    assert compact_time(at) == "20260131235959"
    assert compact_time(datetime(2026, 2, 1, tzinfo=UTC)) == "20260201000000"


def order(order_type: str, mode: str = "yearly_monthly", *facts: str) -> Deliverable:
    return Deliverable(order_type, mode, "paid" in facts, "effective" in facts, "term" in facts)


@pytest.mark.parametrize(
    ("deliverable", "new", "extends"),
    [
        (order("purchase"), False, False),
        (order("purchase", "one_time", "paid"), True, False),
        (order("purchase", "one_time", "paid", "effective"), False, False),
        (order("purchase", "pay_per_use"), True, False),
        (order("trial"), True, False),
        (order("change", "yearly_monthly", "paid", "term"), False, False),
        (order("renewal", "yearly_monthly", "paid"), False, False),
        (order("renewal", "yearly_monthly", "term"), False, False),
        (order("renewal", "yearly_monthly", "paid", "term", "effective"), False, True),
    ],
)
def test_R9_4_which_orders_are_told_to_the_seller(
    deliverable: Deliverable, new: bool, extends: bool
) -> None:
    assert (needs_instance(deliverable), extends_instance(deliverable)) == (new, extends)
