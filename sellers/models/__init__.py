"""Who sells what, to whom, delivered or not: facts that arrive, and what is applied for."""

from sellers.models.applications import SellerApplication, SellerApplicationQuerySet
from sellers.models.bank_accounts import BankAccount, BankAccountQuerySet
from sellers.models.certifications import Certification, CertificationQuerySet, CertificationUnlock
from sellers.models.deliveries import (
    DeliveryAttempt,
    DeliveryMessage,
    DeliveryMessageQuerySet,
    Instance,
    InstanceQuerySet,
)
from sellers.models.interfaces import AccessKey, DeliveryInterface, DeliveryInterfaceQuerySet
from sellers.models.invitations import Invitation, InvitationQuerySet
from sellers.models.orders import Order, OrderQuerySet
from sellers.models.product_applications import ProductApplication, ProductApplicationQuerySet
from sellers.models.products import FeeRatio, Product, ProductQuerySet
from sellers.models.sellers import Member, Seller, SellerQuerySet
from sellers.models.usage import UsageQuerySet, UsageRecord

__all__ = [
    "AccessKey",
    "BankAccount",
    "BankAccountQuerySet",
    "Certification",
    "CertificationQuerySet",
    "CertificationUnlock",
    "DeliveryAttempt",
    "DeliveryInterface",
    "DeliveryInterfaceQuerySet",
    "DeliveryMessage",
    "DeliveryMessageQuerySet",
    "FeeRatio",
    "Instance",
    "InstanceQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Member",
    "Order",
    "OrderQuerySet",
    "Product",
    "ProductApplication",
    "ProductApplicationQuerySet",
    "ProductQuerySet",
    "Seller",
    "SellerApplication",
    "SellerApplicationQuerySet",
    "SellerQuerySet",
    "UsageQuerySet",
    "UsageRecord",
]
