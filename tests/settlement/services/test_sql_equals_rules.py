"""The set-based close and the pure rules agree, for any month and any queue of recoveries."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import count

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import minor_unit
from koogallery.models import User
from sellers.models import Order, Seller, UsageRecord
from settlement.models import (
    Adjustment,
    Allocation,
    Bill,
    BillLine,
    Deposit,
    DepositMovement,
    Receivable,
    Recovery,
    Refund,
)
from settlement.rules.amounts import LineAmounts, bill_totals, net_payable, retained
from settlement.rules.recovery import OpenRecovery, allocate_bill, allocate_deposit
from settlement.services.closing.cycles import close_through
from tests.authority import a_paid_out_refund, answer_for, no_limits
from tests.settlement.builders import at, make_operator, make_order, make_product, make_seller

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = Cycle("202601"), Cycle("202602"), Cycle("202603")
serial = count(1)
shares = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-6))


@dataclass(frozen=True)
class OrderCase:
    paid: Decimal
    sales: Decimal
    wht: Decimal
    refunded: Decimal
    ratio: Decimal


@dataclass(frozen=True)
class Month:
    currency: str
    withholding_tax_rate: Decimal
    digital_service_tax_rate: Decimal
    orders: list[OrderCase]
    usage: list[tuple[Decimal, Decimal]]  # sales amount and the share of it that is WHT
    adjustments: list[Decimal]


def money(currency: str, least: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda n: Decimal(n).scaleb(-minor_unit(currency)))


@st.composite
def order_cases(draw: st.DrawFn, currency: str) -> OrderCase:
    amounts = sorted(draw(st.lists(money(currency, 1, 10**6), min_size=4, max_size=4)))
    wht, refunded, sales, paid = amounts
    refunded = draw(st.sampled_from([Decimal(0), refunded, paid]))
    return OrderCase(paid, sales, wht, refunded, draw(shares))


@st.composite
def months(draw: st.DrawFn) -> Month:
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    exact = st.integers(0, 10**16).map(lambda n: Decimal(n).scaleb(-12))
    return Month(
        currency,
        draw(shares),
        draw(shares),
        draw(st.lists(order_cases(currency), max_size=8)),
        draw(st.lists(st.tuples(exact, shares), max_size=8)),
        draw(st.lists(money(currency, -(10**6), 10**6).filter(bool), max_size=3)),
    )


def paid_out(order: Order, amount: Decimal, refunded_at: datetime, operator: User) -> Refund:
    number = f"RF{next(serial):08}"
    return a_paid_out_refund(order, amount, refunded_at, operator, number)


def settled_order(seller: Seller) -> tuple[Order, Bill]:
    order = make_order(make_product(seller), "100000000", at(1, 5), number=f"SETTLED{next(serial)}")
    close_through([seller.pk], JANUARY)
    return order, Bill.objects.get(seller=seller)


def put_in(month: Month, seller: Seller, bill: Bill, operator: User) -> None:
    for case in month.orders:
        product = make_product(seller, ratio=str(case.ratio))
        order = make_order(
            product,
            "0",
            at(2, 3),
            number=f"ORD{next(serial)}",
            paid_amount=case.paid,
            sales_amount=case.sales,
            customer_wht=case.wht,
        )
        if case.refunded:
            paid_out(order, case.refunded, at(2, 20), operator)
    metered = make_order(
        make_product(seller, ratio="0.150001"),
        "0",
        at(2, 1),
        number=f"PPU{next(serial)}",
        billing_mode="pay_per_use",
        cycle=None,
        due_cycle=None,
    )
    UsageRecord.objects.bulk_create(
        UsageRecord(
            metering_sn=str(next(serial)),
            seller=seller,
            order=metered,
            started_at=at(2, 4),
            ended_at=at(2, 5),
            quantity=Decimal(1),
            sales_amount=sales,
            customer_wht=wht_of(sales, share),
            cycle=FEBRUARY,
            due_cycle=FEBRUARY,
        )
        for sales, share in month.usage
    )
    for amount in month.adjustments:
        number = f"AD{next(serial)}"
        answer_for("adjustment", number, seller, amount)
        Adjustment.objects.create(
            number=number, seller=seller, bill=bill, amount=amount, currency="USD"
        )


def wht_of(sales: Decimal, share: Decimal) -> Decimal:
    return (sales * share).quantize(Decimal("1E-12"), rounding="ROUND_DOWN")


def expected_lines(month: Month) -> list[LineAmounts]:
    def left(amount: Decimal, case: OrderCase) -> Decimal:
        return retained(amount, case.paid, case.refunded, month.currency)

    orders = [
        LineAmounts(left(case.sales, case), left(case.wht, case), case.ratio)
        for case in month.orders
        if case.refunded < case.paid
    ]
    usage = [LineAmounts(s, wht_of(s, share), Decimal("0.150001")) for s, share in month.usage]
    return orders + usage


@given(months())
def test_R2_a_bill_is_what_the_rules_say(month: Month) -> None:
    with transaction.atomic():
        no_limits()
        operator = make_operator(f"olga{next(serial)}")
        seller = make_seller(settlement_currency=month.currency)
        _, bill = settled_order(seller)
        seller.withholding_tax_rate = month.withholding_tax_rate
        seller.digital_service_tax_rate = month.digital_service_tax_rate
        seller.save(update_fields=["withholding_tax_rate", "digital_service_tax_rate"])
        put_in(month, seller, bill, operator)
        close_through([seller.pk], FEBRUARY)
        connection.check_constraints()

        lines = expected_lines(month)
        bills = list(Bill.objects.filter(seller=seller, cycle=FEBRUARY))
        assert len(bills) == bool(lines or month.adjustments)
        for bill in bills:
            totals = bill_totals(
                lines,
                month.adjustments,
                withholding_tax_rate=month.withholding_tax_rate,
                digital_service_tax_rate=month.digital_service_tax_rate,
                currency=month.currency,
            )
            for name in totals.__slots__:
                assert getattr(bill, name) == getattr(totals, name), name
            assert bill.line_count == len(lines)
            assert bill.net_payable == net_payable(totals.settlement_amount, Decimal(0))
            stored = BillLine.objects.filter(bill=bill).exclude(kind="adjustment")
            assert sorted(stored.values_list("settlement", flat=True)) == sorted(
                line.settlement for line in lines
            )
        transaction.set_rollback(True)


@st.composite
def queues(draw: st.DrawFn) -> list[tuple[Decimal, datetime]]:
    """Refund amounts and when they were paid out: January to March, days on which many coincide."""
    instants = st.builds(at, st.integers(1, 3), st.sampled_from([7, 9, 21]))
    return draw(st.lists(st.tuples(money("USD", 1, 5000), instants), max_size=6))


@given(
    queues(),
    st.lists(money("USD", 0, 9000), min_size=2, max_size=2),
    money("USD", 0, 9000),
)
def test_R5_a_queue_of_recoveries_is_paid_as_the_rules_say(
    queue: list[tuple[Decimal, datetime]], earned: list[Decimal], balance: Decimal
) -> None:
    with transaction.atomic():
        no_limits()
        operator = make_operator(f"olga{next(serial)}")
        seller = make_seller()
        order, bill = settled_order(seller)
        for amount, cycle_start in zip(earned, [at(2, 1), at(3, 1)], strict=True):
            free = make_product(seller, ratio="0")
            make_order(free, str(amount), cycle_start, number=f"ORD{next(serial)}")
        give_deposit(seller, balance)
        open_recoveries(queue, order, bill, operator)
        close_through([seller.pk], FEBRUARY)
        close_through([seller.pk], MARCH)
        connection.check_constraints()

        wanted = by_the_rules(
            seller, [FEBRUARY, MARCH], dict(zip([FEBRUARY, MARCH], earned, strict=True)), balance
        )
        assert what_happened(seller) == wanted
        transaction.set_rollback(True)


def give_deposit(seller: Seller, balance: Decimal) -> None:
    Deposit.objects.create(seller=seller, currency="USD")
    if balance:
        answer_for("top_up", "top_up:first", seller, balance)
        DepositMovement.objects.create(
            seller=seller, kind="top_up", change=balance, balance_after=balance, reference="first"
        )


def open_recoveries(
    queue: list[tuple[Decimal, datetime]], order: Order, bill: Bill, operator: User
) -> None:
    for amount, refunded_at in queue:
        refund = paid_out(order, amount, refunded_at, operator)
        cycle = Cycle(f"2026{refunded_at.month:02}")
        Recovery.objects.create(
            number=f"RC{refund.number[2:]}",
            refund=refund,
            seller=order.seller,
            original_bill=bill,
            currency="USD",
            basis="refund_amount",
            amount=amount,
            outstanding=amount,
            refunded_at=refunded_at,
            cycle=cycle,
            window_start=cycle,
            window_end=cycle.following,
        )


Outcome = dict[str, dict[str, Decimal]]


def what_happened(seller: Seller) -> Outcome:
    outcome: Outcome = {r.number: {} for r in Recovery.objects.filter(seller=seller)}
    for a in Allocation.objects.filter(seller=seller).select_related("bill", "recovery"):
        outcome[a.recovery.number][a.bill.cycle if a.bill else a.source] = a.amount
    for receivable in Receivable.objects.filter(seller=seller).select_related("recovery"):
        outcome[receivable.recovery.number]["receivable"] = receivable.amount
    return outcome


def by_the_rules(
    seller: Seller, cycles: list[Cycle], earned: dict[Cycle, Decimal], balance: Decimal
) -> Outcome:
    """Bill by bill, then the deposit once a window is over; what is left over is receivable."""
    waiting = {
        r.number: OpenRecovery(
            r.number, r.refunded_at, r.amount, Cycle(r.cycle), Cycle(r.window_end)
        )
        for r in Recovery.objects.filter(seller=seller)
    }
    outcome: Outcome = {number: {} for number in waiting}

    def take(number: str, source: str, amount: Decimal) -> None:
        if amount:
            outcome[number][source] = amount
            left = waiting[number].outstanding - amount
            waiting[number] = replaced(waiting[number], left)

    for cycle in cycles:
        still = [r for r in waiting.values() if r.outstanding]
        for number, amount in allocate_bill(earned[cycle], still, cycle):
            take(number, cycle, amount)
        still = [r for r in waiting.values() if r.outstanding]
        for number, from_deposit, to_receivable in allocate_deposit(balance, still, cycle):
            balance -= from_deposit
            take(number, "deposit", from_deposit)
            take(number, "receivable", to_receivable)
    return outcome


def replaced(recovery: OpenRecovery, outstanding: Decimal) -> OpenRecovery:
    return OpenRecovery(
        recovery.number,
        recovery.refunded_at,
        outstanding,
        recovery.window_start,
        recovery.window_end,
    )
