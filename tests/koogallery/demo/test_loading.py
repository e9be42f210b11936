"""The loaded demo shows what it promises. It was interrupted three times on the way."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from koogallery.demo import clock, closing, marks
from koogallery.demo.desk import open_desk
from koogallery.demo.loading import load
from koogallery.demo.logins import MEMBERS, OPERATORS, PASSWORD
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.models import AccessToken, Act, Notice, NoticeMail, User, WebhookEndpoint
from koogallery.settlement_time import ZONE, current_cycle, cycle_of
from koogallery.telling import changes
from sellers.models import DeliveryMessage, Order, Seller
from settlement.choices import BillState, InvoiceState, PayoutState, RefundState
from settlement.models import (
    BankLine,
    Bill,
    BillLine,
    BillRun,
    Deposit,
    InvariantResult,
    Invoice,
    Journal,
    Payout,
    PayoutBatch,
    Receivable,
    Recovery,
    Refund,
    Seal,
    SealRoot,
)
from settlement.readings.calendar import WorkingDays, run_day_of
from settlement.readings.invariants import invariants
from settlement.readings.seal_checks import SENTENCES
from settlement.services.previews.refunds import simulate_refund
from tests.books import snapshot
from tests.eagerly import tasks_at_once
from tests.world import a_seller

pytestmark = pytest.mark.django_db

#: A figure without its groups, a share, a code, a query, a digest.
RAW = re.compile(r"(?<![\w.,-])\d{5,}\.?\d*(?!\w)|“0\.\d+”|[a-z]_[a-z]|\w=\w|[0-9a-f]{40}")
#: Counted in the lines that the loading tells.
INTERRUPTED_AT = (2, 6, 9)
LAST = current_cycle().previous


class Interruption(Exception):
    pass


@pytest.fixture(scope="module", autouse=True)
def _demo(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Loaded once for this module and rolled back after it; the tasks run in this process."""
    directory = tmp_path_factory.mktemp("feeds")
    with django_db_blocker.unblock(), transaction.atomic(), clock.in_place(directory):
        with tasks_at_once():
            for line in INTERRUPTED_AT:
                _interrupt(directory, line)
            assert load(directory, lambda _: None)
        yield
        transaction.set_rollback(True)


def _interrupt(directory: Path, line: int) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        if len(told) == line:
            raise Interruption

    with pytest.raises(Interruption):
        load(directory, tell)


def allocations(seller: str) -> list[tuple[str, Decimal]]:
    """Of the seller's recoveries, oldest first, in the order of taking."""
    recoveries = Recovery.objects.filter(seller__number=seller).order_by("refunded_at")
    return [
        (allocation.source, allocation.amount)
        for recovery in recoveries
        for allocation in recovery.allocations.order_by("id")
    ]


def outstanding(seller: str) -> Decimal:
    return Recovery.objects.filter(seller__number=seller).latest("refunded_at").outstanding


def test_every_invariant_and_every_seal_of_the_books_holds() -> None:
    """As its last step has proven them, after all that is written in the books."""
    proven = dict(InvariantResult.objects.values_list("name", "holds"))
    assert proven == dict.fromkeys([*(each.name for each in invariants()), *SENTENCES], True)


def test_six_months_are_closed_and_one_runs() -> None:
    cycles = [LAST.plus(-months) for months in reversed(range(6))]
    runs = BillRun.objects.filter(everyone=True).order_by("cycle")
    assert [(run.cycle, run.state) for run in runs] == [(cycle, "closed") for cycle in cycles]
    assert set(Seller.objects.values_list("open_cycle", flat=True)) == {LAST.following}


def test_bills_of_older_months_are_approved() -> None:
    older = Bill.objects.exclude(cycle=LAST).filter(cycle__gte=LAST.plus(-5))
    assert set(older.values_list("state", flat=True)) == {
        BillState.PENDING_INVOICE,
        BillState.INVOICE_UNDER_REVIEW,
        BillState.PAYMENT_PROCESSING,
        BillState.PAYMENT_FAILED,
        BillState.PAID,
        BillState.CLOSED_WITHOUT_PAYMENT,
    }


