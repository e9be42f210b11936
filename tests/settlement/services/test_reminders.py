"""When receivables are due, and who is told of it, once each (R5.7, R10)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from koogallery.kit.errors import Conflict, IllegalTransition, InvalidInput
from koogallery.models import Act, Notice, User
from koogallery.settlement_time import ZONE
from sellers.models import Order
from settlement.models import Receivable
from settlement.services.recoveries.receivables import pay_receivable
from settlement.services.recoveries.reminders import (
    change_due_date,
    remind,
    remind_of_due_receivables,
)
from tests.books import is_refused, snapshot
from tests.settlement.builders import at, close, refunded


@pytest.fixture
def receivable(settled_order: Order, operator: User, second_operator: User) -> Receivable:
    """1000, due by the end of 20 April in Shanghai."""
    refunded(settled_order, "1000", at(2, 10), operator, second_operator)
    close(settled_order.seller, "202602")
    close(settled_order.seller, "202603")
    receivable = Receivable.objects.get()
    with time_machine.travel(at(3, 1)):
        return change_due_date(receivable.number, date(2026, 4, 20), "agreed", actor=operator)


def told(kind: str = "receivable_due") -> list[tuple[str, str]]:
    notices = Notice.objects.filter(kind=kind).order_by("pk")
    return [(notice.facts["due_on"], notice.facts["amount"]) for notice in notices]


def test_R5_7_a_due_date_is_changed_with_a_reason_and_told(
    receivable: Receivable, operator: User
) -> None:
    with time_machine.travel(at(4, 1)):
        changed = change_due_date(receivable.number, date(2026, 5, 4), "holidays", actor=operator)
    assert changed.due_at.isoformat() == "2026-05-04T23:59:59.999999+08:00"
    act = Act.objects.filter(verb="due_date_changed").latest("pk")
    assert (act.facts["was"], act.facts["due_on"], act.facts["reason"]) == (
        "2026-04-20",
        "2026-05-04",
        "holidays",
    )
    assert told("receivable_date_changed")[-1] == ("2026-05-04", "1000.00")


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        (date(2026, 3, 31), "x", "due_on"),
        (date(2026, 4, 20), "x", "due_on"),
        (date(2026, 5, 4), " ", "reason"),
    ],
)
def test_R5_7_a_due_date_that_is_past_the_same_or_without_a_reason_is_refused(
    receivable: Receivable, operator: User, day: date, reason: str, field: str
) -> None:
    before = snapshot()
    with time_machine.travel(at(4, 1)), pytest.raises(InvalidInput) as refusal:
        change_due_date(receivable.number, day, reason, actor=operator)
    assert refusal.value.field == field
    assert snapshot() == before


def test_R5_7_a_receivable_is_not_postponed_for_ever(
    receivable: Receivable, operator: User, settings: Any
) -> None:
    settings.RECEIVABLE_LONGEST_DAYS = 100
    latest = receivable.opened_at.astimezone(ZONE).date() + timedelta(days=100)
    is_refused(
        "too_late", "R5.7", change_due_date,
        receivable.number, latest + timedelta(days=1), "x", actor=operator,
    )  # fmt: skip
    change_due_date(receivable.number, latest, "x", actor=operator)


def test_R10_reminders_come_before_the_day_and_on_it_once_each(receivable: Receivable) -> None:
    sent = {}
    for day in (12, 13, 14, 19, 20, 21):
        with time_machine.travel(at(4, day)):
            sent[day] = (remind_of_due_receivables(), remind_of_due_receivables())
    assert sent == {12: (0, 0), 13: (1, 0), 14: (0, 0), 19: (0, 0), 20: (1, 0), 21: (0, 0)}
    assert told() == [("2026-04-20", "1000.00")] * 2


def test_R10_a_reminder_tells_what_is_still_open(receivable: Receivable, operator: User) -> None:
    pay_receivable(receivable.number, Decimal(400), "wire 1", actor=operator)
    with time_machine.travel(at(4, 20)):
        remind_of_due_receivables()
    assert told() == [("2026-04-20", "600.00")]
    pay_receivable(receivable.number, Decimal(600), "wire 2", actor=operator)
    with time_machine.travel(at(4, 20)):
        assert remind_of_due_receivables() == 0


def test_R10_by_hand_once_a_day(receivable: Receivable, operator: User) -> None:
    with time_machine.travel(at(4, 2)):
        remind(receivable.number, actor=operator)
        before = snapshot()
        with pytest.raises(Conflict, match="today already"):
            remind(receivable.number, actor=operator)
        assert snapshot() == before
    with time_machine.travel(at(4, 3)):
        remind(receivable.number, actor=operator)
    assert len(told()) == 2


def test_R5_7_of_a_paid_receivable_nothing_is_due(receivable: Receivable, operator: User) -> None:
    pay_receivable(receivable.number, Decimal(1000), "wire 1", actor=operator)
    with pytest.raises(IllegalTransition):
        remind(receivable.number, actor=operator)
    with pytest.raises(IllegalTransition):
        change_due_date(receivable.number, date(2099, 1, 1), "x", actor=operator)
