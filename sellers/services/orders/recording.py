"""Orders as the trading system tells them: taken in, and changed until they are billed."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max, Min, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.dates import day_text
from koogallery.duties import Duty, require_duty
from koogallery.events.mail import withdraw_address
from koogallery.fields import AnyOf
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, NotFound, Violation, refuse
from koogallery.kit.mail_addresses import is_mail_address
from koogallery.kit.money import ZERO
from koogallery.kit.names import name_violations
from koogallery.models import User
from koogallery.settlement_time import ZONE
from koogallery.statements import run_statement
from sellers.choices import BillingMode, OrderType
from sellers.models import FeeRatio, Order, Product
from sellers.rules.cycles import due_cycle, order_cycle
from sellers.rules.orders import (
    NEW_BUSINESS,
    OrderFacts,
    agreement_violations,
    billing_mode_violations,
    order_violations,
    supervision_move_allowed,
)
from sellers.rules.sellers import left_violation
from sellers.services.changes import changed_fields
from sellers.services.companies.leaving import unrecorded
from sellers.services.delivery.queue import queue_deliveries, release_given_up
from sellers.services.intake import Facts, Outcome, require_accepted
from sellers.services.locks import fence_sellers, lock_seller

CHANGEABLE = frozenset(
    {
        "customer_name",
        "customer_account",
        "customer_email",
        "paid_amount",
        "sales_amount",
        "customer_wht",
        "unit_price",
        "placed_at",
        "paid_at",
        "effective_at",
        "term_ends_at",
        "supervision_status",
        "supervision_completed_at",
        "cancelled_at",
        "ended_at",
    }
)
#: Whom the customer is, is the trading system's alone; no rule of settlement looks at it.
JUDGED = CHANGEABLE - {"customer_name", "customer_account", "customer_email"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order as it is sent; `paid_amount` includes VAT, `sales_amount` does not."""

    number: str
    product: str
    order_type: str
    billing_mode: str
    customer_name: str
    customer_account: str
    customer_email: str = ""
    currency: str
    paid_amount: Decimal
    sales_amount: Decimal
    customer_wht: Decimal = ZERO
    unit_price: Decimal | None = None
    placed_at: datetime
    paid_at: datetime | None = None
    effective_at: datetime | None = None
    term_ends_at: datetime | None = None
    supervision_status: str
    supervision_completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None


class Sold(NamedTuple):
    """What an order's product adds to the facts of the order."""

    delivery_method: str
    seller_currency: str
    supervised: bool
    seller_left_at: datetime | None


ORDERS = Facts(NewOrder, "orders", kind="order", key="number", rule="R1.5")


@as_refusals()
@transaction.atomic
def record_order(new: NewOrder, *, actor: User | None) -> tuple[Order, bool]:
    """The order, and whether it is new: the same number and content again changes nothing."""
    [outcome] = record_orders([new], actor=actor)
    require_accepted(outcome)
    return Order.objects.with_names().get(number=new.number), outcome.is_recorded


@as_refusals()
@transaction.atomic
def record_orders(rows: Sequence[NewOrder], *, actor: User | None) -> list[Outcome]:
    """Take in many at once; a refused one does not hinder the others."""
    require_duty(actor, Duty.IMPORT_FACTS, _("record orders"))
    products = Product.objects.filter(AnyOf(F("number"), {row.product for row in rows}))
    fence_sellers(products.values_list("seller_id", flat=True))
    sold = _sold(products)
    unfit = unrecorded(Order.objects.all(), _unfit(rows, sold))
    now = timezone.now()
    violations = [_violations(row, sold.get(row.product), unfit, now) for row in rows]
    outcomes = ORDERS.take_in(rows, violations, actor=actor)
    queue_deliveries(outcome.key for outcome in outcomes if outcome.is_recorded)
    return outcomes


def change_order(number: str, changes: Mapping[str, Any], *, actor: User | None) -> Order:
    """Change what the trading system may still tell of an order; a billed one is frozen (R3.2).

    The order's own cycle, or that of its unbilled usage, follows from what changed (R1.4).
    """
    try:
        return _change_order(number, changes, actor)
    except Conflict as refusal:
        if refusal.code != "billed_orders_are_frozen":
            raise
        detail = _("%(number)s is on an issued bill and no longer changes.") % {"number": number}
        raise Conflict(detail, code="order_is_billed", rule="R3.2") from refusal


