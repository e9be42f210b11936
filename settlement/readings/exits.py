"""What keeps a seller from leaving, by the rows that are still open (R6.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from koogallery.fields import FoldedName
from koogallery.kit.money import ZERO
from sellers.choices import OPEN_SUPERVISION, BillingMode, OrderType
from sellers.models import Order, OrderQuerySet, Product, Seller, UsageRecord
from sellers.services.companies.leaving import registrations_of
from settlement.choices import (
    CLAIMING,
    AdjustmentKind,
    BillState,
    DisputeState,
    ExitState,
    MovementKind,
    ReceivableState,
    RecoveryState,
    RefundState,
)
from settlement.models import (
    Adjustment,
    Bill,
    Deposit,
    DepositMovement,
    Dispute,
    ExitRequest,
    Receivable,
    Recovery,
    Refund,
)
from settlement.models.exits import ExitRequestQuerySet
from settlement.readings.billing import not_refunded_in_full
from settlement.rules.exits import MOST_NAMED, Obstacle, obstacle

SETTLED_BILLS = (BillState.PAID, BillState.CLOSED_WITHOUT_PAYMENT)
REFUND_UNDER_WAY = tuple(state for state in CLAIMING if state != RefundState.REFUNDED)
USAGE = "usage_unbilled"

Requests = TypeVar("Requests", bound=QuerySet[Any])


@dataclass(frozen=True, slots=True)
class Whose:
    """A seller and its first open cycle; or where a row of an outer query has them."""

    seller: Any
    open_cycle: Any

    @classmethod
    def of(cls, seller: Seller) -> "Whose":
        return cls(seller, seller.open_cycle or "")

    @classmethod
    def outer(cls, seller: str, prefix: str = "") -> "Whose":
        return cls(OuterRef(seller), Coalesce(OuterRef(f"{prefix}open_cycle"), Value("")))


def exit_obstacles(seller: Seller) -> tuple[Obstacle, ...]:
    """Everything that is still open with this seller, one obstacle a kind; none: it may leave."""
    found = list(_obstacles_of(seller))
    others = [each.number for each in registrations_of(seller) if _is_open(each)]
    if others:
        found.append(obstacle("registration_open", len(others), others))
    return tuple(found)


def with_readiness(requests: Requests) -> Requests:
    """Whether nothing is open any more with the seller of each (`is_ready`): one query for all."""
    others = Seller.objects.alias(folded=FoldedName("company_name")).filter(
        folded=FoldedName(OuterRef("seller__company_name")),
        country=OuterRef("seller__country"),
        left_at=None,
    )
    kept = Exists(Deposit.objects.filter(seller=OuterRef("pk"), balance__gt=ZERO))
    also_open = others.exclude(pk=OuterRef("seller_id")).filter(
        kept | _anything_open(Whose.outer("pk"))
    )
    is_open = _anything_open(Whose.outer("seller_id", "seller__")) | Exists(also_open)
    return requests.annotate(is_ready=~is_open)


def ready_requests() -> ExitRequestQuerySet:
    return with_readiness(ExitRequest.objects.open()).filter(Q(is_ready=True))


def waiting_requests() -> ExitRequestQuerySet:
    """Of sellers with whom something is still open."""
    return with_readiness(ExitRequest.objects.open()).filter(Q(is_ready=False))


def open_request_of(seller: Seller) -> ExitRequest | None:
    return seller.exit_requests.filter(state=ExitState.REQUESTED).first()


def returned_with_exit(seller: Seller) -> DepositMovement | None:
    """The deposit as the exit returned it; none where there was nothing to return."""
    returns = seller.deposit_movements.filter(kind=MovementKind.RETURN)
    return returns.filter(reference=exit_reference(seller)).first()


def exit_reference(seller: Seller) -> str:
    """Of the movement by which its deposit is returned."""
    return f"exit-{seller.number}"


def _anything_open(whose: Whose) -> Any:
    return reduce(or_, (Exists(rows.order_by()) for _code, rows in _open(whose)), Q())


def _obstacles_of(seller: Seller) -> Iterator[Obstacle]:
    for code, rows in numbers_open(seller).items():
        numbers = list(rows[: MOST_NAMED + 1])
        if numbers:
            count = rows.count() if len(numbers) > MOST_NAMED else len(numbers)
            yield obstacle(code, count, numbers)


def _is_open(seller: Seller) -> bool:
    """Its deposit is returned before, by who may return one."""
    deposit = Deposit.objects.filter(seller=seller, balance__gt=ZERO)
    return deposit.exists() or any(_obstacles_of(seller))


def numbers_open(seller: Seller) -> Mapping[str, QuerySet[Any, str]]:
    """By the codes of `settlement/rules/exits.py`, in order; its other registrations follow."""
    found: dict[str, QuerySet[Any, str]] = {}
    for code, rows in _open(Whose.of(seller)):
        if code != USAGE:
            found[code] = rows.order_by("pk").values_list("number", flat=True)
        else:
            numbers = rows.order_by().values_list("metering_sn", flat=True)
            # A union, for an index each.
            found[code] = found[code].union(numbers) if code in found else numbers
    return {**found, USAGE: found[USAGE].order_by("metering_sn")}


def _open(whose: Whose) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Usage twice: what is due, and what still waits."""
    seller = whose.seller
    orders, bills = Order.objects.filter(seller=seller), Bill.objects.filter(seller=seller)
    recoveries = Recovery.objects.filter(seller=seller, state=RecoveryState.OPEN, receivable=None)
    receivables = Receivable.objects.filter(seller=seller)
    adjustments = Adjustment.objects.filter(seller=seller, bill_lines=None)
    usage = UsageRecord.objects.filter(seller=seller)
    yield "product_listed", Product.objects.filter(seller=seller, delisted_at=None)
    yield "order_in_fulfilment", orders.filter(_fulfilment())
    # Pay-per-use that nobody has ended, cancelled or only tried: more usage may come.
    metered = orders.not_cancelled().filter(billing_mode=BillingMode.PAY_PER_USE)
    yield "order_running", metered.filter(ended_at=None).exclude(order_type=OrderType.TRIAL)
    yield "order_unbilled", _unbilled(orders, whose)
    yield USAGE, usage.filter(_due(whose))
    yield USAGE, usage.filter(_waiting(), order__seller=seller, package=None, cycle=None)
    yield "refund_under_way", Refund.objects.filter(seller=seller, state__in=REFUND_UNDER_WAY)
    yield "recovery_open", recoveries
    yield "receivable_open", receivables.exclude(state=ReceivableState.PAID)
    yield "invoice_due", bills.filter(state=BillState.PENDING_INVOICE)
    yield "bill_unpaid", bills.exclude(state__in=(*SETTLED_BILLS, BillState.PENDING_INVOICE))
    yield "dispute_open", Dispute.objects.filter(seller=seller, state=DisputeState.OPEN)
    yield "adjustment_pending", adjustments.filter(kind=AdjustmentKind.DIFFERENCE)
    yield "negative_carried_over", adjustments.filter(kind=AdjustmentKind.CARRY_OVER)


def _fulfilment(order: str = "") -> Q:
    return Q(**{f"{order}supervision_status__in": OPEN_SUPERVISION, f"{order}cancelled_at": None})


def _due(whose: Whose) -> Q:
    """Not billed: what is billed was due in a cycle that the seller has closed (R1.5)."""
    return Q(due_cycle__isnull=False, due_cycle__gte=whose.open_cycle)


def _unbilled(orders: OrderQuerySet, whose: Whose) -> OrderQuerySet:
    """Due, or still to be paid or enabled; but not what was refunded in full (R4.6)."""
    never_billed = Q(order_type=OrderType.TRIAL) | Q(billing_mode=BillingMode.PAY_PER_USE)
    incomplete = Q(cycle=None, cancelled_at=None) & ~never_billed & ~_fulfilment()
    return not_refunded_in_full(orders.filter(_due(whose) | incomplete))


def _waiting() -> Q:
    """Usage of metered orders whose payment or supervision is open."""
    unfinished = Q(order__paid_at=None) | _fulfilment("order__")
    metered = Q(order__billing_mode=BillingMode.PAY_PER_USE)
    return metered & ~Q(order__order_type=OrderType.TRIAL) & unfinished
