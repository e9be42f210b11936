from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from koogallery import fields
from koogallery.models.users import User
from koogallery.scoping import NumberedSellersQuerySet, OperatorsQuerySet

#: The count of the platform's sequence stands under a number that no seller can have.
PLATFORM = "*"


class NoticeQuerySet(NumberedSellersQuerySet["Notice"]):
    def of_sellers(self) -> Self:
        """The events of sellers; what customers are told is the trading system's to pass on."""
        return self.filter(recipient="seller")

    def of_platform(self) -> Self:
        """All that have their place in the platform's sequence."""
        return self.filter(platform_sequence__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Also those about an application to be a seller, to who made it."""
        rows = self.of_sellers()
        if isinstance(user, User) and not user.sees_every_seller and user.narrowed_to is None:
            reader = User.objects.filter(pk=user.pk, is_active=True)
            sellers = reader.values_list("memberships__seller__number")
            applications = reader.values_list("seller_applications__number")
            return rows.filter(seller_number__in=sellers.union(applications))
        return super(NoticeQuerySet, rows).visible_to(user)


class CustomerNoticeQuerySet(OperatorsQuerySet["Notice"]):
    """What customers are told: no seller's business, whoever's sale it was."""

    def of_customers(self) -> Self:
        return self.filter(recipient="customer").annotate(
            is_acknowledged=ExpressionWrapper(
                Q(acknowledged_at__isnull=False), models.BooleanField()
            )
        )


class PlatformEventQuerySet(OperatorsQuerySet["Notice"]):
    """What happened to anybody, for the platform's own systems."""

    def counted(self) -> Self:
        return self.filter(platform_sequence__isnull=False)


class Notice(models.Model):
    """Something that must be told to someone, once (R10).

    Written in the transaction that makes it true; sent after commit. `key` names what happened
    and to whom, so that a repeat writes nothing. What a seller is told is an event of that seller:
    `sequence` counts them from 1, without gaps and in the order they were committed; PostgreSQL
    assigns it. What customers are told is counted in the same way, over all of them together; the
    trading system passes it on and acknowledges it. `platform_sequence` counts all of both, after
    their commit (koogallery/events/streams.py). `subject` is filled in old rows only: it is
    formed from the kind and its facts.
    Who is mailed was decided at `addressed_at`; at `sent_at` the last of them had been.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    seller_number = models.CharField(max_length=40, blank=True)
    sequence = models.BigIntegerField(null=True, editable=False)
    platform_sequence = models.BigIntegerField(null=True, editable=False)
    recipient = models.CharField(
        max_length=10, choices=[("seller", _("Seller")), ("customer", _("Customer"))]
    )
    customer_account = models.CharField(max_length=200, blank=True)
    customer_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    customer_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    subject = models.CharField(max_length=200, blank=True, default="", db_default="")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())
    addressed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(addressed_at=None), name="notice_waiting"
            ),
            models.Index(
                fields=["id"], condition=Q(platform_sequence=None), name="notice_uncounted"
            ),
        ]
        constraints = [
            fields.once(
                "a_sellers_notices_are_counted_once",
                "seller_number",
                "sequence",
                where=Q(recipient="seller"),
            ),
            fields.once(
                "customers_notices_are_counted_once", "sequence", where=Q(recipient="customer")
            ),
            fields.once("the_platforms_events_are_counted_once", "platform_sequence"),
            fields.holds("every_notice_is_counted", Q(sequence__isnull=False)),
            fields.holds(
                "what_customers_are_told_is_acknowledged",
                Q(recipient="customer") | Q(acknowledged_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.key

    @property
    def number(self) -> str:
        """The public number of an event; empty for what a customer is told."""
        is_event = self.recipient == "seller" and self.sequence
        return f"EV-{self.seller_number}-{self.sequence}" if is_event else ""

    @property
    def platform_number(self) -> str:
        """Its public number in the platform's sequence."""
        return f"PE-{self.platform_sequence}" if self.platform_sequence else ""


class NoticeCount(models.Model):
    """How many notices a seller has been told, and under no number all customers together.

    Under `PLATFORM` all of both.

    The row's lock puts their writers in line.
    """

    seller_number = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.seller_number}: {self.last}"


class PlatformMark(models.Model):
    """Through which of the platform's events one of its systems has come, by its own word."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    through = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.through}"


class MailChoice(models.Model):
    """The kinds of a seller's notices that one of its members wants no e-mail about."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choices")
    seller_number = models.CharField(max_length=40)
    unwanted = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        constraints = [
            fields.once("a_member_chooses_mail_once_per_seller", "user", "seller_number")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.seller_number}"


class Reading(models.Model):
    """That a user has read a notice. Nothing waits for it; it only sorts old from new."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [fields.once("a_notice_is_read_once", "notice", "user")]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.user_id}"
