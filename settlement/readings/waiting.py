"""Money that waits: sold and on no bill yet, by what for; billed and not paid, by state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from koogallery.kit.money import ZERO
from koogallery.settlement_time import cycle_of
from sellers.choices import OrderType
from sellers.models import Seller, UsageRecord
from settlement.choices import BillState, RefundState
from settlement.models import Bill
from settlement.readings.billing import SUPERVISED, WaitsFor, not_refunded_in_full, with_billing
from settlement.readings.exits import SETTLED_BILLS

ONE = Decimal(1)
#: What an order waits for, in the order in which it is asked: what the seller does comes first.
FIRST = [
    "waiting_for_service",
    "waiting_for_acceptance",
    "not_paid",
    "not_enabled",
    "takes_effect_later",
    "refund_pending",
    "seller_not_certified",
]
#: A bill in one of these is still to be paid.
UNPAID = tuple(state for state in BillState if state not in SETTLED_BILLS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one thing: how many orders or bills, how much they come to, since when."""

    what: str
    count: int
    amount: Decimal
    oldest: datetime
    #: Of the bills, where the seller is told of each.
    numbers: Sequence[str] = ()


def unbilled(seller: Seller, now: datetime) -> dict[str, Waiting]:
    """By the first thing that each order waits for (R1.3); the end of the month is none of them.

    The amount is what would be settled: less withheld tax, fee and what was refunded, with the
    usage of pay-per-use orders.
    """
    orders: Any = not_refunded_in_full(with_billing(seller.orders.not_cancelled()))
    found = (
        orders.filter(_may_wait(seller, now), bill=None)
        .annotate(what=_first_reason(now), settles=_settles(seller))
        .exclude(what="")
        .order_by()
        .values("what")
        .annotate(count=Count("pk"), amount=Sum("settles", default=ZERO), oldest=Min("placed_at"))
    )
    return {row["what"]: Waiting(**row) for row in found}


def billed(seller: Seller) -> dict[str, Waiting]:
    found = (
        Bill.objects.filter(seller=seller, state__in=UNPAID)
        .order_by()
        .values(what=F("state"))
        .annotate(
            count=Count("pk"),
            amount=Sum("net_payable"),
            oldest=Min("issued_at"),
            numbers=ArrayAgg("number", filter=Q(state=BillState.PAYMENT_FAILED), default=[]),
        )
    )
    return {row["what"]: Waiting(**row) for row in found}


def _may_wait(seller: Seller, now: datetime) -> Q:
    """From indexes: what has no cycle yet waits, and little else does; of a new seller all."""
    if seller.certified_at is None or seller.certified_at > now:
        return Q()
    approved = seller.refunds.filter(state=RefundState.APPROVED).order_by().values("order")
    pending = Func(
        F("pk"),
        ArraySubquery(approved),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )
    return Q(due_cycle=None) | Q(due_cycle__gt=cycle_of(now)) | Q(pending)


def _first_reason(now: datetime) -> Case:
    """A trial is provided and accepted, and never billed."""
    first = Func(
        Value(FIRST, output_field=ArrayField(CharField())),
        WaitsFor(now),
        template="coalesce((SELECT first FROM unnest(%(expressions)s) LIMIT 1), '')",
        arg_joiner=") first WHERE first = ANY (",
        output_field=CharField(),
    )
    provided = Q(order_type=OrderType.TRIAL, supervision_status__in=SUPERVISED)
    return Case(When(provided, then=Value("")), default=first)


def _settles(seller: Seller) -> Case:
    """As a line of these would (R2.1, R4.6)."""
    usage = UsageRecord.objects.filter(order=OuterRef("pk"), package=None)
    if seller.certified_at:
        usage = usage.filter(due_cycle=None)
    metered = usage.order_by().values("order")
    net = F("sales_amount") - F("customer_wht")
    used = Coalesce(
        Subquery(metered.annotate(net=Sum(net)).values("net")),
        Value(ZERO),
        output_field=DecimalField(),
    )
    kept = (F("paid_amount") - F("refunded")) / F("paid_amount")
    settled = (net + used) * (Value(ONE) - F("platform_fee_ratio"))
    amount = DecimalField(max_digits=40, decimal_places=12)
    return Case(
        When(refunded__gt=ZERO, paid_amount__gt=ZERO, then=settled * kept),
        default=settled,
        output_field=amount,
    )
