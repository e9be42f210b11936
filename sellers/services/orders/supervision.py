"""A seller tells that a service has been provided; its customer accepts it, or not (R9.3)."""

from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, act
from koogallery.duties import Duty
from koogallery.kit.errors import IllegalTransition
from koogallery.models import User
from sellers.choices import Supervision
from sellers.models import Order
from sellers.services.authority import PROVIDERS


def _waits_for_service(order: Order, actor: User) -> None:  # noqa: ARG001
    waits = order.supervision_status == Supervision.WAITING_FOR_SERVICE
    if not waits or order.cancelled_at is not None:
        detail = _("Order %(order)s does not wait for your service.") % {"order": order.number}
        raise IllegalTransition(detail, rule="R9.3")


@act(
    "provide_service",
    Order.objects.with_names(),
    by=PROVIDERS | Duty.IMPORT_FACTS,
    rule="R9.3",
    unless=_waits_for_service,
    said=Said(
        label=gettext_lazy("It has been provided"),
        question=gettext_lazy("Has the service of this order been provided?"),
        consequence=gettext_lazy(
            "The customer is asked to accept it, and may reject it. Once it is accepted the order "
            "goes onto your next bill, and can no longer be unsubscribed."
        ),
        done=gettext_lazy("The order waits for its customer’s acceptance now."),
    ),
)
def provide_service(order: Order, *, actor: User) -> Order:
    """The seller has provided the service; the customer accepts it, or not (R9.3).

    The trading system tells which.
    """
    target = Supervision.WAITING_FOR_ACCEPTANCE
    Order.objects.filter(pk=order.pk).update(supervision_status=target, modified_at=Now())
    audit.note(actor, "served", order, supervision_status=target)
    return Order.objects.with_names().get(pk=order.pk)
