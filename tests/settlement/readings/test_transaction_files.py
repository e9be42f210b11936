"""What the database tells of orders and transactions in files is what the rules say of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from koogallery.exports.files import Table, by_python, csv_pieces
from koogallery.exports.kinds import KINDS, ExportKind, Selection
from koogallery.models import User
from koogallery.settlement_time import ZONE, cycle_of
from sellers.models import Order, Product, Seller, UsageRecord
from settlement.choices import TransactionKind
from settlement.readings.billing import facts_of, reasons_of, with_billing
from settlement.readings.transaction_rows import TransactionRow, recovery_of, rows_of
from settlement.readings.transactions import Wanted, transactions
from settlement.readings.waiting import FIRST, unbilled
from settlement.rules.billability import waits_for
from tests.authority import a_paid_out_refund
from tests.settlement.builders import (
    approved_refund,
    at,
    close,
    make_product,
    make_seller,
)
from tests.world import an_operator

pytestmark = pytest.mark.django_db

#: What came before it has come; January and February may have been closed.
NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
INSTANTS = st.sampled_from([at(1, 5), at(2, 10), at(3, 4), at(4, 2)])
serial = count(1)


@dataclass(frozen=True)
class Case:
    """An order; `refunds` are shares of what was paid, and whether they are paid out."""

    order_type: str
    pay_per_use: bool
    paid_at: datetime | None
    effective_at: datetime | None
    supervision: str
    completed_at: datetime
    is_cancelled: bool
    refunds: list[tuple[str, bool]]
    ratio: str
    usage: list[datetime]


CASES = st.builds(
    Case,
    st.sampled_from(["purchase", "purchase", "renewal", "trial"]),
    st.booleans(),
    st.none() | INSTANTS,
    st.none() | INSTANTS,
    st.sampled_from(
        ["not_applicable", "completed", "waiting_for_service", "waiting_for_acceptance"]
    ),
    INSTANTS,
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(["0.25", "0.5", "0.75"]), st.booleans()), max_size=2),
    st.sampled_from(["0", "0.15", "0.333333"]),
    st.lists(INSTANTS, max_size=3),
)
MARKETS = st.lists(
    st.tuples(st.sampled_from([None, at(1, 1), at(4, 1)]), st.lists(CASES, max_size=6)),
    min_size=1,
    max_size=2,
)


#: Held by its seller's certification and by the running month.
OF_THIS_MONTH = Case(
    order_type="purchase",
    pay_per_use=False,
    paid_at=at(3, 4),
    effective_at=at(3, 4),
    supervision="not_applicable",
    completed_at=at(3, 4),
    is_cancelled=False,
    refunds=[],
    ratio="0.15",
    usage=[],
)


def entered(case: Case, product: Product) -> Order:
    is_trial, is_metered = case.order_type == "trial", case.pay_per_use
    completed = case.completed_at if case.supervision == "completed" else None
    said = [case.paid_at, case.effective_at, *([completed] if completed else [])]
    is_open = None in said or case.supervision.startswith("waiting")
    cycle = None if is_open else cycle_of(max(instant for instant in said if instant))
    paid = Decimal("0" if is_trial or is_metered else "120")
    return Order.objects.create(
        number=f"O{next(serial)}",
        seller=product.seller,
        product=product,
        order_type=case.order_type,
        billing_mode="pay_per_use" if is_metered else "one_time",
        customer_name="Fabrikam",
        customer_account="fabrikam@trading",
        currency=product.seller.settlement_currency,
        paid_amount=paid,
        sales_amount=paid * 5 / 6,
        customer_wht=paid / 100,
        platform_fee_ratio=product.platform_fee_ratio,
        fee_ratio_version=1,
        placed_at=at(1, 2),
        paid_at=case.paid_at,
        effective_at=case.effective_at,
        supervision_status=case.supervision,
        supervision_completed_at=completed,
        cancelled_at=at(3, 1) if case.is_cancelled and case.paid_at is None else None,
        cycle=cycle,
        due_cycle=None if is_trial or is_metered else cycle,
    )


def use(case: Case, order: Order) -> None:
    UsageRecord.objects.bulk_create(
        UsageRecord(
            metering_sn=f"U{next(serial)}",
            seller=order.seller,
            order=order,
            started_at=instant,
            ended_at=instant + timedelta(hours=1),
            quantity=Decimal(1),
            sales_amount=Decimal("1.5"),
            customer_wht=Decimal("0.25"),
            cycle=cycle_of(instant),
            due_cycle=cycle_of(instant) if order.paid_at else None,
        )
        for instant in case.usage
        if order.billing_mode == "pay_per_use"
    )


def claim(case: Case, order: Order) -> None:
    for share, is_paid_out in case.refunds:
        if order.paid_at is None or not order.paid_amount:
            return
        amount = order.paid_amount * Decimal(share)
        claimed = sum(order.refunds.values_list("amount", flat=True))
        if claimed + amount > order.paid_amount:
            return
        if is_paid_out:
            number = f"RF{next(serial):08}"
            a_paid_out_refund(order, amount, max(order.paid_at, at(2, 20)), an_operator(), number)
        else:
            approved_refund(order, str(amount), an_operator(), an_operator("oscar"))


def fill(sellers: list[tuple[datetime | None, list[Case]]], closed: str | None) -> None:
    for certified_at, cases in sellers:
        seller = make_seller(certified_at=certified_at)
        orders = [entered(case, make_product(seller, ratio=case.ratio)) for case in cases]
        for case, order in zip(cases, orders, strict=True):
            use(case, order)
            claim(case, order)
        if closed:
            close(seller, closed)


def told(kind: ExportKind) -> list[dict[str, Any]]:
    return [dict(zip(kind.columns, row, strict=True)) for row in chosen(kind).rows()]


def chosen(kind: ExportKind) -> Selection:
    reader, _ = User.objects.get_or_create(username="root", is_superuser=True, is_staff=True)
    return kind.by_client(reader, QueryDict())


def written(kind: ExportKind, rows: list[dict[str, Any]] | None = None) -> bytes:
    """The CSV: by PostgreSQL, or of these rows by Python."""
    lines = chosen(kind).lines if rows is None else by_python
    values = (tuple(row.values()) for row in rows or ())
    return b"".join(csv_pieces(Table(kind.columns, kind.amounts, values, lines)))


@settings(max_examples=25)
@given(
    language=st.sampled_from(["en", "zh-hans"]),
    sellers=MARKETS,
    closed=st.none() | st.sampled_from(["202601", "202602"]),
)
@example("en", [(None, [OF_THIS_MONTH])], None)
def test_any_transaction_is_told_as_the_rules_say(
    language: str, sellers: list[tuple[datetime | None, list[Case]]], closed: str | None
) -> None:
    with (
        time_machine.travel(NOW, tick=False),
        translation.override(language),
        transaction.atomic(),
    ):
        fill(sellers, closed)
        orders = with_billing(Order.objects.order_by("pk"))
        reasons = [" ".join(reasons_of(each, timezone.now())) for each in orders]
        assert [each["unbilled_reasons"] for each in told(KINDS["orders"])] == reasons
        for seller in Seller.objects.all():
            waiting = unbilled(seller, timezone.now()).values()
            assert {each.what: each.count for each in waiting} == first_reasons(
                each for each in orders if each.seller_id == seller.pk
            )
        found = transactions(Wanted(None), sort="order", falling=True, size=500)
        rows = rows_of(found.rows, timezone.now())
        by_rules = [told_by_the_rules(row) for row in rows]
        assert told(KINDS["transactions"]) == by_rules
        assert written(KINDS["transactions"]) == written(KINDS["transactions"], by_rules)
        transaction.set_rollback(True)


def first_reasons(orders: Iterable[Any]) -> Counter[str]:
    """How many of these orders wait, by what each of them waits for first; a trial is provided."""
    found = Counter[str]()
    for order in orders:
        facts = facts_of(order)
        waits = set(waits_for(facts, now=timezone.now(), zone=ZONE))
        is_retained = not facts.refunded or facts.refunded < facts.paid_amount
        if order.bill is None and not facts.is_cancelled and is_retained:
            asked = FIRST[:2] if facts.order_type == "trial" else FIRST
            found.update([each for each in asked if each in waits][:1])
    return found


def told_by_the_rules(row: TransactionRow) -> dict[str, Any]:
    transaction, order, refund = row.transaction, row.order, row.refund
    is_usage = transaction.kind == TransactionKind.USAGE
    outlook = row.outlook
    return {
        "kind": transaction.kind,
        "order": order.number,
        "seller": order.seller.number,
        "product": order.product.number,
        "product_name": order.product.name,
        "customer_name": order.customer_name,
        "customer_account": order.customer_account,
        "records": transaction.records,
        "effective_at": None
        if is_usage
        else (refund.refunded_at if refund else order.effective_at),
        "cycle": transaction.cycle,
        "due_cycle": transaction.due_cycle,
        "currency": order.currency,
        "sales_amount": transaction.sales_amount,
        "customer_wht": transaction.customer_wht,
        "platform_fee_ratio": order.platform_fee_ratio,
        "bill": row.bill,
        "line_no": row.line_no,
        "expected_cycle": outlook.cycle if outlook else None,
        "waiting_for": outlook.never or "; ".join(each.headline for each in outlook.open)
        if outlook
        else "",
        "settlement_amount": row.settlement,
        "refund": refund.number if refund else "",
        "refunded_amount": refund.amount if refund else None,
        "recovery": recovery_of(refund),
    }
