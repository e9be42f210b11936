"""What sellers' servers must be told, queued with the fact that makes it so (R9.4).

Every queueing happens under the seller's lock or fence, in the transaction of its fact; nothing is
called from here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from koogallery.models import User
from koogallery.numbering import next_number
from sellers.choices import (
    Activity,
    BillingMode,
    DeliveryMethod,
    InstanceState,
    MessageState,
    OrderType,
    Scene,
)
from sellers.models import DeliveryAttempt, DeliveryInterface, DeliveryMessage, Instance, Order
from sellers.rules.deliveries import (
    Deliverable,
    Verdict,
    compact_time,
    extends_instance,
    needs_instance,
    order_ids,
    verdict_on,
)

LIVE = (InstanceState.PROVISIONING, InstanceState.RUNNING, InstanceState.FROZEN)


def queue_deliveries(numbers: Iterable[str]) -> None:
    """For orders just recorded or changed: what their products' interfaces must be told now.

    Orders of products without an interface cost one query for all of them together.
    """
    orders = Order.objects.filter(
        number__in=list(numbers), product__delivery_interface__is_on=True
    ).select_related("seller", "product__delivery_interface")
    for order in orders.order_by("pk"):
        _tell(order)


def queue_waiting(interface: DeliveryInterface) -> None:
    """What its server was not told while the interface was off or not in use yet, once each.

    A renewal is told if the instance it extends came by the interface, before it.
    """
    unasked = Order.objects.filter(product=interface.product_id, delivery_messages=None)
    for order in unasked.filter(_to_create() | _to_extend()).order_by("placed_at", "pk"):
        _tell(order)


def _to_create() -> Q:
    free_of_charge = Q(order_type=OrderType.TRIAL) | Q(billing_mode=BillingMode.PAY_PER_USE)
    asked = [OrderType.PURCHASE, OrderType.TRIAL]
    sold = Q(order_type__in=asked, effective_at=None, cancelled_at=None)
    return sold & (Q(paid_at__isnull=False) | free_of_charge)


def _to_extend() -> Q:
    instance = Instance.objects.filter(
        product=OuterRef("product"),
        order__customer_account=OuterRef("customer_account"),
        order__placed_at__lte=OuterRef("placed_at"),
        state__in=LIVE,
    )
    renewed = Q(order_type=OrderType.RENEWAL, paid_at__isnull=False, term_ends_at__isnull=False)
    return renewed & Q(Exists(instance))


def _tell(order: Order) -> None:
    facts = Deliverable(
        order_type=order.order_type,
        billing_mode=order.billing_mode,
        is_paid=order.paid_at is not None,
        is_effective=order.effective_at is not None,
        has_term=order.term_ends_at is not None,
        is_cancelled=order.cancelled_at is not None,
    )
    if needs_instance(facts):
        _ask_for_instance(order)
    elif extends_instance(facts):
        _extend_instance(order)


def release_refunded(order: Order, refund: str, actor: User | None) -> None:
    """The order's money has been returned in full: its service ends with it (R4.7).

    `refund` is the number under which the seller asks for the unsubscription. A renewal gives up
    its own term alone; the instance then ends when it would have without it.
    """
    found = DeliveryMessage.objects.filter(key=f"renewal:{order.number}")
    extension = found.select_related("instance").select_for_update(of=("self",)).first()
    if extension is not None:
        _shorten_instance(order, extension, refund, actor)
        return
    if order.effective_at is None and order.product.delivery_method == DeliveryMethod.SAAS:
        _leave_uncreated(order)
    _release(order, refund, actor)


def release_given_up(order: Order, actor: User | None) -> None:
    """Cancelled, or pay-per-use that has ended: what was created for it is not needed any more."""
    _release(order, order.number, actor)


def _release(order: Order, unsubscription: str, actor: User | None) -> None:
    instance = Instance.objects.filter(order=order, state__in=LIVE).first()
    if instance is not None and not _call_off_creation(instance):
        details = order_ids(unsubscription)
        _queue(f"release:{instance.pk}", Activity.RELEASE, order, instance, details, actor)


def _leave_uncreated(order: Order) -> None:
    """What has not been asked for by now is not wanted any more."""
    if order.delivery_messages.exists():
        return
    released = {"state": InstanceState.RELEASED, "released_at": timezone.now()}
    Instance.objects.get_or_create(
        order=order, defaults={"seller": order.seller, "product": order.product, **released}
    )


def queue_status(instance: Instance, status: str, actor: User) -> DeliveryMessage:
    """Freeze or unfreeze; every change of mind is a message of its own."""
    told = instance.messages.filter(activity=Activity.STATUS).count()
    key = f"status:{instance.pk}:{told + 1}"
    order, details = instance.order, {"status": status}
    return _queue(key, Activity.STATUS, order, instance, details, actor)


def queue_test(interface: DeliveryInterface, details: Mapping[str, str], actor: User) -> str:
    """A call that changes nothing on either side; its message's number."""
    number = next_number("DM")
    message = DeliveryMessage(
        number=number,
        key=f"test:{number}",
        seller_id=interface.seller_id,
        interface=interface,
        activity=Activity.NEW,
        details=dict(details),
        is_test=True,
        next_attempt_at=timezone.now(),
        queued_by=actor,
    )
    message.save(force_insert=True)
    return number


