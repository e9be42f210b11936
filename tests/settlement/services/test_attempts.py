"""A seller whose close fails, by an error that may pass, stops nobody else (R1.7)."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import Max
from django.utils import timezone
from pytest_django import Settings

from koogallery.kit.cycles import Cycle
from sellers.models import Order, Seller
from settlement.models import Bill, BillPreview, BillRun
from settlement.readings.progress import progress_of
from settlement.services.closing.attempts import Outcome
from settlement.services.closing.runs import close_next_batch, request_run, work_on_run
from settlement.services.closing.work import begin
from settlement.services.previews.stored import request_preview, work_on_preview
from tests.settlement.builders import at, make_order, make_product, make_seller

JANUARY = Cycle("202601")
Work = BillRun | BillPreview

#: Errors of the server that a single seller's close can meet, and that may pass.
MAY_PASS = ["57014", "53200", "53100", "55P03", "40P01", "40001", "53400"]
OUTAGES = ["57P01", "57P02", "57P03", "08006", "25P03", "25006", "53300"]

POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'poisoned' USING ERRCODE = TG_ARGV[0];
END $$;
CREATE TRIGGER poison BEFORE UPDATE OF open_cycle ON sellers_seller
    FOR EACH ROW WHEN (OLD.id = %s) EXECUTE FUNCTION poison('%s');
"""


