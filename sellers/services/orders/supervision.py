"""A seller tells that a service has been provided; its customer accepts it, or not (R9.3)."""

from django.db import transaction
from django.db.models.functions import Now

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Forbidden, IllegalTransition, NotFound
from koogallery.kit.language import gettext as _
from koogallery.models import User
from sellers.choices import Role, Supervision
from sellers.models import Order, Seller
from sellers.services.locks import lock_seller

#: Members of a seller who provide what was ordered.
PROVIDERS = (Role.OWNER, Role.OPERATIONS)


@as_refusals()
@transaction.atomic
def provide_service(number: str, *, actor: User) -> Order:
    """From now on the order waits for its customer's acceptance, which the trading system tells."""
    orders = Order.objects.visible_to(actor).filter(number=number)
    seller = orders.values_list("seller_id", flat=True).first()
    if seller is None:
        raise NotFound(_("There is no order %(number)s.") % {"number": number})
    lock_seller(pk=seller)
    order = Order.objects.with_names().get(number=number)
    _require_provider(actor, order.seller)
    waits = order.supervision_status == Supervision.WAITING_FOR_SERVICE
    if not waits or order.cancelled_at is not None:
        detail = _("Order %(order)s does not wait for your service.") % {"order": number}
        raise IllegalTransition(detail, rule="R9.3")
    target = Supervision.WAITING_FOR_ACCEPTANCE
    Order.objects.filter(pk=order.pk).update(supervision_status=target, modified_at=Now())
    audit.record(
        actor, "served", "order", number, seller=order.seller.number, supervision_status=target
    )
    return Order.objects.with_names().get(pk=order.pk)


def _require_provider(actor: User, seller: Seller) -> None:
    if actor.is_operator:
        require_duty(actor, Duty.IMPORT_FACTS, _("record that a service was provided"), rule="R9.3")
    elif not seller.members.filter(user=actor, role__in=PROVIDERS).exists():
        raise Forbidden(
            _("Only an owner or a member for operations of %(seller)s provides its services.")
            % {"seller": seller},
            code="provider_only",
            rule="R9.3",
        )
