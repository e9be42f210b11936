"""What people do about messages and instances: send again, freeze, unfreeze (R9.4)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.models import User
from sellers.choices import Activity, InstanceState, InstanceStatus, MessageState
from sellers.models import DeliveryMessage, Instance, Seller
from sellers.services.authority import require_deliverer
from sellers.services.delivery.queue import queue_status
from sellers.services.locks import lock_seller

#: What an instance must be in to get each status.
BEFORE = {
    InstanceStatus.FREEZE: InstanceState.RUNNING,
    InstanceStatus.UNFREEZE: InstanceState.FROZEN,
}


@as_refusals()
@transaction.atomic
def resend_message(number: str, *, actor: User) -> DeliveryMessage:
    """Send a failed message again from the start, or one that waits for its retry at once."""
    message = _locked(number, actor)
    require_resendable(message, actor)
    now = timezone.now()
    if message.state == MessageState.FAILED:
        message.move_to(
            MessageState.QUEUED,
            failures=0,
            polls=0,
            processing_since=None,
            next_attempt_at=now,
            closed_at=None,
            modified_at=now,
        )
    else:
        DeliveryMessage.objects.filter(pk=message.pk).update(next_attempt_at=now, modified_at=now)
    seller = message.seller.number
    audit.record(actor, "sent again", "delivery message", number, seller=seller)
    return message


def require_resendable(message: DeliveryMessage, actor: User) -> None:
    """Refuse whoever may not send it again now; pages tell the same reason beforehand."""
    require_deliverer(actor, message.seller)
    if message.is_test:
        detail = _("A test call is made anew on the product's page.")
        raise Conflict(detail, code="is_a_test", rule="R9.4")
    if message.state not in {MessageState.FAILED, MessageState.RETRYING}:
        detail = _("The message is %(message)s.") % {"message": message.get_state_display().lower()}
        raise Conflict(detail, code="nothing_to_send_again", rule="R9.4")
    if message.instance is not None and message.instance.state == InstanceState.RELEASED:
        detail = _("Its instance has been released; there is nothing to tell any more.")
        raise Conflict(detail, code="instance_released", rule="R9.4")


@as_refusals()
@transaction.atomic
def set_instance_status(order_number: str, status: str, *, actor: User) -> DeliveryMessage:
    """Freeze or unfreeze the instance of an order: an operator's act, told to the seller."""
    require_duty(actor, Duty.MANAGE_DELIVERY, _("freeze or unfreeze an instance"), rule="R9.4")
    if status not in InstanceStatus.values:
        detail = _("status is one of %(words)s.") % {"words": ", ".join(InstanceStatus.values)}
        raise InvalidInput(detail, code="unknown_status", rule="R9.4", field="status")
    instance = Instance.objects.filter(order__number=order_number).first()
    if instance is None:
        raise NotFound(
            _("There is no instance of order %(order_number)s.") % {"order_number": order_number}
        )
    lock_seller(pk=instance.seller_id)
    instance.refresh_from_db()
    require_status_open(instance, status)
    message = queue_status(instance, status, actor)
    facts = {"status": status, "message": message.number}
    seller = Seller.objects.get(pk=instance.seller_id).number
    audit.record(actor, "set status", "instance", order_number, seller=seller, **facts)
    return message


def require_status_open(instance: Instance, status: str) -> None:
    if instance.messages.filter(activity=Activity.STATUS, closed_at=None).exists():
        detail = _("The last change of its status has not been told to the seller yet.")
        raise Conflict(detail, code="status_under_way", rule="R9.4")
    if instance.state != BEFORE[InstanceStatus(status)]:
        detail = _("The instance is %(instance)s.") % {
            "instance": instance.get_state_display().lower()
        }
        raise Conflict(detail, code="illegal_transition", rule="R9.4")


def _locked(number: str, actor: User) -> DeliveryMessage:
    visible = DeliveryMessage.objects.visible_to(actor).filter(number=number)
    seller = visible.values_list("seller_id", flat=True).first()
    if seller is None:
        raise NotFound(_("There is no delivery message %(number)s.") % {"number": number})
    lock_seller(pk=seller)
    rows = DeliveryMessage.objects.select_related("seller", "instance")
    return rows.select_for_update(of=("self",)).get(number=number)