@as_refusals()
@transaction.atomic
def _change_order(number: str, changes: Mapping[str, Any], actor: User | None) -> Order:
    require_duty(actor, Duty.IMPORT_FACTS, _("change an order"))
    order = _locked(number)
    changed = changed_fields(order, changes, CHANGEABLE)
    if not changed:
        return order
    if "customer_email" in changed:
        refuse(_address_violations(changed["customer_email"]))
        withdraw_address(order.number, order.customer_email)
    if changed.keys() == {"customer_email"}:
        return _change_address(order, changed, actor)
    only_ends = order.billing_mode == BillingMode.PAY_PER_USE and set(changed) == {"ended_at"}
    if not only_ends:
        # A billed one is frozen, whatever else is wrong: the guard of the database refuses this.
        Order.objects.filter(pk=order.pk).update(modified_at=Now())
    _require_not_cancelled(order)
    [product] = _sold(Product.objects.filter(pk=order.product_id)).values()
    before = _facts(order, product)
    after = replace(before, **{name: changed[name] for name in JUDGED & changed.keys()})
    if before.paid_at and after.paid_at and after.cancelled_at:
        detail = _("A paid order is not cancelled; it is refunded.")
        raise Conflict(detail, code="order_is_paid", rule="R1.3")
    refuse([*_move_violations(before, after), *order_violations(after, timezone.now())])
    _require_usage_kept(order, after, changed)
    cycle = order_cycle(after, ZONE)
    due = due_cycle(cycle, Cycle(order.seller.open_cycle) if order.seller.open_cycle else None)
    if "placed_at" in changed:
        changed |= _ratio_at(order, after.placed_at)
    Order.objects.filter(pk=order.pk).update(
        **changed, cycle=cycle, due_cycle=due, modified_at=Now()
    )
    if after.is_pay_per_use and not only_ends:
        run_statement("sellers/move_usage", {"order": order.pk, "zone": ZONE.key})
    told = audit.changes_of(order, changed)
    audit.note(actor, "changed", order, changes=told)
    queue_deliveries([number])
    if after.cancelled_at or after.ended_at:
        release_given_up(order, actor)
    return Order.objects.with_names().get(pk=order.pk)


def _change_address(order: Order, changed: dict[str, Any], actor: User | None) -> Order:
    """Also of a billed order: where its customer is written to is no part of what was billed."""
    Order.objects.filter(pk=order.pk).update(**changed, modified_at=Now())
    audit.note(actor, "changed", order, changes=audit.changes_of(order, changed))
    return Order.objects.with_names().get(pk=order.pk)


def _address_violations(address: str) -> list[Violation]:
    if not address or is_mail_address(address):
        return []
    told = _("This is no e-mail address.")
    return [Violation("customer_email", "invalid_email", told, "R4.5")]


def _require_not_cancelled(order: Order) -> None:
    """It is closed: nothing is told of it any more, a payment least of all (R1.3)."""
    if order.cancelled_at is None:
        return
    detail = _("%(order)s was cancelled on %(day)s and no longer changes.") % {
        "order": order.number,
        "day": day_text(order.cancelled_at),
    }
    raise Conflict(detail, code="order_is_cancelled", rule="R1.3")


def _ratio_at(order: Order, placed_at: datetime) -> dict[str, Any]:
    """The fee ratio of the day it was placed, which was told wrongly before (R2.6)."""
    found = FeeRatio.objects.all().at(order.product_id, placed_at)
    return {
        "platform_fee_ratio": found.platform_fee_ratio,
        "fee_ratio_version": found.version,
        "fee_ratio_valid_from": found.valid_from,
    }


def _locked(number: str) -> Order:
    """The order as of its seller's lock: neither a close nor usage arrives beside its change."""
    rows = Order.objects.with_names().filter(number=number)
    seller = rows.values_list("seller_id", flat=True).first()
    if seller is None:
        raise NotFound(_("There is no order %(number)s.") % {"number": number}, named=number)
    lock_seller(pk=seller)
    return rows.get()


def _sold(products: QuerySet[Product]) -> dict[str, Sold]:
    facts = products.values_list(
        "number",
        "delivery_method",
        "seller__settlement_currency",
        "supervised",
        "seller__left_at",
    )
    return {number: Sold._make(of_product) for number, *of_product in facts}


def _unfit(rows: Sequence[NewOrder], sold: Mapping[str, Sold]) -> Iterator[str]:
    """The numbers of orders that their products, as these are now, do not admit."""
    for row in rows:
        product = sold.get(row.product)
        if product and _fit_violations(row, product):
            yield row.number


