from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from koogallery.models import User
from koogallery.settlement_time import ZONE
from sellers.models import Order, Seller
from settlement.choices import Source
from settlement.models import CalendarDay, Receivable, Recovery
from settlement.readings.recovery_paths import Progress, Step, recovery_path
from settlement.services.deposits import move_deposit
from settlement.services.previews.forecasts import forecasts_of
from settlement.services.recoveries.receivables import pay_receivable
from tests.settlement.builders import at, close, make_order, refunded


@pytest.fixture
def recovery(settled_order: Order, operator: User, second_operator: User) -> Recovery:
    """1000, of 10 February; nothing of it taken yet."""
    return refunded(settled_order, "1000", at(2, 10), operator, second_operator).recovery


def path(recovery: Recovery) -> tuple[Step, ...]:
    return recovery_path(Recovery.objects.get(pk=recovery.pk))


def planned(source: Source, amount: int, on: date, cycle: str = "") -> Step:
    return Step(Progress.PLANNED, source, Decimal(amount), on, cycle)


def test_R5_6_all_is_planned_before_the_first_bill(recovery: Recovery) -> None:
    """The 7th of March 2026 is a Saturday; without a deposit the seller pays what is left."""
    assert path(recovery) == (
        planned(Source.BILL, 1000, date(2026, 3, 9), "202602"),
        planned(Source.BILL, 1000, date(2026, 4, 7), "202603"),
        planned(Source.PAYMENT, 1000, date(2026, 5, 7)),
    )


def test_R1_6_the_plan_follows_the_operators_calendar(recovery: Recovery) -> None:
    CalendarDay.objects.create(date=date(2026, 3, 9), is_working_day=False, name="Flood")
    assert path(recovery)[0].on == date(2026, 3, 10)


def test_R5_6_taken_then_planned_then_open_then_nothing(
    recovery: Recovery, settled_order: Order, operator: User
) -> None:
    seller, today = settled_order.seller, timezone.now().astimezone(ZONE).date()
    move_deposit(seller.number, "top_up", Decimal(200), "wire 1", actor=operator)
    make_order(settled_order.product, "250", at(2, 5))
    february = close(seller, "202602")
    assert february
    first = Step(Progress.TAKEN, Source.BILL, Decimal(250), today, "202602", str(february.number))
    assert path(recovery) == (
        first,
        planned(Source.BILL, 750, date(2026, 4, 7), "202603"),
        planned(Source.DEPOSIT, 200, date(2026, 4, 7)),
        planned(Source.PAYMENT, 550, date(2026, 5, 7)),
    )

    close(seller, "202603")
    receivable = Receivable.objects.get()
    second = Step(Progress.TAKEN, Source.DEPOSIT, Decimal(200), today)
    due = receivable.due_at.astimezone(ZONE).date()
    assert path(recovery) == (
        first,
        second,
        Step(Progress.OPEN, Source.PAYMENT, Decimal(550), due, document=str(receivable.number)),
    )

    pay_receivable(receivable.number, Decimal(550), "wire 2", actor=operator)
    third = Step(Progress.TAKEN, Source.PAYMENT, Decimal(550), today, document="wire 2")
    assert path(recovery) == (first, second, third)


def test_R5_4_what_is_taken_and_what_is_open_make_the_amount(
    recovery: Recovery, settled_order: Order
) -> None:
    make_order(settled_order.product, "250", at(2, 5))
    for cycle in ("202602", "202603"):
        close(settled_order.seller, cycle)
    steps = path(recovery)
    assert all(step.progress != Progress.PLANNED for step in steps)
    assert sum(step.amount for step in steps) == recovery.amount


def test_R5_3_no_bill_is_planned_for_a_seller_who_has_left(recovery: Recovery) -> None:
    Seller.objects.filter(pk=recovery.seller_id).update(left_at=at(2, 11))
    assert [step.source for step in path(recovery)] == [Source.PAYMENT]


@pytest.mark.parametrize(
    ("deposit", "first", "second"),
    [(100, (100, 0), (0, 70)), (150, (100, 0), (50, 20)), (170, (100, 0), (70, 0))],
)
def test_R5_6_what_is_planned_of_one_deposit_is_no_more_than_it_holds(
    settled_order: Order,
    operator: User,
    second_operator: User,
    deposit: int,
    first: tuple[int, int],
    second: tuple[int, int],
) -> None:
    """Two recoveries, 100 and 70; the older one comes first, in the forecast as on its own path."""
    seller = settled_order.seller
    older = refunded(settled_order, "100", at(2, 10), operator, second_operator).recovery
    newer = refunded(settled_order, "70", at(2, 11), operator, second_operator).recovery
    move_deposit(seller.number, "top_up", Decimal(deposit), "wire 1", actor=operator)

    def planned_of(steps: Iterable[Step]) -> tuple[int, int]:
        given = {step.source: int(step.amount) for step in steps}
        return given.get(Source.DEPOSIT, 0), given.get(Source.PAYMENT, 0)

    [forecast] = forecasts_of([seller])
    for recovery, expected in ((older, first), (newer, second)):
        assert planned_of(path(recovery)) == expected
        foreseen = [step for each, step in forecast.recoveries if each == recovery]
        assert planned_of(foreseen) == expected
