"""Callers at the same time, on connections of their own, against committed rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier, Event
from typing import TypeVar

import pytest
from django.db import connection, transaction

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from sellers.models import FeeRatio, Order, Seller, UsageRecord
from sellers.services.closing import lock_sellers, open_next
from sellers.services.companies.sellers import change_seller
from sellers.services.intake import Result
from sellers.services.locks import fence_sellers, lock_seller
from sellers.services.orders.recording import change_order, record_order, record_orders
from sellers.services.orders.usage import record_usage
from sellers.services.products.catalogue import change_product
from tests.sellers.facts import new_order, new_pay_per_use_order, new_usage
from tests.world import a_product, a_seller, at

pytestmark = pytest.mark.django_db(transaction=True)

Answer = TypeVar("Answer")


def at_once(*callers: Callable[[], Answer]) -> list[Answer | Exception]:
    """Start all callers at the same moment; what each returned or raised, in their order."""
    start = Barrier(len(callers))

    def call(caller: Callable[[], Answer]) -> Answer | Exception:
        try:
            start.wait(10)
            return caller()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(call, callers))


@pytest.fixture
def product() -> str:
    return a_product(a_seller("S-1")).number


def test_two_intakes_of_the_same_orders_give_each_order_once(product: str) -> None:
    rows = [new_order(f"O-{n:03}", product) for n in range(300)]

    def intake(*, backwards: bool) -> list[Result]:
        batch = rows[::-1] if backwards else rows
        return [outcome.result for outcome in record_orders(batch, actor=None)]

    first, second = at_once(lambda: intake(backwards=False), lambda: intake(backwards=True))
    assert isinstance(first, list)
    assert isinstance(second, list)
    assert sorted([*first, *second]) == ["known"] * 300 + ["recorded"] * 300
    assert Order.objects.count() == 300


def test_of_two_different_orders_of_one_number_one_is_refused(product: str) -> None:
    rows = [new_order("O-1", product, customer_name=name) for name in ("Fabrikam", "Northwind")]
    answers = at_once(*(partial(record_order, row, actor=None) for row in rows))
    [refused] = [answer for answer in answers if isinstance(answer, Exception)]
    [recorded] = [answer for answer in answers if not isinstance(answer, Exception)]
    assert isinstance(refused, Conflict)
    assert Order.objects.get() == recorded[0]


def test_two_uploads_of_the_same_usage_charge_it_once(product: str) -> None:
    record_order(new_pay_per_use_order("PPU", product), actor=None)
    rows = [new_usage(f"U-{n:03}", "PPU") for n in range(300)]
    answers = at_once(
        lambda: record_usage(rows, actor=None), lambda: record_usage(rows[::-1], actor=None)
    )
    results = [outcome.result for answer in answers for outcome in answer]  # type: ignore[union-attr]
    assert sorted(results) == ["known"] * 300 + ["recorded"] * 300
    assert UsageRecord.objects.count() == 300


def test_R1_5_an_order_waits_for_the_close_that_has_begun_and_lands_behind_it(
    product: str,
) -> None:
    closing, arriving = Event(), Event()
    seller = Seller.objects.get()

    def close() -> None:
        with transaction.atomic():
            lock_sellers([seller.pk])
            closing.set()
            arriving.wait(10)
            wait_until_blocked()
            open_next([seller.pk], Cycle("202402"))

    def arrive() -> Order:
        closing.wait(10)
        arriving.set()
        return record_order(new_order("O-1", product), actor=None)[0]

    closed, order = at_once(close, arrive)
    assert closed is None
    assert isinstance(order, Order)
    assert (order.cycle, order.due_cycle) == ("202402", "202403")


def test_R1_5_a_close_waits_for_the_intake_that_has_begun(product: str) -> None:
    seller = Seller.objects.get()
    fenced, locking = Event(), Event()

    def arrive() -> str | None:
        with transaction.atomic():
            fence_sellers([seller.pk])
            fenced.set()
            locking.wait(10)
            wait_until_blocked()
            order, _ = record_order(new_order("O-1", product), actor=None)
            due_cycle: str | None = order.due_cycle
            return due_cycle

    def lock() -> list[str | None]:
        fenced.wait(10)
        locking.set()
        with transaction.atomic():
            lock_seller(pk=seller.pk)
            return list(Order.objects.values_list("due_cycle", flat=True))

    assert at_once(arrive, lock) == ["202402", ["202402"]]


def test_R1_4_usage_never_misses_the_payment_of_its_order(product: str) -> None:
    """Whichever comes first, the usage ends in the month the order was paid in."""
    for n in range(10):
        number = f"PPU-{n}"
        record_order(new_pay_per_use_order(number, product, paid_at=None), actor=None)
        usage = new_usage(f"U-{n}", number)
        at_once(
            partial(change_order, number, {"paid_at": at("2024-03-01")}, actor=None),
            partial(record_usage, [usage], actor=None),
        )
    assert list(UsageRecord.objects.values_list("cycle", flat=True)) == ["202403"] * 10


def test_R2_8_the_currency_and_the_first_order_never_part(product: str) -> None:
    _, changed = at_once(
        lambda: record_order(new_order("O-1", product), actor=None),
        lambda: change_seller("S-1", {"settlement_currency": "EUR"}, actor=None),
    )
    sold_in = set(Order.objects.values_list("currency", flat=True))
    currency = Seller.objects.get().settlement_currency
    assert (currency, sold_in) in [("USD", {"USD"}), ("EUR", set())]
    assert isinstance(changed, Conflict) == (currency == "USD")


def test_R2_6_versions_of_a_fee_ratio_count_up(product: str) -> None:
    ratios = [Decimal(n) / 10 for n in range(2, 8)]
    at_once(
        *(
            partial(change_product, product, {"platform_fee_ratio": ratio}, actor=None)
            for ratio in ratios
        )
    )
    versions = FeeRatio.objects.order_by("version")
    assert [version.version for version in versions] == [1, 2, 3, 4, 5, 6, 7]
    assert versions.last().platform_fee_ratio == versions.last().product.platform_fee_ratio  # type: ignore[union-attr]


def wait_until_blocked() -> None:
    """Until some other connection waits for a lock; the test is over if none ever does."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_stat_clear_snapshot()"
            )  # sessions of now, not of the first look
            cursor.execute(
                "SELECT pg_sleep(0.01), count(*) FROM pg_locks WHERE NOT granted"
                " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
            if cursor.fetchone()[1]:
                return
    raise AssertionError("Nobody waits.")
