"""Who may do what in the sellers' room. No actor: the operator's own commands."""

from koogallery.kit.errors import Forbidden
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Order, OrderQuerySet

#: Members of a seller who tell what was consumed of its products.
UPLOADERS = (Role.OWNER, Role.OPERATIONS)


def require_operator(actor: User | None, act: str) -> None:
    """`act` completes the sentence "Only an operator may ..."."""
    if actor is not None and not actor.is_operator:
        raise Forbidden(f"Only an operator may {act}.", code="operator_only")


def orders_to_meter(actor: User | None) -> OrderQuerySet:
    """The orders whose usage `actor` may record."""
    orders = Order.objects.all()
    if actor is None or actor.is_operator:
        return orders
    role = {"seller__members__user": actor, "seller__members__role__in": UPLOADERS}
    return orders.visible_to(actor).filter(**role)
