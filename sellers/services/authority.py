"""Who may do what in the sellers' room. No actor: the operator's own commands."""

from django.utils.translation import gettext as _

from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import Forbidden
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Order, OrderQuerySet, Seller

#: Members of a seller who tell what was consumed of its products.
UPLOADERS = (Role.OWNER, Role.OPERATIONS)
#: Members of a seller who look after the delivery to its server (R9.4).
DELIVERERS = (Role.OWNER, Role.OPERATIONS)


def orders_to_meter(actor: User | None) -> OrderQuerySet:
    """The orders whose usage `actor` may record."""
    orders = Order.objects.all()
    if actor is None or actor.is_operator:
        require_duty(actor, Duty.IMPORT_FACTS, "record usage", rule="R9.5")
        return orders
    role = {"seller__members__user": actor, "seller__members__role__in": UPLOADERS}
    return orders.visible_to(actor).filter(**role)


def require_deliverer(actor: User, seller: Seller) -> None:
    if actor.is_operator:
        require_duty(actor, Duty.MANAGE_DELIVERY, "look after delivery", rule="R9.4")
        return
    if not seller.members.filter(user=actor, role__in=DELIVERERS).exists():
        raise Forbidden(
            _("Only an owner or a member for operations of %(seller)s looks after its delivery.")
            % {"seller": seller},
            code="deliverer_only",
            rule="R9.4",
        )


def require_key_holder(actor: User, seller: Seller) -> None:
    """Operators neither: who can sign for a seller is the seller's matter."""
    if not seller.members.filter(user=actor, role=Role.OWNER).exists():
        raise Forbidden(
            _("Only an owner of %(seller)s sees or changes its access key.") % {"seller": seller},
            code="owner_only",
            rule="R9.4",
        )