def _ask_for_instance(order: Order) -> None:
    if Instance.objects.filter(order=order).exists():
        return
    trial = _trial_of(order)
    if trial is not None:
        details = {"scene": Scene.TRIAL_TO_FORMAL, **order_ids(order.number), **_expiry(order)}
        _queue(f"formal:{order.number}", Activity.REFRESH, order, trial, details, None)
        return
    instance = Instance.objects.create(seller=order.seller, product=order.product, order=order)
    details = order_ids(order.number)
    _queue(f"new:{order.number}", Activity.NEW, order, instance, details, None)


def _extend_instance(order: Order) -> None:
    """The instance of this customer that ends first; none: it is from before the interface."""
    key = f"renewal:{order.number}"
    if DeliveryMessage.objects.filter(key=key).exists():
        return
    instance = _instances_of(order).exclude(order__order_type=OrderType.TRIAL).first()
    if instance is not None:
        details = {"scene": Scene.RENEWAL, **order_ids(order.number), **_expiry(order)}
        _queue(key, Activity.REFRESH, order, instance, details, None)


def _shorten_instance(
    order: Order, extension: DeliveryMessage, refund: str, actor: User | None
) -> None:
    assert extension.instance is not None, "an extension is of an instance"
    instance = extension.instance
    if _call_off(extension) or instance.state == InstanceState.RELEASED:
        return
    ends_at = _end_without(instance, order)
    details = {"scene": Scene.UNSUBSCRIBE_RENEWAL, **order_ids(refund)}
    if ends_at is not None:
        details["expireTime"] = compact_time(ends_at)
    _queue(f"unsubscribed:{order.number}", Activity.REFRESH, order, instance, details, actor)


def _end_without(instance: Instance, order: Order) -> datetime | None:
    """When the instance ends if this renewal had never been bought."""
    others = Order.objects.filter(
        Q(pk=instance.order_id) | Q(delivery_messages__in=_renewals(instance))
    ).exclude(pk=order.pk)
    ends_at: datetime | None = others.aggregate(end=Max("term_ends_at"))["end"]
    return ends_at or order.effective_at


def _renewals(instance: Instance) -> QuerySet[DeliveryMessage]:
    kept = instance.messages.exclude(state=MessageState.CANCELLED)
    given_up = kept.filter(details__scene=Scene.UNSUBSCRIBE_RENEWAL).values("order")
    return kept.filter(details__scene=Scene.RENEWAL).exclude(order__in=given_up)


def _call_off_creation(instance: Instance) -> bool:
    """If the seller cannot have created it, nobody needs to release it."""
    asked = instance.messages.select_for_update().filter(activity=Activity.NEW).first()
    if instance.instance_id or asked is None or not _call_off(asked):
        return False
    instance.move_to(InstanceState.RELEASED, released_at=timezone.now())
    return True


def _call_off(message: DeliveryMessage) -> bool:
    """Do not send it any more, unless the seller may have acted on it already."""
    if message.state not in {MessageState.QUEUED, MessageState.RETRYING, MessageState.FAILED}:
        return message.state == MessageState.CANCELLED
    if any(not _was_refused(attempt) for attempt in message.attempts.all()):
        return False
    if message.state != MessageState.FAILED:
        close_message(message, MessageState.CANCELLED, "The order was given up before.")
    return True


def close_message(message: DeliveryMessage, state: MessageState, result: str) -> None:
    now = timezone.now()
    message.move_to(
        state, next_attempt_at=None, lease_until=None, closed_at=now, modified_at=now, result=result
    )


def _was_refused(attempt: DeliveryAttempt) -> bool:
    verdict = verdict_on(attempt.activity, attempt.result_code) if attempt.result_code else None
    return verdict in {Verdict.AGAIN, Verdict.REFUSED}


def _trial_of(order: Order) -> Instance | None:
    """What this customer tries of the same product, if this order buys it."""
    if order.order_type != OrderType.PURCHASE:
        return None
    return _instances_of(order).filter(order__order_type=OrderType.TRIAL).first()


def _instances_of(order: Order) -> QuerySet[Instance]:
    rows = Instance.objects.filter(
        product=order.product, order__customer_account=order.customer_account, state__in=LIVE
    )
    return rows.order_by("order__term_ends_at", "pk")


def _queue(
    key: str,
    activity: Activity,
    order: Order,
    instance: Instance,
    details: Mapping[str, str],
    actor: User | None,
) -> DeliveryMessage:
    message, _ = DeliveryMessage.objects.get_or_create(
        key=key,
        defaults={
            "number": next_number("DM"),
            "seller_id": order.seller_id,
            "interface": DeliveryInterface.objects.get(product=instance.product_id),
            "order": order,
            "instance": instance,
            "activity": activity,
            "details": {name: str(value) for name, value in details.items()},
            "next_attempt_at": timezone.now(),
            "queued_by": actor,
        },
    )
    return message


def _expiry(order: Order) -> dict[str, str]:
    return {"expireTime": compact_time(order.term_ends_at)} if order.term_ends_at else {}