def test_R8_1_invoices_are_in_every_state_but_withdrawn() -> None:
    assert set(Invoice.objects.values_list("state", flat=True)) == {*InvoiceState} - {
        InvoiceState.WITHDRAWN
    }
    newest = Bill.objects.filter(cycle=LAST)
    assert set(newest.values_list("state", flat=True)) == {
        BillState.PENDING_APPROVAL,
        BillState.APPROVAL_REJECTED,
    }


def test_R9_4_two_sellers_servers_are_told_of_their_orders() -> None:
    """Besides, an order of the last hours may still wait for its seller's server."""
    told = DeliveryMessage.objects.exclude(state="queued")
    assert sorted(told.values_list("seller__number", "state", "is_test")) == [
        ("S000004", "failed", False),
        ("S000004", "succeeded", False),
        ("S000004", "succeeded", False),
        ("S000004", "succeeded", True),
        ("S000010", "succeeded", False),
        ("S000010", "succeeded", False),
        ("S000010", "succeeded", True),
    ]
    assert Order.objects.filter(instance__state="running", effective_at__isnull=False).count() == 4


def test_R4_3_a_refund_is_in_every_state_one_can_rest_in() -> None:
    """`submitted` is left at once."""
    there = set(Refund.objects.values_list("state", flat=True))
    assert there == set(RefundState.values) - {RefundState.SUBMITTED}


def test_R4_4_one_refund_has_one_of_its_two_approvals() -> None:
    [refund] = Refund.objects.filter(state=RefundState.OPERATOR_REVIEW, approvals_needed=2)
    assert (refund.amount, refund.approvals.count()) == (Decimal("25830.00"), 1)


def test_R4_3_one_decision_would_cost_more_than_bill_and_deposit_hold() -> None:
    """How much the running month's bill gives depends on the day; the others pay the rest."""
    refund = Refund.objects.get(seller__number="S000003", state=RefundState.OPERATOR_REVIEW)
    simulation = simulate_refund(refund)
    assert sum(step.amount for step in simulation.steps) == 700
    assert (simulation.deposit_before, simulation.deposit_after) == (150, 0)
    assert simulation.receivable >= 150


def test_R4_6_refunds_before_billing_reduce_a_line_or_keep_the_order_off_every_bill() -> None:
    """3,600.00 of 4,800.00 are retained, at 20 % the line settles 2,880.00."""
    line = BillLine.objects.get(seller__number="S000012", refunded_before__gt=0)
    assert (line.sales_amount, line.settlement) == (Decimal(3600), Decimal(2880))
    in_full = Refund.objects.get(seller__number="S000012", reason="Bought twice by mistake.")
    assert not in_full.order.bill_lines.exists()
    held = Refund.objects.get(state=RefundState.APPROVED).order
    assert (held.cycle, held.due_cycle) == (LAST, LAST.following)


@pytest.mark.parametrize(
    ("seller", "taken", "left"),
    [
        ("S000001", [("bill", 640)], 300),
        ("S000002", [("bill", 400), ("bill", 600)], 0),
        ("S000003", [("bill", 250), ("bill", 400), ("deposit", 350)], 0),
        ("S000004", [("bill", 250), ("bill", 400), ("deposit", 200), ("payment", 60)], 90),
        ("S000005", [("bill", 250), ("bill", 400)], 350),
        ("S000006", [("bill", 400)], 600),
        ("S000007", [("bill", 300), ("bill", 100), ("bill", 200)], 0),
    ],
)
def test_R5_5_each_recovery_takes_its_way(
    seller: str, taken: list[tuple[str, int]], left: int
) -> None:
    assert allocations(seller) == [(source, Decimal(amount)) for source, amount in taken]
    assert outstanding(seller) == left


