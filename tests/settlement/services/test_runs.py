"""Bill runs: in order, once, with a bad seller parked, whoever works on them (R1.6, R1.7)."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, DomainError, InvalidInput, NotFound
from koogallery.settlement_time import current_cycle
from sellers.models import Order, Seller
from settlement.models import Bill, BillLine, BillRun, BillRunSeller
from settlement.readings.progress import progress_of
from settlement.services.closing.batches import claim_batch
from settlement.services.closing.runs import request_run, work_on_run
from settlement.services.closing.work import begin, take_up_stalled
from tests.books import select
from tests.settlement.builders import at, make_order, make_product, make_seller

JANUARY, FEBRUARY, MARCH = Cycle("202601"), Cycle("202602"), Cycle("202603")
TOO_MUCH = "90000000000000000.00"  # two of these do not fit a bill


def run_through(cycle: Cycle, *sellers: Seller) -> BillRun:
    run = request_run(cycle, [s.number for s in sellers] or None, actor=None)
    work_on_run(run.number)
    run.refresh_from_db()
    return run


@pytest.fixture
def sound(db: None) -> Seller:
    seller = make_seller()
    make_order(make_product(seller), "100", at(1, 5))
    return seller


@pytest.fixture
def bad(db: None) -> Seller:
    seller = make_seller()
    for _ in range(2):
        make_order(make_product(seller), TOO_MUCH, at(1, 5))
    return seller


def test_R1_6_a_cycle_that_has_not_ended_is_refused(sound: Seller) -> None:
    with pytest.raises(Conflict, match="has not ended") as refusal:
        request_run(current_cycle(), None, actor=None)

    assert refusal.value.rule == "R1.6"
    assert not BillRun.objects.exists()


def test_R1_6_a_named_seller_with_an_earlier_cycle_open_is_refused(sound: Seller) -> None:
    run_through(JANUARY, sound)

    with pytest.raises(Conflict, match="February 2026 still open"):
        request_run(MARCH, [sound.number], actor=None)
    assert BillRun.objects.count() == 1


@pytest.mark.parametrize(("sellers", "refused"), [([], InvalidInput), (["S999999"], NotFound)])
def test_sellers_must_be_named_and_known(
    sound: Seller, sellers: list[str], refused: type[DomainError]
) -> None:
    with pytest.raises(refused) as refusal:
        request_run(JANUARY, sellers, actor=None)
    assert refusal.value.field == "sellers"


def test_R1_6_a_run_for_everyone_brings_those_behind_up_to_date(sound: Seller) -> None:
    run_through(JANUARY, sound)
    make_order(sound.products.get(), "20", at(2, 5))
    make_order(sound.products.get(), "30", at(3, 5))
    never_closed = make_seller()

    run = run_through(MARCH)

    assert run.state == "closed"
    bills = Bill.objects.filter(seller=sound).order_by("cycle")
    assert [(b.cycle, b.sales_amount) for b in bills] == [
        ("202601", 100),
        ("202602", 20),
        ("202603", 30),
    ]
    never_closed.refresh_from_db()
    assert never_closed.open_cycle == "202604"


def test_R1_7_a_second_run_changes_nothing(sound: Seller) -> None:
    run_through(JANUARY)
    before = list(Bill.objects.values()), list(BillLine.objects.values())

    again = run_through(JANUARY)

    assert (again.state, progress_of(again).lines) == ("closed", 0)
    assert (list(Bill.objects.values()), list(BillLine.objects.values())) == before


def test_a_bad_seller_is_parked_with_the_reason_and_the_others_go_on(
    sound: Seller, bad: Seller
) -> None:
    run = run_through(JANUARY)

    assert (run.state, run.told_reason) == ("failed", "1 of 2 sellers parked")
    progress = progress_of(run)
    assert (progress.sellers_done, progress.sellers_parked, progress.lines) == (1, 1, 1)
    part = BillRunSeller.objects.get(run=run, state="parked")
    assert part.seller == bad
    assert "numeric field overflow" in part.reason
    assert list(Bill.objects.values_list("seller", flat=True)) == [sound.pk]
    bad.refresh_from_db()
    assert bad.open_cycle is None


def test_a_repaired_seller_is_closed_by_the_next_run(sound: Seller, bad: Seller) -> None:
    run_through(JANUARY)
    Order.objects.filter(seller=bad).update(paid_amount=Decimal(7), sales_amount=Decimal(7))

    run = run_through(JANUARY)

    assert run.state == "closed"
    assert Bill.objects.get(seller=bad).sales_amount == 14


def test_the_biggest_sellers_are_closed_first(sound: Seller, settings: object) -> None:
    big = make_seller()
    for _ in range(3):
        make_order(make_product(big), "1", at(1, 5))

    run = request_run(JANUARY, None, actor=None)
    begin(run)

    parts = BillRunSeller.objects.filter(run=run).order_by("-weight")
    assert [(part.seller, part.weight) for part in parts] == [(big, 3), (sound, 1)]


def test_batches_hold_no_more_lines_and_sellers_than_set(db: None, settings: object) -> None:
    settings.BILL_RUN_BATCH_LINES, settings.BILL_RUN_BATCH_SELLERS = 4, 2  # type: ignore[attr-defined]
    settings.BILL_RUN_MOST_SELLERS = 2  # type: ignore[attr-defined]
    for orders in (3, 2, 1, 0, 0, 0):
        seller = make_seller()
        for _ in range(orders):
            make_order(make_product(seller), "1", at(1, 5))

    run = request_run(JANUARY, None, actor=None)
    begin(run)

    parts = BillRunSeller.objects.filter(run=run).order_by("-weight", "seller")
    assert [(part.weight, part.batch) for part in parts] == [
        (3, 0),
        (2, 0),
        (1, 1),
        (0, 1),
        (0, 2),
        (0, 2),
    ]


def test_R1_7_a_worker_holds_the_one_batch_that_it_claims(db: None, settings: Settings) -> None:
    settings.BILL_RUN_BATCH_SELLERS = settings.BILL_RUN_MOST_SELLERS = 1
    for _ in range(3):
        make_order(make_product(make_seller()), "1", at(1, 5))
    run = request_run(JANUARY, None, actor=None)
    begin(run)

    claimed = claim_batch(run)

    held = select(
        "SELECT objid::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        " AND classid = %(run)s AND objsubid = 2",
        run=run.pk,
    )
    assert held == [run.parts.get(seller=claimed[0]).batch]


def test_R1_7_a_run_that_stands_still_is_found_once(sound: Seller) -> None:
    run = request_run(JANUARY, None, actor=None)
    assert take_up_stalled(BillRun, timedelta(seconds=10)) == []
    BillRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    assert take_up_stalled(BillRun, timedelta(seconds=10)) == [run.number]
    assert take_up_stalled(BillRun, timedelta(seconds=10)) == []


@pytest.mark.parametrize("named", [True, False])
def test_what_is_due_is_counted_by_the_worker(sound: Seller, named: bool) -> None:
    """A request of a month of very much is answered at once."""
    with CaptureQueriesContext(connection) as asked:
        run = request_run(JANUARY, [sound.number] if named else None, actor=None)
    assert (run.state, run.sellers_total, run.lines_expected) == ("queued", 1, 0)
    assert not [query for query in asked if "count(*) FROM sellers_order" in query["sql"]]

    work_on_run(run.number)

    run.refresh_from_db()
    assert (run.state, run.sellers_total, run.lines_expected) == ("closed", 1, 1)


def test_R1_7_a_plan_that_fails_is_made_again(sound: Seller) -> None:
    run = request_run(JANUARY, None, actor=None)

    def fail() -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        begin(run, fail)

    run.refresh_from_db()
    assert (run.state, run.parts.count()) == ("queued", 0)
    begin(run)
    begin(run)
    assert (run.state, run.parts.count()) == ("running", 1)


@pytest.mark.django_db(transaction=True)
def test_R1_7_what_is_planned_right_now_is_not_taken_up() -> None:
    make_order(make_product(make_seller()), "100", at(1, 5))
    run = request_run(JANUARY, None, actor=None)
    BillRun.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    found: list[list[str]] = []

    def look() -> None:
        try:
            found.append(take_up_stalled(BillRun, timedelta(seconds=10)))
        finally:
            connection.close()

    def elsewhere() -> None:
        other = Thread(target=look)
        other.start()
        other.join()

    begin(run, elsewhere)

    assert found == [[]]
