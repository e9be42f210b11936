"""A seller leaves: once nothing is open any more, the deposit is returned (R6.3)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act_of_two
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Violation
from koogallery.kit.money import ZERO, format_amount
from koogallery.models import User
from sellers.choices import BillingMode, OrderType, Supervision
from sellers.models import OrderQuerySet, Seller
from sellers.rules.sellers import left_violation
from sellers.services.companies.leaving import keep_registrations_out, registrations_of
from sellers.services.locks import lock_seller, visible_seller
from settlement import notices
from settlement.choices import (
    CLAIMING,
    AdjustmentKind,
    BillState,
    DisputeState,
    MoneyAct,
    MovementKind,
    ReceivableState,
    RecoveryState,
    RefundState,
)
from settlement.models import Deposit
from settlement.readings.billing import not_refunded_in_full
from settlement.rules.exits import MOST_NAMED, Obstacle, obstacle
from settlement.services.deposits import balance_of, record_movement
from settlement.services.previews.effects import on_the_seller

Numbers = QuerySet[Any, str]

IN_FULFILMENT = (Supervision.WAITING_FOR_SERVICE, Supervision.WAITING_FOR_ACCEPTANCE)
SETTLED_BILLS = (BillState.PAID, BillState.CLOSED_WITHOUT_PAYMENT)
REFUND_UNDER_WAY = tuple(state for state in CLAIMING if state != RefundState.REFUNDED)


def _lock_company(number: str, actor: User) -> None:
    """Registrations, then all that the company is registered as: in one order for everybody."""
    keep_registrations_out()
    named = visible_seller(number, actor)
    for each in sorted([number, *registrations_of(named).values_list("number", flat=True)]):
        lock_seller(number=each)


@act_of_two(
    "leave",
    Seller.objects.all(),
    TwoPeople("exit", _("Let a seller leave"), on_the_seller),
    by=Who(Duty.MANAGE_SELLERS),
    rule="R6.3",
    before=_lock_company,
    said=Said(
        label=_("Let the seller leave"),
        question=_("Let this seller leave KooGallery?"),
        done=_("The seller has left; its deposit is returned."),
        is_final=True,
    ),
)
def exit_seller(seller: Seller, *, actor: User) -> Seller:
    """Return the whole deposit and let the seller go; refused while anything is open.

    A company leaves with all that it is registered as, so that none of it outlives the exit.
    The locks keep out whatever could open something beside it: orders, refunds, bills, listings.
    """
    _require_ready(seller)
    others = registrations_of(seller).filter(left_at=None)
    returned = _return_deposit(seller, actor)
    left_at, leaving = timezone.now(), [seller, *others]
    Seller.objects.filter(pk__in=[each.pk for each in leaving]).update(
        left_at=left_at, modified_at=left_at
    )
    for each in leaving:
        _tell(each, left_at, returned if each is seller else ZERO, actor)
    return seller


def _tell(seller: Seller, left_at: datetime, returned: Decimal, actor: User) -> None:
    seller.left_at = left_at
    audit.record(
        actor,
        "left",
        "seller",
        seller.number,
        seller=seller.number,
        changes={"left_at": (None, left_at)},
        returned=format_amount(returned, seller.settlement_currency),
        currency=seller.settlement_currency,
    )
    notices.seller_left(seller, returned)


def exit_obstacles(seller: Seller) -> tuple[Obstacle, ...]:
    """Everything that is still open with this seller, one obstacle a kind; none: it may leave."""
    found = list(_open_of(seller))
    others = [each.number for each in registrations_of(seller) if _is_open(each)]
    if others:
        found.append(obstacle("registration_open", len(others), others))
    return tuple(found)


def _open_of(seller: Seller) -> Iterator[Obstacle]:
    for code, rows in _open(seller).items():
        numbers = list(rows[: MOST_NAMED + 1])
        if numbers:
            count = rows.count() if len(numbers) > MOST_NAMED else len(numbers)
            yield obstacle(code, count, numbers)


def _is_open(seller: Seller) -> bool:
    """Its deposit is returned before, by who may return one."""
    return balance_of(seller.pk) > ZERO or any(_open_of(seller))


def _require_ready(seller: Seller) -> None:
    if seller.left_at:
        raise Conflict.of(
            [
                left_violation(
                    "",
                    gettext("%(number)s left on %(left_at)s.")
                    % {"number": seller.number, "left_at": f"{seller.left_at:%Y-%m-%d}"},
                )
            ]
        )
    open_ = exit_obstacles(seller)
    if open_:
        raise Conflict.of([Violation("", each.code, each.detail, "R6.3") for each in open_])


def _return_deposit(seller: Seller, actor: User) -> Decimal:
    deposit = Deposit.objects.filter(seller=seller).first()
    if deposit is None or deposit.balance == ZERO:
        return ZERO
    record_movement(
        seller,
        MovementKind.RETURN,
        deposit.balance,
        f"exit-{seller.number}",
        gettext("The seller leaves KooGallery."),
        actor=actor,
        by=MoneyAct.EXIT,
    )
    return deposit.balance


def _open(seller: Seller) -> Mapping[str, Numbers]:
    """By the codes of `settlement/rules/exits.py`, in order; its other registrations follow."""
    products = seller.products.filter(delisted_at=None)
    recoveries = seller.recoveries.filter(state=RecoveryState.OPEN, receivable=None)
    adjustments = seller.adjustments.filter(bill_lines=None)
    return {
        "product_listed": _numbers(products),
        "order_in_fulfilment": _numbers(seller.orders.filter(_fulfilment())),
        "order_running": _numbers(_running(seller)),
        "order_unbilled": _numbers(_unbilled_orders(seller)),
        "usage_unbilled": _unbilled_usage(seller),
        "refund_under_way": _numbers(seller.refunds.filter(state__in=REFUND_UNDER_WAY)),
        "recovery_open": _numbers(recoveries),
        "receivable_open": _numbers(seller.receivables.exclude(state=ReceivableState.PAID)),
        "invoice_due": _numbers(seller.bills.filter(state=BillState.PENDING_INVOICE)),
        "bill_unpaid": _numbers(
            seller.bills.exclude(state__in=(*SETTLED_BILLS, BillState.PENDING_INVOICE))
        ),
        "dispute_open": _numbers(seller.disputes.filter(state=DisputeState.OPEN)),
        "adjustment_pending": _numbers(adjustments.filter(kind=AdjustmentKind.DIFFERENCE)),
        "negative_carried_over": _numbers(adjustments.filter(kind=AdjustmentKind.CARRY_OVER)),
    }


def _numbers(rows: QuerySet[Any]) -> Numbers:
    return rows.order_by("pk").values_list("number", flat=True)


def _fulfilment() -> Q:
    return Q(supervision_status__in=IN_FULFILMENT, cancelled_at=None)


def _running(seller: Seller) -> OrderQuerySet:
    """Pay-per-use that nobody has ended, cancelled or only tried: more usage may come."""
    metered = seller.orders.not_cancelled().filter(billing_mode=BillingMode.PAY_PER_USE)
    return metered.filter(ended_at=None).exclude(order_type=OrderType.TRIAL)


def _due(seller: Seller) -> Q:
    """Not billed: what is billed was due in a cycle that the seller has closed (R1.5)."""
    return Q(due_cycle__isnull=False, due_cycle__gte=seller.open_cycle or "")


def _unbilled_orders(seller: Seller) -> OrderQuerySet:
    """Due, or still to be paid or enabled; but not what was refunded in full (R4.6)."""
    never_billed = Q(order_type=OrderType.TRIAL) | Q(billing_mode=BillingMode.PAY_PER_USE)
    incomplete = Q(cycle=None, cancelled_at=None) & ~never_billed & ~_fulfilment()
    return not_refunded_in_full(seller.orders.filter(_due(seller) | incomplete))


def _unbilled_usage(seller: Seller) -> Numbers:
    """Due, or of an order whose payment or supervision is open. A union, for an index each."""
    metered = seller.orders.filter(billing_mode=BillingMode.PAY_PER_USE)
    waiting = metered.exclude(order_type=OrderType.TRIAL).filter(Q(paid_at=None) | _fulfilment())
    due = seller.usage_records.filter(_due(seller)).order_by()
    open_ = seller.usage_records.filter(order__in=waiting, package=None, cycle=None).order_by()
    numbers = due.values_list("metering_sn", flat=True).union(
        open_.values_list("metering_sn", flat=True)
    )
    return numbers.order_by("metering_sn")