def test_R5_4_the_deposits_hold_what_the_recoveries_left() -> None:
    balances = dict(Deposit.objects.values_list("seller__number", "balance"))
    assert [balances[f"S00000{place}"] for place in (1, 2, 3, 4, 6)] == [2000, 999, 150, 0, 1000]


def test_R5_7_one_receivable_is_partly_paid_and_one_is_on_the_next_bill() -> None:
    receivables = Receivable.objects.order_by("seller")
    assert [(each.seller.number, each.amount, each.state) for each in receivables] == [
        ("S000004", Decimal(150), "open"),
        ("S000005", Decimal(350), "moved_to_bill"),
    ]
    assert receivables[1].recovery.window_end == LAST.following


def test_R3_5_a_negative_bill_pays_nothing_and_is_carried_over() -> None:
    negative, next_ = Bill.objects.filter(
        seller__number="S000009", cycle__in=[LAST.plus(-3), LAST.plus(-2)]
    ).order_by("cycle")
    assert (negative.settlement_amount, negative.net_payable) == (Decimal(-1160), Decimal(0))
    assert (next_.adjustments, next_.settlement_amount) == (Decimal(-1160), Decimal(760))


def test_R1_3_the_bill_after_certification_catches_up_the_months_before() -> None:
    first = Bill.objects.filter(seller__number="S000008").earliest("cycle")
    assert first.cycle == LAST.plus(-2)
    assert set(first.lines.filter(catch_up=True).values_list("cycle", flat=True)) == {
        LAST.plus(-5),
        LAST.plus(-4),
        LAST.plus(-3),
    }


def test_R1_4_credit_repaid_later_moves_the_cycle_and_is_no_catch_up() -> None:
    [order] = Order.objects.filter(seller__number="S000011", paid_amount=Decimal("3135.00"))
    line = order.bill_lines.get()
    assert (line.cycle, line.catch_up) == (LAST.plus(-2), False)


def test_R1_5_late_usage_is_on_the_next_bill() -> None:
    late = BillLine.objects.filter(usage_record__metering_sn__contains="-late-")
    assert set(late.values_list("bill__cycle", "cycle", "catch_up")) == {
        (LAST.plus(-3), LAST.plus(-4), True)
    }
    assert late.count() == 5


def test_R2_6_a_changed_fee_ratio_leaves_earlier_orders_alone() -> None:
    orders = Order.objects.filter(product__number="P000074").order_by("placed_at")
    ratios = list(orders.values_list("platform_fee_ratio", flat=True))
    assert sorted(ratios, reverse=True) == ratios
    assert {str(ratio) for ratio in ratios} == {"0.150000", "0.120000"}


def test_every_bill_is_issued_on_its_run_day() -> None:
    """And everything that follows has the day on which it would have happened."""
    bills = Bill.objects.filter(cycle__gte=LAST.plus(-5))
    now = timezone.now()
    for bill in bills:
        due = datetime.combine(run_day_of(Cycle(bill.cycle)), time(2), ZONE)
        assert abs(bill.issued_at - min(due, now)) < timedelta(minutes=10)
    for invoice in Invoice.objects.filter(state=InvoiceState.VERIFIED, bill__cycle__lt=LAST):
        assert invoice.decided_at
        assert invoice.bill.issued_at < invoice.submitted_at < invoice.decided_at


@pytest.mark.parametrize(
    ("model", "at", "is_full"),
    [
        (Act, "at", True),
        (Notice, "created_at", True),
        (Journal, "recorded_at", True),
        (Seal, "sealed_at", True),
        (SealRoot, "made_at", True),
        (NoticeMail, "sent_at", False),
        (Invoice, "submitted_at", False),
        (Payout, "created_at", False),
    ],
)
def test_what_is_written_is_dated_in_the_month_in_which_it_happened(
    model: Any, at: str, is_full: bool
) -> None:
    """In the order in which it was written, and never later than now."""
    order = "pk" if is_full else at
    instants = list(model.objects.exclude(**{at: None}).order_by(order).values_list(at, flat=True))
    assert instants == sorted(instants)
    assert instants[-1] <= timezone.now()
    months = {cycle_of(instant) for instant in instants}
    assert months >= {LAST.plus(-months) for months in range(5)}


