"""What lands on a bill, what waits, and what is never billed (R1.3 to R1.5, R3.5, R4.6)."""

from decimal import Decimal

import pytest

from koogallery.kit.cycles import Cycle
from koogallery.models import User
from sellers.models import Order, Product, Seller
from settlement.models import Adjustment, Bill, BillLine, LedgerEntry, Recovery
from settlement.services.closing.cycles import close_through
from tests.authority import a_paid_out_refund, answer_for
from tests.settlement.builders import (
    approved_refund,
    at,
    close,
    make_order,
    make_product,
    make_seller,
    refunded,
)


def due(order: Order) -> tuple[str | None, str | None]:
    order.refresh_from_db()
    return order.cycle, order.due_cycle


def test_R1_3_without_certification_everything_waits(product: Product) -> None:
    seller = product.seller
    Seller.objects.filter(pk=seller.pk).update(certified_at=None)
    order = make_order(product, "10", at(1, 5))

    assert close(seller, "202601") is None
    assert due(order) == ("202601", "202602")

    Seller.objects.filter(pk=seller.pk).update(certified_at=at(2, 10))
    bill = close(seller, "202602")
    assert bill is not None
    assert BillLine.objects.get(bill=bill).catch_up is True


def test_R4_6_an_approved_refund_holds_its_order_back(
    product: Product, operator: User, second_operator: User
) -> None:
    order = make_order(product, "300", at(1, 5))
    approved_refund(order, "100", operator, second_operator)

    assert close(product.seller, "202601") is None
    assert due(order) == ("202601", "202602")


def test_R4_6_a_fully_refunded_order_is_never_due_again(
    product: Product, operator: User, second_operator: User
) -> None:
    order = make_order(product, "300", at(1, 5))
    refunded(order, "300", at(1, 20), operator, second_operator)

    assert close(product.seller, "202601") is None
    assert due(order) == ("202601", None)
    assert not Recovery.objects.exists()


def test_R4_6_a_partly_refunded_order_keeps_its_share_and_says_so(
    product: Product, operator: User, second_operator: User
) -> None:
    order = make_order(product, "300", at(1, 5), sales_amount=Decimal(270), customer_wht=Decimal(9))
    refunded(order, "100", at(1, 20), operator, second_operator)

    bill = close(product.seller, "202601")

    assert bill is not None
    line = BillLine.objects.get(bill=bill)
    assert (line.sales_amount, line.customer_wht, line.refunded_before) == (180, 6, 100)


def test_R3_1_no_lines_no_bill_but_the_cycle_is_closed(seller: Seller) -> None:
    assert close(seller, "202601") is None
    seller.refresh_from_db()
    assert seller.open_cycle == "202602"


def test_R3_5_a_negative_amount_is_carried_and_leaves_nothing_payable(product: Product) -> None:
    make_order(product, "100", at(1, 5))
    first = close(product.seller, "202601")
    assert first is not None
    adjust(first, "-150")

    second = close(product.seller, "202602")

    assert second is not None
    assert (second.settlement_amount, second.net_payable) == (-150, 0)
    carried = Adjustment.objects.get(kind="carry_over")
    assert (carried.bill, carried.amount) == (second, -150)
    make_order(product, "200", at(3, 5))
    third = close(product.seller, "202603")
    assert third is not None
    assert (third.adjustments, third.settlement_amount) == (-150, 50)
    assert balance(product.seller, "seller_payable") == -(100 + 50)
    assert balance(product.seller, "carried_over") == 0
    assert balance(product.seller, "adjustments") == -150


def adjust(bill: Bill, amount: str) -> None:
    answer_for("adjustment", "AD1", bill.seller, Decimal(amount))
    Adjustment.objects.create(
        number="AD1", seller=bill.seller, bill=bill, amount=Decimal(amount), currency="USD"
    )


def balance(seller: Seller, account: str) -> Decimal:
    return sum(
        LedgerEntry.objects.filter(seller=seller, account=account).values_list("amount", flat=True),
        Decimal(0),
    )


def test_R1_6_a_batch_closes_each_seller_in_its_own_order(db: None) -> None:
    ahead, behind = make_seller(), make_seller()
    close_through([ahead.pk], Cycle("202602"))
    close_through([behind.pk], Cycle("202601"))
    make_order(make_product(behind), "10", at(2, 5))

    close_through([ahead.pk, behind.pk], Cycle("202603"))

    assert list(Bill.objects.values_list("seller", "cycle")) == [(behind.pk, "202602")]
    assert set(Seller.objects.values_list("open_cycle", flat=True)) == {"202604"}


def test_R5_3_a_seller_who_left_pays_from_the_deposit_at_once(
    product: Product, operator: User, second_operator: User
) -> None:
    order = make_order(product, "100", at(1, 5))
    close(product.seller, "202601")
    Seller.objects.filter(pk=product.seller_id).update(left_at=at(2, 1))

    refunded(order, "40", at(2, 10), operator, second_operator)

    assert Recovery.objects.get().receivable.amount == 40


@pytest.mark.parametrize("refunded_cents", [1, 33, 50, 99])
def test_R4_6_the_retained_share_is_rounded_half_up(
    product: Product, operator: User, refunded_cents: int
) -> None:
    order = make_order(product, "1.00", at(1, 5), sales_amount=Decimal("0.50"))
    a_paid_out_refund(order, Decimal(refunded_cents) / 100, at(1, 20), operator, "RF1")

    bill = close(product.seller, "202601")

    assert bill is not None
    assert bill.sales_amount == Decimal((100 - refunded_cents + 1) // 2) / 100
