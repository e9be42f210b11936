"""What people do about messages and instances: send again, freeze, unfreeze (R9.4)."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, Who, act
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.models import User
from sellers.choices import Activity, InstanceState, InstanceStatus, MessageState
from sellers.models import DeliveryMessage, Instance
from sellers.services.authority import DELIVERERS
from sellers.services.delivery.queue import queue_status

#: What an instance must be in to get each status.
BEFORE = {
    InstanceStatus.FREEZE: InstanceState.RUNNING,
    InstanceStatus.UNFREEZE: InstanceState.FROZEN,
}


def _may_be_resent(message: DeliveryMessage, actor: User) -> None:  # noqa: ARG001
    if message.is_test:
        detail = _("A test call is made anew on the product's page.")
        raise Conflict(detail, code="is_a_test", rule="R9.4")
    if message.state not in {MessageState.FAILED, MessageState.RETRYING}:
        detail = _("The message is %(message)s.") % {"message": message.get_state_display().lower()}
        raise Conflict(detail, code="nothing_to_send_again", rule="R9.4")
    if message.instance is not None and message.instance.state == InstanceState.RELEASED:
        detail = _("Its instance has been released; there is nothing to tell any more.")
        raise Conflict(detail, code="instance_released", rule="R9.4")


@act(
    "resend",
    DeliveryMessage.objects.select_related("seller", "instance"),
    by=DELIVERERS | Duty.MANAGE_DELIVERY,
    rule="R9.4",
    unless=_may_be_resent,
    said=Said(
        label=gettext_lazy("Send again"),
        question=gettext_lazy("Send this message again?"),
        consequence=gettext_lazy(
            "Your server is told the same once more within some seconds, and again until it "
            "answers. It must answer for an instance that exists as it did before."
        ),
        done=gettext_lazy("The message will be sent again within some seconds."),
    ),
)
def resend_message(message: DeliveryMessage, *, actor: User) -> DeliveryMessage:
    """Send a failed message again from the start, or one that waits for its retry at once."""
    now = timezone.now()
    if message.state == MessageState.FAILED:
        message.move_to(
            MessageState.QUEUED,
            failures=0,
            polls=0,
            processing_since=None,
            next_attempt_at=now,
            closed_at=None,
        )
    else:
        DeliveryMessage.objects.filter(pk=message.pk).update(next_attempt_at=now, modified_at=now)
    audit.note(actor, "sent again", message)
    return message


@act(
    "set_status",
    Instance.objects.select_related("seller", "order"),
    by=Who(Duty.MANAGE_DELIVERY),
    rule="R9.4",
)
def set_instance_status(instance: Instance, status: str, *, actor: User) -> DeliveryMessage:
    """Freeze or unfreeze the instance of an order: an operator's act, told to the seller."""
    if status not in InstanceStatus.values:
        detail = _("status is one of %(words)s.") % {"words": ", ".join(InstanceStatus.values)}
        raise InvalidInput(detail, code="unknown_status", rule="R9.4", field="status")
    require_status_open(instance, status)
    message = queue_status(instance, status, actor)
    facts = {"status": status, "message": message.number}
    number, seller = instance.order.number, instance.seller.number
    audit.record(actor, "set status", "instance", number, seller=seller, **facts)
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
