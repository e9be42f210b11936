"""Who sells what, to whom, delivered or not: facts that arrive."""

from sellers.models.deliveries import (
    DeliveryAttempt,
    DeliveryMessage,
    DeliveryMessageQuerySet,
    Instance,
    InstanceQuerySet,
)
from sellers.models.interfaces import AccessKey, DeliveryInterface, DeliveryInterfaceQuerySet
from sellers.models.orders import Order, OrderQuerySet
from sellers.models.products import FeeRatio, Product, ProductQuerySet
from sellers.models.sellers import Member, Seller, SellerQuerySet
from sellers.models.usage import UsageQuerySet, UsageRecord

__all__ = [
    "AccessKey",
    "DeliveryAttempt",
    "DeliveryInterface",
    "DeliveryInterfaceQuerySet",
    "DeliveryMessage",
    "DeliveryMessageQuerySet",
    "FeeRatio",
    "Instance",
    "InstanceQuerySet",
    "Member",
    "Order",
    "OrderQuerySet",
    "Product",
    "ProductQuerySet",
    "Seller",
    "SellerQuerySet",
    "UsageQuerySet",
    "UsageRecord",
]
