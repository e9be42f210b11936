"""What an order must satisfy at the door (R2.8, R4.8, R9.2, R9.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from sellers.rules.figures import (
    amount_violations,
    currency_violations,
    exact_amount_violations,
    future_violations,
    instant_violations,
)

_ANY = frozenset({"yearly_monthly", "one_time", "pay_per_use"})
_SUBSCRIPTION = frozenset({"yearly_monthly", "one_time"})

#: Which billing modes a delivery method can be sold in (R9.2).
BILLING_MODES: Mapping[str, frozenset[str]] = {
    "saas": _ANY | {"package"},
    "license": _SUBSCRIPTION,
    "professional_service": _SUBSCRIPTION,
    "image": frozenset({"yearly_monthly", "pay_per_use"}),
    "hardware": frozenset({"one_time"}),
    "consulting": _ANY,
    "content_service": _ANY,
    "cloud_host": _ANY,
}

#: Where a supervision can go from each status, besides staying (R9.3).
SUPERVISION_MOVES: Mapping[str, frozenset[str]] = {
    "not_applicable": frozenset(),
    "waiting_for_service": frozenset({"waiting_for_acceptance", "completed"}),
    "waiting_for_acceptance": frozenset({"waiting_for_service", "completed"}),
    "completed": frozenset(),
}

#: What a seller who has left gets no more of; what was sold before goes on (R6.3).
NEW_BUSINESS = frozenset({"purchase", "trial"})

AMOUNTS = ("paid_amount", "sales_amount", "customer_wht")
INSTANTS = (
    "placed_at",
    "paid_at",
    "effective_at",
    "supervision_completed_at",
    "term_ends_at",
    "cancelled_at",
    "ended_at",
)
#: What has happened when it is reported; the rest may lie ahead (R1.8).
PAST = ("placed_at", "paid_at", "supervision_completed_at", "cancelled_at", "ended_at")
#: What cannot happen before the order was placed (R1.8).
AFTER_PLACING = ("paid_at", "effective_at", "supervision_completed_at", "cancelled_at")
#: What takes effect on a day that is known before: the next term, the new specification (R1.8).
MAY_TAKE_EFFECT_LATER = frozenset({"renewal", "change"})


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as the trading system tells it. `paid_amount` includes VAT, `sales_amount` not."""

    order_type: str
    billing_mode: str
    currency: str
    seller_currency: str
    paid_amount: Decimal
    sales_amount: Decimal
    customer_wht: Decimal
    placed_at: datetime
    paid_at: datetime | None
    effective_at: datetime | None
    supervision_status: str
    supervision_completed_at: datetime | None
    unit_price: Decimal | None = None
    term_ends_at: datetime | None = None
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_pay_per_use(self) -> bool:
        return self.billing_mode == "pay_per_use"


def order_violations(order: OrderFacts, now: datetime) -> list[Violation]:
    """Everything that is wrong with an order now, in the order of its fields."""
    wrong = [v for name in INSTANTS for v in instant_violations(name, getattr(order, name))]
    return [
        *_currency_violations(order),
        *_amount_violations(order),
        *_unit_price_violations(order),
        *_supervision_violations(order),
        *_cancellation_violations(order),
        *_end_violations(order),
        *(wrong or [*_future_violations(order, now), *_sequence_violations(order)]),
    ]


def billing_mode_violations(billing_mode: str, delivery_method: str) -> list[Violation]:
    """Of a new order: one that was recorded has been sold as it was (R9.2)."""
    if billing_mode in BILLING_MODES.get(delivery_method, frozenset()):
        return []
    detail = _("A product delivered as %(delivery_method)s is not sold %(billing_mode)s.") % {
        "delivery_method": delivery_method,
        "billing_mode": billing_mode,
    }
    return [Violation("billing_mode", "billing_mode_not_sold", detail, "R9.2")]


def agreement_violations(
    order_type: str, supervision_status: str, *, supervised: bool
) -> list[Violation]:
    """A new order is supervised as its product is; a change may be without (R1.8, R9.3)."""
    is_supervised = supervision_status != "not_applicable"
    if is_supervised and not supervised:
        detail = _("The product has no service supervision; write not_applicable.")
    elif supervised and order_type == "purchase" and not is_supervised:
        detail = _("The product is supervised; a purchase of it is never not_applicable.")
    else:
        return []
    return [Violation("supervision_status", "differs_from_product", detail, "R9.3")]


def supervision_move_allowed(origin: str, target: str) -> bool:
    """Forward, also over a step; a rejection goes back to the seller; completed is final (R9.3)."""
    return origin == target or target in SUPERVISION_MOVES.get(origin, frozenset())


def _currency_violations(order: OrderFacts) -> list[Violation]:
    unsupported = currency_violations("currency", order.currency)
    if unsupported or order.currency == order.seller_currency:
        return unsupported
    detail = _(
        "The seller is settled in %(seller_currency)s; an order in %(currency)s "
        "is refused, no exchange rate is guessed."
    ) % {"seller_currency": order.seller_currency, "currency": order.currency}
    return [Violation("currency", "foreign_currency", detail, "R2.8")]


