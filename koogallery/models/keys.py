from django.db import models

from koogallery import fields


class DerivedKey(models.Model):
    """Which key master a shared secret is derived from: the one in use when it was first needed.

    Never changed: a secret in somebody's hands stays what it is until a new version is issued.
    `master` names a key master (koogallery/keys.py) and tells nobody what it is.
    """

    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    master = models.CharField(max_length=16)

    class Meta:
        constraints = [fields.once("a_key_is_derived_once", "purpose", "subject", "version")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.subject}, version {self.version}"