def _violations(
    new: NewOrder, sold: Sold | None, unfit: Container[str], now: datetime
) -> list[Violation]:
    """A product may have changed since an order was recorded; only new ones can be `unfit`."""
    if sold is None:
        detail = _("There is no product %(number)s.") % {"number": new.product}
        return [Violation("product", "unknown_product", detail)]
    names = {"customer_name": new.customer_name, "customer_account": new.customer_account}
    return [
        *(_fit_violations(new, sold) if new.number in unfit else ()),
        *(wrong for field, name in names.items() for wrong in name_violations(field, name)),
        *_address_violations(new.customer_email),
        *order_violations(_facts(new, sold), now),
    ]


def _fit_violations(new: NewOrder, sold: Sold) -> list[Violation]:
    if sold.seller_left_at and new.order_type in NEW_BUSINESS:
        detail = _("The seller of %(product)s has left; a new %(order_type)s is not taken in.") % {
            "product": new.product,
            "order_type": new.order_type,
        }
        return [left_violation("product", detail)]
    return [
        *billing_mode_violations(new.billing_mode, sold.delivery_method),
        *agreement_violations(new.order_type, new.supervision_status, supervised=sold.supervised),
    ]


def _facts(order: NewOrder | Order, sold: Sold) -> OrderFacts:
    return OrderFacts(
        order_type=order.order_type,
        billing_mode=order.billing_mode,
        currency=order.currency,
        seller_currency=sold.seller_currency,
        paid_amount=order.paid_amount,
        sales_amount=order.sales_amount,
        customer_wht=order.customer_wht,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        effective_at=order.effective_at,
        supervision_status=order.supervision_status,
        supervision_completed_at=order.supervision_completed_at,
        unit_price=order.unit_price,
        term_ends_at=order.term_ends_at,
        cancelled_at=order.cancelled_at,
        ended_at=order.ended_at,
    )


def _move_violations(before: OrderFacts, after: OrderFacts) -> list[Violation]:
    origin, target = before.supervision_status, after.supervision_status
    if supervision_move_allowed(origin, target):
        return []
    detail = _("A supervision that is %(origin)s cannot become %(target)s.") % {
        "origin": origin,
        "target": target,
    }
    return [Violation("supervision_status", "illegal_move", detail, "R9.3")]


def _require_usage_kept(order: Order, after: OrderFacts, changed: Container[str]) -> None:
    """What has been consumed, of an order or of a package, is as it was recorded (R1.8, R9.2)."""
    is_package = order.billing_mode == BillingMode.PACKAGE
    ends = (
        {"cancelled_at", "paid_at", "term_ends_at"} if is_package else {"cancelled_at", "ended_at"}
    )
    if not any(name in changed for name in ("effective_at", *ends)):
        return
    records = order.package_usage if is_package else order.usage_records
    used = records.aggregate(first=Min("started_at"), last=Max("started_at"))
    if used["first"] is None:
        return
    if is_package:
        _require_settled(after)
        refuse([*_effect_violations(after, used), *_term_violations(after, used)])
        return
    if after.cancelled_at is not None:
        detail = _("Usage of this order is recorded; report ended_at instead.")
        raise Conflict(detail, code="order_has_usage", rule="R1.3", field="cancelled_at")
    refuse([*_effect_violations(after, used), *_end_violations(after, used)])


def _require_settled(package: OrderFacts) -> None:
    if package.cancelled_at is not None:
        detail = _("Usage that this package covers is recorded; it is no longer cancelled.")
        raise Conflict(detail, code="order_has_usage", rule="R1.3", field="cancelled_at")
    if package.paid_at is None and package.order_type != OrderType.TRIAL:
        detail = _("Usage that this package covers is recorded; it stays paid.")
        raise Conflict(detail, code="order_has_usage", rule="R9.2", field="paid_at")


def _effect_violations(after: OrderFacts, used: Mapping[str, datetime]) -> list[Violation]:
    if after.effective_at is None or after.effective_at > used["first"]:
        detail = _("Usage of this order begins at %(at)s; it took effect by then.")
        told = detail % {"at": _written(used["first"])}
        return [Violation("effective_at", "after_usage", told, "R1.8")]
    return []


def _term_violations(after: OrderFacts, used: Mapping[str, datetime]) -> list[Violation]:
    if after.term_ends_at is not None and after.term_ends_at <= used["last"]:
        detail = _("Usage of this package began at %(at)s; its term ends after that.")
        told = detail % {"at": _written(used["last"])}
        return [Violation("term_ends_at", "before_usage", told, "R1.8")]
    return []


def _end_violations(after: OrderFacts, used: Mapping[str, datetime]) -> list[Violation]:
    if after.ended_at is not None and after.ended_at <= used["last"]:
        detail = _("Usage of this order began at %(at)s; it ended after that.")
        told = detail % {"at": _written(used["last"])}
        return [Violation("ended_at", "before_usage", told, "R1.8")]
    return []


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
