"""Sellers with something of everything, due to close March 2024; made once, then copied."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from django.test import override_settings

from koogallery.kit.cycles import Cycle
from sellers.models import Order, Product, Seller
from sellers.services.companies.sellers import change_seller
from sellers.services.orders.recording import NewOrder, record_orders
from sellers.services.orders.usage import NewUsage, record_usage
from settlement.models import BillRun
from settlement.services.closing.runs import request_run, work_on_run
from settlement.services.refunds.lifecycle import request_refund
from tests.world import (
    LONG_AGO,
    a_deposit,
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_operator,
    at,
    close,
    the_bill,
)

BATCH = 3
#: Settings of who plans a run.
BATCHES = {"BILL_RUN_BATCH_SELLERS": BATCH, "BILL_RUN_MOST_SELLERS": BATCH}
CLOSING = Cycle("202403")
DAYS = {"202401": "2024-01-10", "202402": "2024-02-10", "202403": "2024-03-10"}


def build(pasts: Iterable[Callable[[Seller], None]]) -> None:
    """The sellers of these pasts, numbered as among all."""
    for past in pasts:
        first = BATCH * PASTS.index(past)
        for place in range(first, first + BATCH):
            live(a_seller(f"S{place:02}", withholding_tax="0.05"), past)


def live(seller: Seller, past: Callable[[Seller], None]) -> None:
    """Through February, so that March is next to close."""
    product = a_product(seller, fee="0.15")
    for cycle, orders in {"202401": 20, "202402": 8, "202403": 8}.items():
        sell(product, [f"{seller.number}-{cycle}-{n}" for n in range(orders)])
    meter(product, f"{seller.number}-metered", 20)
    close("202401", seller)
    past(seller)
    close("202402", seller)


def leave_open(seller: Seller) -> None:
    """What happens while March closes: orders to be paid, refunds to be approved and paid out."""
    product = Product.objects.get(seller=seller)
    sell(product, [f"{seller.number}-{CLOSING}-unpaid{n}" for n in range(5)], is_paid=False)
    for n in range(4, 8):
        order = f"{seller.number}-{CLOSING}-{n}"
        request_refund(order, Decimal(10), "not needed", "contract 7", actor=an_operator())


def sell(product: Product, numbers: list[str], *, is_paid: bool = True) -> None:
    """Each number names the cycle in which its order takes effect."""
    rows = [
        NewOrder(
            number=number,
            product=product.number,
            order_type="purchase",
            billing_mode="one_time",
            customer_name="Fabrikam",
            customer_account="fabrikam",
            currency="USD",
            paid_amount=Decimal("33.35"),
            sales_amount=Decimal("33.35"),
            placed_at=at(LONG_AGO),
            paid_at=at(DAYS[number.split("-")[1]]) if is_paid else None,
            effective_at=at(DAYS[number.split("-")[1]]),
            supervision_status="not_applicable",
        )
        for number in numbers
    ]
    assert all(outcome.is_recorded for outcome in record_orders(rows, actor=None))


def meter(product: Product, number: str, records: int) -> None:
    """A pay-per-use order with usage in March."""
    order = NewOrder(
        number=number,
        product=product.number,
        order_type="purchase",
        billing_mode="pay_per_use",
        customer_name="Fabrikam",
        customer_account="fabrikam",
        currency="USD",
        paid_amount=Decimal(0),
        sales_amount=Decimal(0),
        placed_at=at(LONG_AGO),
        paid_at=at(LONG_AGO),
        effective_at=at(LONG_AGO),
        supervision_status="not_applicable",
    )
    assert record_orders([order], actor=None)[0].is_recorded
    use(number, [f"{number}-{n}" for n in range(records)])


def use(order: str, serials: list[str]) -> None:
    rows = [
        NewUsage(
            metering_sn=serial,
            order=order,
            started_at=at(DAYS[CLOSING]) + timedelta(hours=hour),
            ended_at=at(DAYS[CLOSING]) + timedelta(hours=hour + 1),
            quantity=Decimal(1),
            sales_amount=Decimal("0.333333333333"),
        )
        for hour, serial in enumerate(serials)
    ]
    assert all(outcome.is_recorded for outcome in record_usage(rows, actor=None))


def nothing_else(_: Seller) -> None:
    pass


def refund_in_part_before_its_bill(seller: Seller) -> None:
    a_refund(_order(seller, "202403-0"), "10.00", paid_out="2024-03-11")


def refund_more_than_two_bills_cover(seller: Seller) -> None:
    """The window ends with March: then the deposit, then a receivable."""
    for number in range(20):
        a_refund(_order(seller, f"202401-{number}"), "33.35", paid_out="2024-02-05")
    a_deposit(seller, "7.00")


def refund_what_march_covers(seller: Seller) -> None:
    a_refund(_order(seller, "202401-0"), "33.35", paid_out="2024-03-03")


def refund_all_before_its_bill(seller: Seller) -> None:
    a_refund(_order(seller, "202403-1"), "33.35", paid_out="2024-03-11")


def hold_a_refund_back(seller: Seller) -> None:
    a_refund(_order(seller, "202403-2"), "33.35")


def find_a_difference(seller: Seller) -> None:
    """So large that March is negative."""
    an_adjustment(the_bill(seller, "202401"), "-1000.00")


def lose_the_certification(seller: Seller) -> None:
    change_seller(seller.number, {"certified_at": None}, actor=None)


#: One for each batch of sellers.
PASTS = (
    nothing_else,
    refund_in_part_before_its_bill,
    refund_more_than_two_bills_cover,
    refund_what_march_covers,
    refund_all_before_its_bill,
    hold_a_refund_back,
    find_a_difference,
    lose_the_certification,
)
FIRST_HALF, SECOND_HALF = PASTS[:4], PASTS[4:]


def _order(seller: Seller, which: str) -> Order:
    return Order.objects.get(number=f"{seller.number}-{which}")


def close_in_peace() -> None:
    with override_settings(**BATCHES):
        work_on_run(ask_for_run().number, wait=True)


def ask_for_run(sellers: Sequence[str] | None = None) -> BillRun:
    return request_run(CLOSING, sellers, actor=None)


def ended(*runs: BillRun) -> bool:
    numbers = [run.number for run in runs]
    return not BillRun.objects.filter(number__in=numbers, state__in=["queued", "running"]).exists()
