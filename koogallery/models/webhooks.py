from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koogallery import fields
from koogallery.models.notices import Notice
from koogallery.models.users import User
from koogallery.outgoing import told_fault
from koogallery.scoping import NumberedSellersQuerySet, ScopedQuerySet
from koogallery.states import StatefulModel
from koogallery.tones import State, Tone

#: What is sent to an endpoint on request, and is no event: it has no place in the sequence.
PING = "test.ping"


class EndpointState(State):
    ACTIVE = "active", Tone.SUCCESS, _("Active")
    DISABLED = "disabled", Tone.ERROR, _("Disabled")
    REMOVED = "removed", _("Removed")


EndpointState.ACTIVE.becomes(EndpointState.DISABLED, EndpointState.REMOVED)
EndpointState.DISABLED.becomes(EndpointState.ACTIVE, EndpointState.REMOVED)


class StopReason(models.TextChoices):
    """Why an endpoint is not called any more."""

    GONE = "gone", _("Its server answered 410 Gone")
    FAILING = "failing", _("Its server took nothing for three days")
    BY_HAND = "by_hand", _("It was disabled by hand")


class DeliveryState(State):
    PENDING = "pending", Tone.INFO, _("Waiting")
    DELIVERED = "delivered", Tone.SUCCESS, _("Delivered")
    FAILED = "failed", Tone.ERROR, _("Given up")


class Cause(models.TextChoices):
    EVENT = "event", _("Event")
    REPLAY = "replay", _("Replay")
    TEST = "test", _("Test")


class EndpointQuerySet(NumberedSellersQuerySet["WebhookEndpoint"]):
    def of_sellers(self) -> Self:
        return self.exclude(seller_number="")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One that was removed is nobody's any more."""
        return super().visible_to(user).exclude(state=EndpointState.REMOVED)


class WebhookEndpoint(fields.Numbered, StatefulModel):
    """A seller's address that is told of events, each signed (R10, ADR 0012).

    One without a seller is the platform's, for its own systems: it is told of everybody's.
    `kinds` are those it is told of, all if there are none. Its secret is derived from its number
    and `key_version`, never stored; what it was before `rotated_at` is still used beside it for a
    while. Events through `read_through` have been queued. Whoever holds the lease, and nobody
    else, calls the address. `failing_since` is the first failure after the last success.
    """

    STATES = EndpointState

    number = fields.number()
    seller_number = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=500)
    description = fields.NameField(max_length=200, blank=True)
    kinds = ArrayField(models.CharField(max_length=40), null=True, blank=True)
    state = fields.state(EndpointState.ACTIVE, max_length=10)
    disabled_reason = models.CharField(max_length=10, choices=StopReason.choices, blank=True)
    disabled_at = models.DateTimeField(null=True)
    key_version = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(null=True)
    read_through = models.BigIntegerField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    unanswered = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True)
    created_by = fields.actor()
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = "webhook endpoint"
        indexes = [models.Index(fields=["seller_number"], name="webhook_endpoint_of_seller")]
        constraints = [
            fields.known(EndpointState, "a_webhook_endpoint_is_in_a_known_state"),
            fields.holds(
                "a_disabled_endpoint_says_why",
                Q(state=EndpointState.DISABLED, disabled_at__isnull=False) & ~Q(disabled_reason="")
                | ~Q(state=EndpointState.DISABLED),
            ),
            fields.holds(
                "a_lease_has_its_end",
                Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
            ),
        ]

    @property
    def tone(self) -> Tone:
        """A failing endpoint is told apart from one that is merely active."""
        failing = self.state == EndpointState.ACTIVE and self.failing_since
        return Tone.WARNING if failing else EndpointState(self.state).tone

    @property
    def stop_reason(self) -> str | None:
        return self.disabled_reason or None

    @property
    def is_platforms(self) -> bool:
        return not self.seller_number

    @property
    def owner_number(self) -> str | None:
        return self.seller_number or None


class DeliveryQuerySet(ScopedQuerySet["WebhookDelivery"]):
    seller_path = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(endpoint__in=WebhookEndpoint.objects.visible_to(user))

    def hold(self, pk: Any) -> None:
        """First its endpoint, as every act on that does."""
        for endpoint in self.filter(pk=pk).values_list("endpoint", flat=True):
            WebhookEndpoint.objects.all().hold(endpoint)
        super().hold(pk)


class WebhookDelivery(fields.Numbered):
    """That one endpoint is told of one event: once by itself, again for every replay (R10).

    A test has no notice; `simulates` is the kind of event that it looks like, if any. `attempts`
    are made so far; a pending one is due at `due_at`.
    """

    STATES = DeliveryState

    number = fields.number()
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.PROTECT, related_name="deliveries", db_index=False
    )
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="deliveries")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    simulates = models.CharField(max_length=40, blank=True, default="", db_default="")
    state = fields.state(DeliveryState.PENDING, max_length=10)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                condition=Q(state=DeliveryState.PENDING),
                name="webhook_delivery_due",
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_of_endpoint"),
        ]
        constraints = [
            fields.once(
                "an_event_is_queued_once_per_endpoint",
                "endpoint",
                "notice",
                where=Q(cause=Cause.EVENT),
            ),
            fields.holds(
                "a_delivery_is_of_an_event_or_a_test",
                Q(cause=Cause.TEST, notice__isnull=True)
                | (~Q(cause=Cause.TEST) & Q(notice__isnull=False)),
            ),
            fields.holds("a_test_simulates_an_event", Q(simulates="") | Q(cause=Cause.TEST)),
            fields.holds(
                "a_finished_delivery_says_when",
                Q(state=DeliveryState.PENDING, finished_at__isnull=True)
                | (~Q(state=DeliveryState.PENDING) & Q(finished_at__isnull=False)),
            ),
        ]

    @property
    def seller_number(self) -> str:
        return self.endpoint.seller_number

    @property
    def kind(self) -> str:
        return self.notice.kind if self.notice else self.simulates or PING

    @property
    def event_number(self) -> str | None:
        """Of the sequence that its endpoint is told; None of a test."""
        if self.notice is None:
            return None
        for_platform = self.endpoint.is_platforms
        return self.notice.platform_number if for_platform else self.notice.number

    @property
    def sequence(self) -> int | None:
        if self.notice is None:
            return None
        for_platform = self.endpoint.is_platforms
        return self.notice.platform_sequence if for_platform else self.notice.sequence

    @property
    def message_id(self) -> str:
        """`webhook-id`: the same for every attempt and every replay of an event to an endpoint."""
        return f"{self.event_number or self}-{self.endpoint}"


class WebhookAttempt(models.Model):
    """One call: its status, or why there was no answer, and the beginning of what was answered."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.holds("an_attempt_has_a_status_or_a_fault", Q(status__isnull=True) ^ Q(fault=""))
        ]

    def __str__(self) -> str:
        return str(self.status or self.fault)

    @property
    def told_fault(self) -> str:
        return told_fault(self.fault)
