"""Who may do what in the sellers' room. No actor: the operator's own commands."""

from koogallery.duties import Duty, require_duty
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Order, OrderQuerySet

#: Members of a seller who tell what was consumed of its products.
UPLOADERS = (Role.OWNER, Role.OPERATIONS)


def orders_to_meter(actor: User | None) -> OrderQuerySet:
    """The orders whose usage `actor` may record."""
    orders = Order.objects.all()
    if actor is None or actor.is_operator:
        require_duty(actor, Duty.IMPORT_FACTS, "record usage", rule="R9.5")
        return orders
    role = {"seller__members__user": actor, "seller__members__role__in": UPLOADERS}
    return orders.visible_to(actor).filter(**role)
