from django.conf import settings
from django.db import models
from django.utils import timezone


class AccountMail(models.Model):
    """What a person still has to be mailed about their own account; gone once it is sent.

    A link in it is made as it is sent, and stands nowhere else. Without a user it is a link that
    somebody asked for at an address of which nobody said whether there is an account for it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="account_mails"
    )
    kind = models.CharField(max_length=30)
    address = models.CharField(max_length=254)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="account_mails_to_send")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
