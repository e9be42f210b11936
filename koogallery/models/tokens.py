from django.contrib.postgres.fields import ArrayField
from django.db import models
from knox.models import AbstractAuthToken

from koogallery.duties import OperatorRole


class AccessToken(AbstractAuthToken):
    """A bearer token, stored hashed: for operators, or for one seller to read or to write.

    `seller_number` is text, not a key: the foundation does not know the sellers' tables.
    """

    name = models.CharField(max_length=100)
    seller_number = models.CharField(max_length=40, blank=True)
    may_write = models.BooleanField(default=False)
    #: Of an operator's token: these roles of its holder alone; empty: all that the holder has.
    roles = ArrayField(
        models.CharField(max_length=30, choices=OperatorRole.choices), default=list, blank=True
    )

    class Meta(AbstractAuthToken.Meta):
        abstract = False

    @property
    def is_for_operators(self) -> bool:
        return not self.seller_number
