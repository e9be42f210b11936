"""What neither a report nor a close recovered is recovered by the schedule alone (R5.1, R5.3)."""

from decimal import Decimal

import pytest
from celery import current_app

from koogallery.kit.errors import Conflict
from koogallery.schedule import BEAT_SCHEDULE
from sellers.models import Order
from settlement.models import Allocation, Deposit, Receivable, Recovery
from settlement.readings.invariants import check_books
from settlement.rules.recovery import window
from settlement.services.recoveries import opening
from tests.books import execute, snapshot
from tests.world import a_deposit, a_product, a_refund, a_seller, an_order, close

pytestmark = pytest.mark.django_db

TASK = "settlement.tasks.recover_unsettled_refunds"


@pytest.fixture
def order() -> Order:
    """On the bill of January; its seller has a deposit of 40.00."""
    seller = a_seller()
    order = an_order(a_product(seller, fee="0"), "500.00", "2024-01-10")
    close("202401", seller)
    a_deposit(seller, "40.00")
    return order


def run_as_scheduled() -> None:
    """What beat sends, and nothing else."""
    [entry] = [each for each in BEAT_SCHEDULE.values() if each["task"] == TASK]
    assert entry["schedule"].hour == {4} and entry["schedule"].minute == {0}
    current_app.tasks[TASK].apply(throw=True)


def wrong() -> list[str]:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [found.name for found in check_books() if not found.holds]


def without_recovery(refund: int) -> None:
    """As if nothing had opened it when the refund was reported."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    tables = (
        "settlement_recovery",
        "settlement_journal",
        "settlement_ledgerentry",
        "koogallery_notice",
    )
    for table in tables:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    execute(
        "DELETE FROM settlement_ledgerentry WHERE journal_id IN"
        " (SELECT id FROM settlement_journal WHERE kind = 'recovery')"
    )
    execute("DELETE FROM settlement_journal WHERE kind = 'recovery'")
    execute("DELETE FROM koogallery_notice WHERE kind = 'recovery_planned'")
    execute("DELETE FROM settlement_recovery WHERE refund_id = %(refund)s", refund=refund)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_R5_1_a_settled_refund_without_its_recovery_gets_it(order: Order) -> None:
    refund = a_refund(order, "100.00", paid_out="2024-02-10")
    without_recovery(refund.pk)
    assert wrong() == ["a_settled_refund_is_recovered_once"]

    run_as_scheduled()

    recovery = Recovery.objects.get()
    assert (recovery.refund, recovery.amount, recovery.state) == (refund, 100, "open")
    assert (recovery.window_start, recovery.window_end) == ("202402", "202403")
    assert wrong() == []


def test_R5_3_one_whose_months_are_closed_goes_to_the_deposit_at_once(order: Order) -> None:
    refund = a_refund(order, "100.00", paid_out="2024-02-10")
    without_recovery(refund.pk)
    close("202403", order.seller)

    run_as_scheduled()

    assert [(each.source, each.amount) for each in Allocation.objects.all()] == [("deposit", 40)]
    assert (Deposit.objects.get().balance, Receivable.objects.get().amount) == (0, 60)
    assert wrong() == []


def test_R5_3_a_window_that_passed_without_a_draw_is_drawn(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_refund(order, "100.00", paid_out="2024-02-10")
    with monkeypatch.context() as undone:
        undone.setattr(
            "settlement.services.closing.cycles.settle_expired_recoveries", lambda _: None
        )
        close("202403", order.seller)
    assert wrong() == ["a_recovery_ends_with_its_window"]

    run_as_scheduled()

    assert (Deposit.objects.get().balance, Receivable.objects.get().amount) == (0, 60)
    assert wrong() == []


def test_R4_6_what_was_refunded_before_the_bill_needs_no_recovery() -> None:
    seller = a_seller()
    order = an_order(a_product(seller, fee="0"), "500.00", "2024-01-10")
    a_refund(order, "50.00", paid_out="2024-01-20")
    close("202401", seller)
    later = a_refund(order, "70.00", paid_out="2024-02-10")
    without_recovery(later.pk)

    run_as_scheduled()

    assert [(each.refund, each.amount) for each in Recovery.objects.all()] == [(later, Decimal(70))]
    assert wrong() == []


def test_R1_7_it_changes_nothing_where_nothing_is_left_undone(order: Order) -> None:
    a_refund(order, "100.00", paid_out="2024-02-10")
    close("202403", order.seller)
    before = snapshot()

    run_as_scheduled()

    assert snapshot() == before
    assert opening.sellers_with_unsettled_refunds() == []


def test_R1_7_a_seller_for_whom_it_fails_stops_no_other(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = an_order(a_product(a_seller(), fee="0"), "500.00", "2024-01-10")
    close("202401", other.seller)
    refunds = [a_refund(each, "100.00", paid_out="2024-02-10") for each in (order, other)]
    for refund in refunds:
        without_recovery(refund.pk)
    monkeypatch.setattr(
        "settlement.services.recoveries.opening.window",
        _failing_first(window),
    )

    run_as_scheduled()

    assert [each.refund for each in Recovery.objects.all()] == [refunds[1]]


def _failing_first(window: object) -> object:
    seen: list[int] = []

    def fails(*args: object) -> object:
        seen.append(1)
        if len(seen) == 1:
            raise Conflict("This one cannot be recovered.", rule="R5.1")
        return window(*args)  # type: ignore[operator]

    return fails