def _amount_violations(order: OrderFacts) -> list[Violation]:
    wrong = [
        violation
        for name in AMOUNTS
        for violation in amount_violations(name, getattr(order, name), order.currency, rule="R2.1")
    ]
    if wrong:
        return wrong
    if order.is_pay_per_use:
        detail = _("A pay-per-use order carries no amount of its own; its usage is settled.")
        return [
            Violation(name, "pay_per_use_carries_no_amount", detail, "R4.8")
            for name in AMOUNTS
            if getattr(order, name)
        ]
    if order.order_type == "trial":
        return _free_violations(order)
    return _share_violations(order)


def _free_violations(order: OrderFacts) -> list[Violation]:
    """Never billed, so nothing of it is ever refunded or settled, either (R1.3)."""
    detail = _("A trial is free; what the customer pays for is a purchase.")
    return [
        Violation(name, "a_trial_is_free", detail, "R1.3")
        for name in AMOUNTS
        if getattr(order, name)
    ]


def _share_violations(order: OrderFacts) -> list[Violation]:
    wrong = []
    if order.sales_amount > order.paid_amount:
        detail = _("sales_amount excludes VAT and cannot exceed paid_amount.")
        wrong.append(Violation("sales_amount", "exceeds_paid_amount", detail, "R2.1"))
    if order.customer_wht > order.sales_amount:
        detail = _("customer_wht is withheld from sales_amount and cannot exceed it.")
        wrong.append(Violation("customer_wht", "exceeds_sales_amount", detail, "R2.1"))
    return wrong


def _unit_price_violations(order: OrderFacts) -> list[Violation]:
    if order.unit_price is None:
        return []
    if not order.is_pay_per_use:
        detail = _("Only a pay-per-use order has a unit price.")
        return [Violation("unit_price", "not_pay_per_use", detail, "R9.5")]
    return exact_amount_violations("unit_price", order.unit_price, rule="R9.5")


def _supervision_violations(order: OrderFacts) -> list[Violation]:
    completed = order.supervision_status == "completed"
    if order.order_type == "renewal" and order.supervision_status != "not_applicable":
        detail = _("A renewal has no supervision.")
        return [Violation("supervision_status", "renewal_not_supervised", detail, "R9.3")]
    if completed and order.supervision_completed_at is None:
        detail = _("A completed supervision needs the instant it was completed at.")
        return [Violation("supervision_completed_at", "required", detail, "R9.3")]
    if order.supervision_completed_at is not None and not completed:
        detail = _("A supervision that is %(supervision_status)s has not been completed yet.") % {
            "supervision_status": order.supervision_status
        }
        return [Violation("supervision_completed_at", "not_completed", detail, "R9.3")]
    return []


def _cancellation_violations(order: OrderFacts) -> list[Violation]:
    """What the customer has paid is refunded instead (R1.3, R4)."""
    if order.cancelled_at is None or order.paid_at is None:
        return []
    detail = _("A paid order is not cancelled; it is refunded.")
    return [Violation("cancelled_at", "order_is_paid", detail, "R1.3")]


def _end_violations(order: OrderFacts) -> list[Violation]:
    """Pay-per-use runs until it is ended; anything else has its term (R6.3)."""
    if order.ended_at is None:
        return []
    if not order.is_pay_per_use:
        detail = _("Only a pay-per-use order has an ended_at.")
        return [Violation("ended_at", "not_pay_per_use", detail, "R6.3")]
    if order.effective_at is None:
        detail = _("What has not taken effect does not end; it is cancelled.")
        return [Violation("ended_at", "not_effective", detail, "R1.8")]
    if order.ended_at < order.effective_at:
        detail = _("ended_at lies before the order took effect.")
        return [Violation("ended_at", "before_effect", detail, "R1.8")]
    return []


def _future_violations(order: OrderFacts, now: datetime) -> list[Violation]:
    ahead = order.order_type in MAY_TAKE_EFFECT_LATER
    names = PAST if ahead else (*PAST, "effective_at")
    return [v for name in names for v in future_violations(name, getattr(order, name), now)]


def _sequence_violations(order: OrderFacts) -> list[Violation]:
    wrong = [
        Violation(
            name, "before_order", _("%(field)s lies before placed_at.") % {"field": name}, "R1.8"
        )
        for name in AFTER_PLACING
        if (instant := getattr(order, name)) is not None and instant < order.placed_at
    ]
    ends, begins = order.term_ends_at, order.effective_at
    if begins is not None and ends is not None and ends <= begins:
        detail = _("The term must end after it takes effect.")
        wrong.append(Violation("term_ends_at", "not_later", detail, "R4.2"))
    return wrong
