from django.conf import settings
from django.db import models


class Act(models.Model):
    """Who did what to which object, when, with what effect. Written with the act itself."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_number = models.CharField(max_length=60)
    seller_number = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_number", "at"], name="act_of_object")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_number}"
