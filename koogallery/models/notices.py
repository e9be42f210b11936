from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """Something that must be told to someone, once (R10).

    Written in the transaction that makes it true; sent after commit. `key` names what happened
    and to whom, so that a repeat writes nothing.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    seller_number = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(
        max_length=10, choices=[("seller", "Seller"), ("customer", "Customer")]
    )
    customer_account = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=Q(sent_at=None), name="notice_waiting"),
            models.Index(fields=["seller_number", "-created_at"], name="notice_of_seller"),
        ]

    def __str__(self) -> str:
        return self.subject


class Reading(models.Model):
    """That a user has read a notice. Nothing waits for it; it only sorts old from new."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="a_notice_is_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.user_id}"
