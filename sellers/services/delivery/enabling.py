"""Paid and not in effect yet: what is waited for, and going on with it (R1.2, R9.4)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, Who, act
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict
from koogallery.models import User
from sellers.choices import MessageState, OrderType
from sellers.models import DeliveryInterface, DeliveryMessage, Order
from sellers.services.delivery.queue import queue_deliveries
from sellers.services.delivery.resending import resend_message

UNDER_WAY = (MessageState.QUEUED, MessageState.SENDING)
SENT_AGAIN = (MessageState.FAILED, MessageState.RETRYING)


def _waits_to_be_enabled(order: Order, actor: User) -> None:  # noqa: ARG001
    """Refuse where asking the seller's server is not what is missing; pages say the same."""
    if not Order.objects.paid_not_enabled().filter(pk=order.pk).exists():
        detail = _("Order %(order)s does not wait to be enabled.") % {"order": order.number}
        raise Conflict(detail, code="not_waiting", rule="R9.4")
    last = last_message(order)
    if last is not None and last.state in SENT_AGAIN:
        return
    if last is not None and last.state in UNDER_WAY:
        raise Conflict(why_not_enabled(order), code="delivery_under_way", rule="R9.4")
    if last is not None or not _is_in_use(_interface(order)):
        raise _nothing_to_ask(order)


@act(
    "deliver",
    Order.objects.with_names(),
    by=Who(Duty.MANAGE_DELIVERY),
    rule="R9.4",
    unless=_waits_to_be_enabled,
    said=Said(
        label=gettext_lazy("Deliver now"),
        question=gettext_lazy("Ask the seller’s server for this order now?"),
        done=gettext_lazy("The seller’s server is asked for it within some seconds."),
    ),
)
def deliver_order(order: Order, *, actor: User) -> Order:
    """Ask the seller's server for a paid order now; 409 says what else it waits for (R9.4).

    For the first time, or once more.
    """
    last = last_message(order)
    if last is not None and last.state in SENT_AGAIN:
        resend_message(last.number, actor=actor)
    else:
        queue_deliveries([order.number])
    sent = last_message(order)
    if sent is None:
        raise _nothing_to_ask(order)
    audit.note(actor, "delivered", order, message=sent.number)
    return order


def why_not_enabled(order: Order) -> str:
    """What a paid order still waits for, in words."""
    last = last_message(order)
    if last is not None:
        said = f"{last.result_code} {last.result}".strip()
        state = _("%(message)s to the seller's server: %(state)s.") % {
            "message": last.number,
            "state": last.get_state_display(),
        }
        return f"{state} {said}".strip()
    if order.order_type in (OrderType.RENEWAL, OrderType.CHANGE):
        return _("The trading system has not reported when it takes effect.")
    interface = _interface(order)
    if interface is None:
        return _("No server is asked for it; the trading system reports when it is enabled.")
    if not interface.url:
        return _("The product's interface has not passed a test call yet.")
    if not interface.is_on:
        return _("The product's interface is switched off.")
    return _("The seller's server has not been asked for it.")


def last_message(order: Order) -> DeliveryMessage | None:
    return order.delivery_messages.filter(is_test=False).order_by("-pk").first()


def _nothing_to_ask(order: Order) -> Conflict:
    return Conflict(why_not_enabled(order), code="nothing_to_deliver", rule="R9.4")


def _interface(order: Order) -> DeliveryInterface | None:
    return DeliveryInterface.objects.filter(product=order.product_id).first()


def _is_in_use(interface: DeliveryInterface | None) -> bool:
    return interface is not None and bool(interface.url) and interface.is_on
