"""A small market to settle: each builder makes one row, with what the caller does not care for."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from koogallery.duties import OperatorRole
from koogallery.events.signing import secret_of
from koogallery.events.streams import last_sequence
from koogallery.kit.cycles import Cycle
from koogallery.models import User, WebhookEndpoint
from koogallery.numbering import next_number
from koogallery.settlement_time import cycle_of
from sellers.choices import Role
from sellers.models import FeeRatio, Member, Order, Product, Seller
from settlement.models import Bill, Refund
from settlement.services.closing.cycles import close_through
from settlement.services.refunds import lifecycle

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(month: int, day: int, hour: int = 2) -> datetime:
    """An instant of 2026; two o'clock UTC is ten in the morning in the settlement time zone."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def make_operator(name: str = "olga") -> User:
    """In every role, as an operator of a small office is."""
    return User.objects.create_user(name, is_staff=True, operator_roles=OperatorRole.values)


def make_seller(**fields: Any) -> Seller:
    return Seller.objects.create(
        **{
            "number": next_number("S"),
            "company_name": "Contoso Cloud",
            "country": "SG",
            "settlement_currency": "USD",
            "certified_at": LONG_AGO,
            **fields,
        }
    )


def make_member(seller: Seller, name: str, role: Role = Role.OWNER) -> User:
    user = User.objects.create_user(name, email=f"{name}@seller.example")
    Member.objects.create(seller=seller, user=user, role=role)
    return user


def make_product(seller: Seller, *, ratio: str = "0", **fields: Any) -> Product:
    product = Product.objects.create(
        **{
            "number": next_number("P"),
            "seller": seller,
            "name": "Firewall",
            "delivery_method": "license",
            "supervised": True,
            "platform_fee_ratio": Decimal(ratio),
            **fields,
        }
    )
    FeeRatio.objects.create(
        product=product, version=1, platform_fee_ratio=Decimal(ratio), valid_from=LONG_AGO
    )
    return product


def make_order(product: Product, amount: str, effective_at: datetime, **fields: Any) -> Order:
    """Paid, enabled and, as supervision is not applicable, due in the month of `effective_at`."""
    cycle = cycle_of(effective_at)
    told = ("paid_at", "effective_at", "supervision_completed_at")
    instants = [effective_at, *(fields[name] for name in told if fields.get(name))]
    open_cycle = Seller.objects.get(pk=product.seller_id).open_cycle or cycle
    return Order.objects.create(
        **{
            "number": f"ORD-{Order.objects.count() + 1:03}",
            "seller": product.seller,
            "product": product,
            "order_type": "purchase",
            "billing_mode": "one_time",
            "customer_name": "Fabrikam",
            "customer_account": "fabrikam@trading",
            "currency": product.seller.settlement_currency,
            "paid_amount": Decimal(amount),
            "sales_amount": Decimal(amount),
            "platform_fee_ratio": product.platform_fee_ratio,
            "fee_ratio_version": 1,
            "placed_at": min(instants),
            "paid_at": effective_at,
            "effective_at": effective_at,
            "supervision_status": "not_applicable",
            "cycle": cycle,
            "due_cycle": max(cycle, open_cycle),
            **fields,
        }
    )


def make_endpoint(
    seller: Seller, created_by: User, url: str = "https://93.184.215.14/hooks", **fields: Any
) -> WebhookEndpoint:
    """As its owner would have made it."""
    endpoint = WebhookEndpoint.objects.create(
        number=next_number("WE"),
        seller_number=seller.number,
        url=url,
        read_through=last_sequence(seller.number),
        created_by=created_by,
        **fields,
    )
    secret_of(endpoint)
    return endpoint


def close(seller: Seller, cycle: str) -> Bill | None:
    """Close one cycle; its bill if there is one."""
    close_through([seller.pk], Cycle(cycle))
    return Bill.objects.filter(seller=seller, cycle=cycle).first()


def a_spokesman() -> User:
    """Who records what sellers say, and neither applies nor approves."""
    known = User.objects.filter(username="sam").first()
    return known or make_operator("sam")


def approved_refund(order: Order, amount: str, requester: User, *approvers: User) -> Refund:
    """Applied for under a special agreement, agreed by the seller, approved."""
    refund = lifecycle.request_refund(
        order.number, Decimal(amount), "not needed", "contract 7", actor=requester
    )
    if refund.state == "seller_review":
        lifecycle.agree_refund(refund.number, "agreed", actor=a_spokesman())
    for approver in approvers:
        refund = lifecycle.approve_refund(refund.number, "fine", actor=approver)
    return refund


def refunded(
    order: Order, amount: str, refunded_at: datetime, requester: User, *approvers: User
) -> Refund:
    refund = approved_refund(order, amount, requester, *approvers)
    return lifecycle.complete_refund(refund.number, refunded_at, actor=approvers[0])
