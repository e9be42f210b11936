from django.db import models
from knox.models import AbstractAuthToken


class AccessToken(AbstractAuthToken):
    """A bearer token, stored hashed: for operators, or for one seller to read or to write.

    `seller_number` is text, not a key: the foundation does not know the sellers' tables.
    """

    name = models.CharField(max_length=100)
    seller_number = models.CharField(max_length=40, blank=True)
    may_write = models.BooleanField(default=False)

    class Meta(AbstractAuthToken.Meta):
        abstract = False

    @property
    def is_for_operators(self) -> bool:
        return not self.seller_number