def test_R8_2_paid_follows_sent_by_a_banking_day() -> None:
    paid = Payout.objects.filter(state=PayoutState.PAID)
    assert paid.count() > 15
    works = WorkingDays().includes
    for payout in paid:
        assert payout.sent_at and payout.paid_at
        sent, booked = (each.astimezone(ZONE).date() for each in (payout.sent_at, payout.paid_at))
        between = (sent + timedelta(days=days) for days in range(1, (booked - sent).days + 1))
        assert sum(works(day) for day in between) == 1
        assert payout.bank_lines.get().booked_on == booked


def test_R8_2_payouts_are_planned_in_a_batch_paid_and_failed() -> None:
    assert set(Payout.objects.values_list("state", flat=True)) == {
        PayoutState.PLANNED,
        PayoutState.IN_BATCH,
        PayoutState.PAID,
        PayoutState.FAILED,
    }
    assert {batch.state for batch in PayoutBatch.objects.all()} == {"draft", "settled"}


def test_R8_2_what_the_bank_refused_is_paid_after_the_account_has_changed() -> None:
    failed, again = Payout.objects.filter(items__bill__seller__number="S000004").order_by("pk")[1:3]
    assert (failed.state, failed.failure_code) == ("failed", "AC04")
    assert (again.state, again.amount) == ("paid", failed.amount)
    assert again.bank_account and failed.bank_account
    assert again.bank_account.version == failed.bank_account.version + 1
    usable_from = again.bank_account.usable_from
    assert failed.failed_at and usable_from and again.sent_at
    assert failed.failed_at < usable_from < again.sent_at


def test_R8_2_one_line_of_the_bank_lies_in_suspense() -> None:
    [line] = BankLine.objects.in_suspense()
    assert (line.amount, line.reason) == (Decimal(480), "unknown")
    assert not BankLine.objects.exclude(pk=line.pk).exclude(state="matched").exists()


def test_one_receivable_and_one_invoice_are_overdue() -> None:
    [receivable] = Receivable.objects.filter(state="open", due_at__lt=timezone.now())
    assert receivable.seller.number == "S000004"
    assert Notice.objects.filter(kind="receivable_due", seller_number="S000004").exists()
    assert Notice.objects.filter(kind="invoice_overdue").exists()


def test_the_record_of_acts_is_told_in_words_and_grouped_figures() -> None:
    """Every kind of act of the demo's world, in Chinese."""
    with override("zh-hans"):
        acts = Act.objects.order_by("object_kind", "verb", "-pk").distinct("object_kind", "verb")
        told = [line for act in acts for line in re.findall("</span> (.*?)</div>", changes(act))]
    assert len(told) > 100
    assert [line for line in told if RAW.search(line)] == []


