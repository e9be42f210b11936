"""Charges as sales: whose they are, on which order, and what has to be registered for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from koogallery.kit.errors import Violation
from koogallery.kit.money import ZERO
from koogallery.kit.names import folded
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision
from sellers.feeds.focus_charges import Charge
from sellers.feeds.focus_mapping import FocusMapping, Scope, Terms
from sellers.models import Order, Product, Seller
from sellers.services.companies.sellers import NewSeller, record_sellers
from sellers.services.orders.recording import NewOrder, record_orders
from sellers.services.orders.usage import NewUsage
from sellers.services.products.catalogue import NewProduct, record_products

#: FOCUS names neither what the platform keeps of a product nor where its publisher sits.
FOCUS_PLATFORM_FEE_RATIO = Decimal("0.15")
FOCUS_COUNTRY = "US"


@dataclass(frozen=True, slots=True)
class Sale:
    """A charge with the numbers of what it belongs to."""

    charge: Charge
    serial: str
    terms: Terms
    seller: str
    product: str
    order: str
    placed_at: datetime


def place_sales(
    charges: Sequence[Charge], occurrences: Sequence[int], mapping: FocusMapping
) -> list[Sale]:
    sales = [
        _sale(
            charge, occurrence, mapping.of(Scope(charge.publisher, charge.service, charge.currency))
        )
        for charge, occurrence in zip(charges, occurrences, strict=True)
    ]
    numbers = {sale.order for sale in sales if not sale.charge.is_purchase}
    since = dict(Order.objects.filter(number__in=numbers).values_list("number", "effective_at"))
    return [_before_its_order(sale, since.get(sale.order)) for sale in sales]


def _sale(charge: Charge, occurrence: int, terms: Terms) -> Sale:
    """What the mapping names has that number; the rest, in every file, the digest of its names.

    A publisher is the same one however its name is written (R6.3).
    """
    publisher = folded(charge.publisher)
    seller = terms.seller or _digest("FS", publisher, charge.currency)
    product = terms.product or _digest("FP", seller, charge.service)
    used = (product,) if terms.seller else (publisher, charge.service)
    order = _digest("FO", *used, charge.account, charge.currency)
    return Sale(
        charge=charge,
        serial=charge.serial(occurrence),
        terms=terms,
        seller=seller,
        product=product,
        order=charge.purchase_number(occurrence) if charge.is_purchase else order,
        placed_at=charge.started_at if charge.is_purchase else charge.known_since,
    )


def _before_its_order(sale: Sale, effective_at: datetime | None) -> Sale:
    """Usage from before an order that a later file made has an order of its month (R1.8)."""
    if effective_at is None or sale.charge.started_at >= effective_at:
        return sale
    month = sale.placed_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return replace(sale, order=f"{sale.order}-{month:%Y%m}", placed_at=month)


def register(sales: Sequence[Sale]) -> Mapping[str, tuple[Violation, ...]]:
    """Register what these sales need and is not there; what was refused, by number, and why.

    A publisher is certified at once: the cloud has already billed in its name, and without
    certification no month of it could ever be closed (R1.3).
    """
    # So that of each order the earliest sale comes last and stays.
    orders = _missing(
        Order.objects.all(),
        {sale.order: sale for sale in sorted(sales, key=lambda sale: sale.placed_at, reverse=True)},
    )
    # The first charge of a name in the file speaks for it.
    needed = [sale for sale in sales[::-1] if sale.order in orders]
    own = {sale.seller: sale for sale in needed if not sale.terms.seller}
    sellers = _missing(Seller.objects.all(), own)
    products = _missing(Product.objects.all(), {sale.product: sale for sale in needed})
    metered = [sale for sale in orders.values() if not sale.charge.is_purchase]
    outcomes = [
        *record_sellers([_seller(sale) for sale in sellers.values()], actor=None),
        *record_products([_product(sale) for sale in products.values()], actor=None),
        *record_orders(
            [_order(sale, BillingMode.PAY_PER_USE, ZERO) for sale in metered], actor=None
        ),
    ]
    # What another import has made meanwhile is the same one, and no refusal.
    return {
        outcome.key: outcome.violations
        for outcome in outcomes
        if outcome.is_refused and not outcome.is_conflict
    }


def to_usage(sale: Sale) -> NewUsage:
    charge = sale.charge
    return NewUsage(
        metering_sn=sale.serial,
        order=sale.order,
        started_at=charge.started_at,
        ended_at=charge.ended_at,
        quantity=charge.quantity,
        sales_amount=charge.amount,
    )


def to_order(sale: Sale) -> NewOrder:
    """A purchase: a one-time order, paid and in effect when it was charged."""
    return _order(sale, BillingMode.ONE_TIME, sale.charge.amount)


def _order(sale: Sale, billing_mode: BillingMode, amount: Decimal) -> NewOrder:
    charge = sale.charge
    return NewOrder(
        number=sale.order,
        product=sale.product,
        order_type=OrderType.PURCHASE,
        billing_mode=billing_mode,
        customer_name=charge.account_name,
        customer_account=charge.account,
        currency=charge.currency,
        paid_amount=amount,
        sales_amount=amount,
        placed_at=sale.placed_at,
        paid_at=sale.placed_at,
        effective_at=sale.placed_at,
        supervision_status=Supervision.NOT_APPLICABLE,
    )


def _seller(sale: Sale) -> NewSeller:
    return NewSeller(
        number=sale.seller,
        company_name=sale.charge.publisher,
        country=sale.terms.country or FOCUS_COUNTRY,
        settlement_currency=sale.charge.currency,
        certified_at=sale.charge.known_since,
    )


def _product(sale: Sale) -> NewProduct:
    ratio = sale.terms.ratio
    return NewProduct(
        number=sale.product,
        seller=sale.seller,
        name=sale.charge.service,
        delivery_method=DeliveryMethod.SAAS,
        supervised=False,
        platform_fee_ratio=FOCUS_PLATFORM_FEE_RATIO if ratio is None else ratio,
    )


def _missing(rows: QuerySet[Any], sales: Mapping[str, Sale]) -> dict[str, Sale]:
    """The sales whose number no row has yet."""
    there = set(rows.filter(number__in=sales).values_list("number", flat=True))
    return {number: sale for number, sale in sales.items() if number not in there}


def _digest(prefix: str, *names: str) -> str:
    """The same names lead to the same number, in every file."""
    digest = sha256("\0".join(names).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"
