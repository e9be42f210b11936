"""Facts as they are sent, before anything is recorded; changes are made with `replace`."""

from decimal import Decimal
from typing import Any

from sellers.services.companies.sellers import NewSeller
from sellers.services.orders.recording import NewOrder
from sellers.services.orders.usage import NewUsage
from sellers.services.products.catalogue import NewProduct
from tests.world import at


def new_seller(**fields: Any) -> NewSeller:
    known = {"company_name": "Contoso Cloud", "country": "SG", "settlement_currency": "USD"}
    return NewSeller(**{**known, **fields})


def new_product(seller: str, **fields: Any) -> NewProduct:
    known = {
        "seller": seller,
        "name": "Firewall",
        "delivery_method": "saas",
        "supervised": False,
        "platform_fee_ratio": Decimal("0.15"),
    }
    return NewProduct(**{**known, **fields})


def new_order(number: str, product: str, **fields: Any) -> NewOrder:
    """Paid and enabled on 5 February 2024; a trial is free."""
    is_free = fields.get("order_type") == "trial"
    known = {
        "number": number,
        "product": product,
        "order_type": "purchase",
        "billing_mode": "yearly_monthly",
        "customer_name": "Fabrikam",
        "customer_account": "fabrikam",
        "currency": "USD",
        "paid_amount": Decimal(0) if is_free else Decimal("110.00"),
        "sales_amount": Decimal(0) if is_free else Decimal("100.00"),
        "placed_at": at("2024-02-01"),
        "paid_at": at("2024-02-05"),
        "effective_at": at("2024-02-05"),
        "supervision_status": "not_applicable",
    }
    return NewOrder(**{**known, **fields})


def new_pay_per_use_order(number: str, product: str, **fields: Any) -> NewOrder:
    known = {
        "billing_mode": "pay_per_use",
        "paid_amount": Decimal(0),
        "sales_amount": Decimal(0),
        "unit_price": Decimal("0.25"),
    }
    return new_order(number, product, **{**known, **fields})


def new_usage(metering_sn: str, order: str, **fields: Any) -> NewUsage:
    """One hour on 7 February 2024."""
    known = {
        "metering_sn": metering_sn,
        "order": order,
        "started_at": at("2024-02-07T10:00"),
        "ended_at": at("2024-02-07T11:00"),
        "quantity": Decimal("1.5"),
        "sales_amount": Decimal("3.00"),
    }
    return NewUsage(**{**known, **fields})