def poison(seller: Seller, sqlstate: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(POISON % (seller.pk, sqlstate))


def cure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER poison ON sellers_seller")


def asked_for_run() -> BillRun:
    return request_run(JANUARY, None, actor=None)


def begun() -> BillRun:
    run = asked_for_run()
    begin(run)
    return run


def asked_for_preview() -> BillPreview:
    return request_preview(JANUARY, None, actor=None)


BOTH = pytest.mark.parametrize(
    ("ask", "work", "ended", "parked"),
    [
        (asked_for_run, work_on_run, "failed", "parked"),
        (asked_for_preview, work_on_preview, "ready", "blocked"),
    ],
)


@pytest.fixture
def market(db: None, settings: Settings) -> list[Seller]:
    """Nine sellers in batches of four, all with something due."""
    settings.BILL_RUN_BATCH_SELLERS = settings.BILL_RUN_MOST_SELLERS = 4
    settings.BILL_RUN_RETRY_SECONDS = 0
    sellers = [make_seller() for _ in range(9)]
    for seller in sellers:
        make_order(make_product(seller), "100", at(1, 5))
    return sellers


@BOTH
@pytest.mark.parametrize("sqlstate", MAY_PASS)
def test_R1_7_who_goes_on_failing_is_parked_and_everyone_else_done(
    market: Sequence[Seller],
    ask: Callable[[], Work],
    work: Callable[[str], None],
    ended: str,
    parked: str,
    sqlstate: str,
) -> None:
    poison(market[0], sqlstate)
    asked = ask()

    work(asked.number)

    asked.refresh_from_db()
    assert asked.state == ended
    assert "poisoned" in asked.last_error
    assert asked.last_error_at is not None
    [part] = asked.parts.exclude(state="done")
    assert (part.seller, part.state, part.reason[:8]) == (market[0], parked, "poisoned")
    assert progress_of(asked).sellers_done == 8


def test_R1_7_two_thousand_sellers_and_one_poisonous(db: None, settings: Settings) -> None:
    """In batches as they are set: the others wait for nobody."""
    settings.BILL_RUN_RETRY_SECONDS = 0
    sellers = crowd(2_000)
    poison(sellers[0], "57014")
    run = asked_for_run()

    work_on_run(run.number)

    run.refresh_from_db()
    assert (run.state, run.told_reason) == ("failed", "1 of 2000 sellers parked")
    assert Bill.objects.count() == 1_999
    cure()
    again = asked_for_run()
    work_on_run(again.number)
    again.refresh_from_db()
    assert (again.state, Bill.objects.count()) == ("closed", 2_000)


def crowd(count: int) -> list[Seller]:
    """Sellers with an order each, copied from one whole seller."""
    order = make_order(make_product(make_seller()), "100", at(1, 5))
    first, product = order.seller, order.product

    def another(row: Any, **fields: Any) -> Any:
        values = {f.attname: getattr(row, f.attname) for f in row._meta.fields if f.name != "id"}
        return type(row)(**values | fields)

    sellers = Seller.objects.bulk_create(
        another(first, number=f"S1{each:06}") for each in range(1, count)
    )
    products = type(product).objects.bulk_create(
        another(product, number=f"P1{seller.pk:08}", seller_id=seller.pk) for seller in sellers
    )
    Order.objects.bulk_create(
        another(order, number=f"O{each.pk}", seller_id=each.seller_id, product_id=each.pk)
        for each in products
    )
    return [first, *sellers]


def test_R1_7_what_failed_goes_behind_the_others(market: Sequence[Seller]) -> None:
    poison(market[0], "57014")
    run = begun()

    outcomes = [close_next_batch(run) for _ in range(3)]

    assert outcomes == [Outcome.FAILED, Outcome.DONE, Outcome.DONE]
    assert set(run.parts.filter(state="pending").values_list("attempts", flat=True)) == {1}


def test_R1_7_what_has_passed_is_closed_as_if_nothing_had_been(market: Sequence[Seller]) -> None:
    poison(market[0], "40P01")
    run = begun()
    assert close_next_batch(run) is Outcome.FAILED
    cure()

    work_on_run(run.number)

    run.refresh_from_db()
    assert (run.state, Bill.objects.count()) == ("closed", 9)
    assert set(run.parts.values_list("reason", flat=True)) == {""}


def test_R1_7_a_seller_alone_waits_longer_every_time(db: None, settings: Settings) -> None:
    settings.BILL_RUN_RETRY_SECONDS, settings.BILL_RUN_ATTEMPTS = 60, 4
    seller = make_seller()
    make_order(make_product(seller), "100", at(1, 5))
    poison(seller, "57014")
    run = begun()
    pauses = []
    for _ in range(3):
        assert close_next_batch(run) is Outcome.FAILED
        assert close_next_batch(run) is Outcome.NONE_FREE
        retry_at = run.parts.aggregate(at=Max("retry_at"))["at"]
        pauses.append(round((retry_at - timezone.now()).total_seconds(), -1))
        run.parts.update(retry_at=timezone.now() - timedelta(seconds=1))

    assert close_next_batch(run) is Outcome.FAILED

    assert pauses == [60, 120, 240]
    assert (run.parts.get().state, run.parts.get().attempts) == ("parked", 3)


@pytest.mark.parametrize("sqlstate", OUTAGES)
def test_R1_7_an_outage_is_nobodys_fault(market: Sequence[Seller], sqlstate: str) -> None:
    poison(market[0], sqlstate)
    run = asked_for_run()

    with pytest.raises(Exception, match="poisoned"):
        work_on_run(run.number)

    assert set(run.parts.values_list("state", "attempts", "reason")) == {("pending", 0, "")}


def test_an_outage_without_a_word_from_the_server(market: Sequence[Seller]) -> None:
    run = begun()

    def lose(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO settlement_bill " in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lose), pytest.raises(OperationalError):
        close_next_batch(run)

    assert set(run.parts.values_list("state", "attempts")) == {("pending", 0)}


def test_R1_7_a_fault_of_ours_parks_its_seller_too(market: Sequence[Seller]) -> None:
    """Whatever the close of one seller raises, it is no reason for the others to wait."""
    run = asked_for_run()

    def stumble(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO settlement_bill " in sql and market[0].pk in params["sellers"]:
            raise KeyError("a fault")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stumble):
        work_on_run(run.number)

    assert run.parts.get(state="parked").reason == "KeyError: 'a fault'"
    assert Bill.objects.count() == 8


def test_R1_7_a_run_says_since_when_it_stands_and_why(market: Sequence[Seller]) -> None:
    poison(market[0], "57014")
    run = asked_for_run()
    work_on_run(run.number)
    assert progress_of(run).stands_since is None
    long_ago = timezone.now() - timedelta(minutes=3)
    BillRun.objects.filter(pk=run.pk).update(state="running", progressed_at=long_ago)
    run.refresh_from_db()

    progress = progress_of(run)

    assert (progress.stands_since, progress.eta) == (long_ago, None)