def test_the_clock_is_the_real_one_in_the_end() -> None:
    assert abs(timezone.now() - clock.real_now()) < timedelta(seconds=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - pg_catalog.now()")
        assert cursor.fetchone() == (timedelta(0),)


@pytest.fixture
def _worker() -> Iterator[None]:
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    current_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.mark.usefixtures("_worker")
def test_R1_6_moved_past_the_months_end_the_month_is_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.DATA_DIR = tmp_path
    running, orders = LAST.following, Order.objects.count()
    try:
        with transaction.atomic():
            call_command("move_demo_clock")
            assert timezone.now().astimezone(ZONE).date() == run_day_of(running)
            run = BillRun.objects.get(cycle=running)
            assert (run.state, run.requested_by) == ("closed", None)
            assert Bill.objects.filter(cycle=running, issued_at__gt=clock.real_now()).count() > 30
            assert Order.objects.count() >= orders
            with pytest.raises(CommandError, match="only goes forward"):
                call_command("move_demo_clock", "--to", f"{timezone.now():%Y-%m}-01")
            call_command("verify_books", stdout=StringIO())
            transaction.set_rollback(True)
    finally:
        clock.agree()
    assert f"{running} bill run: 46 sellers closed" in capsys.readouterr().err


def test_where_the_clock_is_the_real_one_nobody_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", clock.real_now)
    for command in ("move_demo_clock", "load_demo"):
        monkeypatch.setattr(marks, "LOADED", "something else")
        with pytest.raises(CommandError, match="nobody moves it"):
            call_command(command)


def test_the_focus_sample_is_one_bill_a_publisher() -> None:
    bills = Bill.objects.filter(cycle="202409")
    assert bills.count() == Seller.objects.exclude(number__startswith="S0000").count() > 1


def test_the_large_bill_has_twenty_thousand_lines() -> None:
    bill = Bill.objects.get(seller__number="S000010", cycle=LAST)
    assert bill.line_count > 18_000


def test_a_loaded_demo_stays_as_it_is(tmp_path: Path) -> None:
    before = snapshot()
    assert not load(tmp_path, pytest.fail)
    assert snapshot() == before


def test_everybody_can_sign_in() -> None:
    for login in (*OPERATORS, *MEMBERS):
        user = User.objects.get(username=login.username)
        assert user.check_password(PASSWORD)
        assert (user.is_staff, user.is_superuser) == (login.is_operator, login.is_superuser)
        assert user.memberships.filter(seller__number=login.seller).exists() != login.is_operator


def test_the_logins_are_printed_with_what_they_show(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo_logins")
    printed = capsys.readouterr().out
    assert all(f"  {login.username} " in printed for login in (*OPERATORS, *MEMBERS))
    assert PASSWORD in printed
    assert f"/bills/B{LAST}-S000010/" in printed


def test_without_a_worker_it_says_what_to_do() -> None:
    """A run is asked for and nobody takes it up: Redis is there, a worker is not."""
    with pytest.raises(Conflict, match=r"no Celery worker takes it up.*load_demo again"):
        closing.close(
            LAST,
            [a_seller().number],
            actor=open_desk().first,
            patience=timedelta(seconds=0.3),
        )
    current_app.control.purge()


def test_it_is_not_loaded_beside_sellers_of_another_origin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its people have passwords that everybody knows."""
    monkeypatch.setattr(marks, "KIND", "another demo")
    a_seller()
    with pytest.raises(CommandError, match="only loaded into an empty one"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="run load_demo first"):
        call_command("demo_logins")


def test_R10_one_endpoint_took_everything_and_one_is_disabled() -> None:
    healthy, gone = WebhookEndpoint.objects.order_by("pk")
    assert (healthy.state, gone.state, gone.disabled_reason) == ("active", "disabled", "failing")
    assert set(healthy.deliveries.values_list("state", flat=True)) == {"delivered"}
    assert set(gone.deliveries.values_list("state", flat=True)) == {"failed", "pending"}
    assert Notice.objects.filter(kind="webhook_disabled").count() == 1


def test_the_tokens_have_a_past() -> None:
    """Of sellers and of operators; a rotated one names its successor."""
    erp = AccessToken.objects.filter(seller_number="S000004")
    assert {token.state for token in erp} == {"active", "expired", "revoked"}
    assert {token.state for token in AccessToken.objects.filter(seller_number="")} == {
        "active",
        "revoked",
    }
    old = erp.get(replaced_by__isnull=False)
    assert old.replaced_by.created < old.expiry
    assert all(token.last_use.at >= token.created for token in erp)
