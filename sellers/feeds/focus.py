"""FOCUS 1.0 cost and usage data: a cloud's own bill, as sellers, products, orders and usage.

A publisher is a seller, a publisher's service a product, a sub-account's use of it a pay-per-use
order, a row a usage record. Whatever the first row of a name needs is registered with it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from koogallery.kit.errors import Conflict, Violation
from koogallery.kit.money import ZERO
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision
from sellers.feeds.cells import Cells, Column
from sellers.feeds.focus_charges import COLUMNS, Charge, read_charge
from sellers.models import Order, Product, Seller
from sellers.services.intake import Outcome, Result
from sellers.services.orders import NewOrder, change_order, record_orders
from sellers.services.products import NewProduct, record_products
from sellers.services.sellers import NewSeller, record_sellers
from sellers.services.usage import NewUsage, record_usage

#: FOCUS names neither what the platform keeps of a product nor where its publisher sits.
FOCUS_PLATFORM_FEE_RATIO = Decimal("0.15")
FOCUS_COUNTRY = "US"


@dataclass(frozen=True, slots=True)
class FocusFeed:
    columns: Mapping[str, Column]
    ignores_other_columns: bool = True

    def take_in(self, rows: Sequence[Cells]) -> list[Outcome]:
        readings = [read_charge(cells) for cells in rows]
        charges = [charge for charge, _ in readings if charge]
        recorded = iter(_record(charges))
        return [
            next(recorded) if charge else Outcome("", Result.REFUSED, tuple(wrong))
            for charge, wrong in readings
        ]

    def report(self, _path: Path, _unreadable: int, /) -> Sequence[str]:
        return ()


FOCUS = FocusFeed(COLUMNS)


def _record(charges: Sequence[Charge]) -> list[Outcome]:
    refused = _register(charges)
    outcomes = record_usage([_usage(charge) for charge in charges], actor=None)
    return [
        Outcome(charge.metering_sn, Result.REFUSED, refused[charge.order])
        if charge.order in refused
        else outcome
        for charge, outcome in zip(charges, outcomes, strict=True)
    ]


def _register(charges: Sequence[Charge]) -> Mapping[str, tuple[Violation, ...]]:
    """Register what these charges refer to and is not there; returns the orders refused, and why.

    A publisher is certified at once: the cloud has already billed in its name, and without
    certification no month of it could ever be closed (R1.3).
    """
    earliest = {charge.order: charge for charge in sorted(charges, key=_known_since, reverse=True)}
    _bring_forward(earliest)
    new = _missing(Order.objects.all(), earliest)
    # The first charge of a name in the file speaks for it.
    sellers = _missing(Seller.objects.all(), {charge.seller: charge for charge in charges[::-1]})
    products = _missing(Product.objects.all(), {charge.product: charge for charge in charges[::-1]})
    record_sellers([_seller(charge) for charge in sellers], actor=None)
    record_products([_product(charge) for charge in products], actor=None)
    outcomes = record_orders([_order(charge) for charge in new], actor=None)
    # An order that another import has made meanwhile is the same one.
    refused = [found for found in outcomes if found.is_refused and not found.is_conflict]
    return {outcome.key: outcome.violations for outcome in refused}


def _missing(rows: QuerySet[Any], charges: Mapping[str, Charge]) -> list[Charge]:
    """The charges whose number no row has yet."""
    there = set(rows.filter(number__in=charges).values_list("number", flat=True))
    return [charge for number, charge in charges.items() if number not in there]


def _bring_forward(charges: Mapping[str, Charge]) -> None:
    """An order that a later month's file made is as old as the first charge of this one (R1.2)."""
    for order in Order.objects.filter(number__in=charges):
        since = charges[order.number].known_since
        if order.paid_at and since < order.paid_at:
            # A billed order stays as it was billed, and so does the cycle of what arrives late.
            with suppress(Conflict):
                change_order(order.number, {"paid_at": since, "effective_at": since}, actor=None)


def _known_since(charge: Charge) -> datetime:
    return charge.known_since


def _seller(charge: Charge) -> NewSeller:
    return NewSeller(
        number=charge.seller,
        company_name=charge.publisher,
        country=FOCUS_COUNTRY,
        settlement_currency=charge.currency,
        certified_at=charge.known_since,
    )


def _product(charge: Charge) -> NewProduct:
    return NewProduct(
        number=charge.product,
        seller=charge.seller,
        name=charge.service,
        delivery_method=DeliveryMethod.SAAS,
        supervised=False,
        platform_fee_ratio=FOCUS_PLATFORM_FEE_RATIO,
    )


def _order(charge: Charge) -> NewOrder:
    return NewOrder(
        number=charge.order,
        product=charge.product,
        order_type=OrderType.PURCHASE,
        billing_mode=BillingMode.PAY_PER_USE,
        customer_name=charge.account_name,
        customer_account=charge.account,
        currency=charge.currency,
        paid_amount=ZERO,
        sales_amount=ZERO,
        placed_at=charge.known_since,
        paid_at=charge.known_since,
        effective_at=charge.known_since,
        supervision_status=Supervision.NOT_APPLICABLE,
    )


def _usage(charge: Charge) -> NewUsage:
    return NewUsage(
        metering_sn=charge.metering_sn,
        order=charge.order,
        started_at=charge.started_at,
        ended_at=charge.ended_at,
        quantity=charge.quantity,
        sales_amount=charge.cost,
    )
