from django.conf import settings
from django.db import models

from koogallery import fields


class IdempotencyKey(models.Model):
    """A caller's name for one call, and the call's answer once there is one.

    Without an answer (`status` is null) the call is in flight, if somebody holds the row's lock;
    if nobody does, it was cut off and may be made again.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    seller_number = models.CharField(max_length=40, blank=True)  # of a token for one seller
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [fields.once("a_callers_key_names_one_call", "user", "seller_number", "key")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_answered(self) -> bool:
        return self.status is not None
