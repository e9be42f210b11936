from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.choices import (
    Activity,
    AttemptOutcome,
    InstanceState,
    MessageState,
)
from sellers.models.interfaces import DeliveryInterface
from sellers.models.orders import Order
from sellers.models.products import Product
from sellers.models.sellers import Seller

#: As long as the access guide lets them be.
ID_LENGTH = 64

_WAITS = Q(state__in=[MessageState.QUEUED, MessageState.RETRYING])


class InstanceQuerySet(ScopedQuerySet["Instance"]):
    named_by: ClassVar[str] = "order__number"


class Instance(StatefulModel):
    """What a customer uses of a seller's product: created once, by the seller's server (R9.4).

    `order` is what it is metered and paid by; of a trial that was bought it is the purchase.
    `instance_id` is the seller's own name of it, empty until the server has told it.
    """

    STATES = InstanceState

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="instances")
    product = models.ForeignKey(Product, models.PROTECT, related_name="instances")
    order = models.OneToOneField(Order, models.PROTECT, related_name="instance")
    instance_id = models.CharField(max_length=ID_LENGTH, blank=True)
    state = fields.state(InstanceState.PROVISIONING, max_length=15)
    created_at = models.DateTimeField(auto_now_add=True)
    enabled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    objects = InstanceQuerySet.as_manager()

    class Meta:
        constraints = [
            fields.known(InstanceState, "an_instance_is_in_a_known_state"),
            fields.once(
                "an_instance_id_names_one_instance_of_its_seller",
                "seller",
                "instance_id",
                where=~Q(instance_id=""),
            ),
            fields.holds(
                "an_instance_in_use_has_its_id",
                Q(state=InstanceState.PROVISIONING)
                | Q(state=InstanceState.RELEASED)
                | (~Q(instance_id="") & Q(enabled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.instance_id or _("of order %(order)s") % {"order": self.order}


class DeliveryMessageQuerySet(ScopedQuerySet["DeliveryMessage"]):
    pass


class DeliveryMessage(fields.Numbered, StatefulModel):
    """Something a seller's server must be told once, until it has answered (R9.4).

    `key` names what happened, so that a repeat tells nothing; `details` are the fields of the
    request that say it. A test has neither order nor instance. Messages of one instance are sent
    one after the other. While `lease_until` lies ahead a worker is at it; after that it has died.
    """

    STATES = MessageState

    number = fields.number()
    key = models.CharField(max_length=120, unique=True)
    seller = models.ForeignKey(
        Seller, models.PROTECT, related_name="delivery_messages", db_index=False
    )
    interface = models.ForeignKey(DeliveryInterface, models.PROTECT, related_name="messages")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="delivery_messages")
    instance = models.ForeignKey(Instance, models.PROTECT, null=True, related_name="messages")
    activity = models.CharField(max_length=20, choices=Activity.choices)
    details = models.JSONField(default=dict)
    is_test = models.BooleanField(default=False)
    state = fields.state(MessageState.QUEUED, max_length=10)
    attempts_made = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)  # since it was queued or sent again
    polls = models.PositiveIntegerField(default=0)
    processing_since = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    result_code = models.CharField(max_length=20, blank=True)
    result = models.CharField(max_length=500, blank=True)
    queued_by = fields.later_actor()
    queued_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = DeliveryMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=_WAITS, name="message_waiting"),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="message_leased"
            ),
            models.Index(fields=["seller", "-id"], name="message_of_seller"),
        ]
        constraints = [
            fields.known(MessageState, "a_message_is_in_a_known_state"),
            fields.known(Activity, "a_message_has_a_known_activity", "activity"),
            fields.holds(
                "a_waiting_message_has_its_time",
                (_WAITS & Q(next_attempt_at__isnull=False))
                | (~_WAITS & Q(next_attempt_at__isnull=True)),
            ),
            fields.holds(
                "a_message_being_sent_is_leased",
                Q(state=MessageState.SENDING, lease_until__isnull=False)
                | (~Q(state=MessageState.SENDING) & Q(lease_until__isnull=True)),
            ),
            fields.once(
                "messages_of_an_instance_are_sent_one_by_one",
                "instance",
                where=Q(state=MessageState.SENDING),
            ),
            fields.holds(
                "a_message_is_about_an_order_or_a_test",
                Q(is_test=True, order__isnull=True, instance__isnull=True)
                | Q(is_test=False, order__isnull=False, instance__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("console:message-detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class DeliveryAttempt(models.Model):
    """One call of a message and what came back. Insert, then answered once; never more.

    `request` is the body that was sent: it carries no secret, and neither the signature nor the
    address's parameters are kept. Of `answer` what looks like a secret is struck out.
    """

    message = models.ForeignKey(DeliveryMessage, models.PROTECT, related_name="attempts")
    attempt_no = models.PositiveIntegerField()
    activity = models.CharField(max_length=20, choices=Activity.choices)
    url = models.CharField(max_length=500)
    key_version = models.PositiveIntegerField()
    business_id = models.CharField(max_length=ID_LENGTH, unique=True)
    request = models.JSONField()
    sent_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=15, choices=AttemptOutcome.choices, default=AttemptOutcome.UNDER_WAY
    )
    answered_at = models.DateTimeField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    result_code = models.CharField(max_length=20, blank=True)
    answer = models.TextField(blank=True)
    explanation = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["message", "attempt_no"]
        constraints = [
            fields.once("attempts_count_up", "message", "attempt_no"),
            fields.known(AttemptOutcome, "an_attempt_has_a_known_outcome", "outcome"),
            fields.known(Activity, "an_attempt_has_a_known_activity", "activity"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_no}"
