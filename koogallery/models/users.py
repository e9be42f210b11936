from django.contrib.auth.models import AbstractUser
from django.db import models

from koogallery.languages import Language


class User(AbstractUser):  # type: ignore[django-manager-missing]  # of knox, untyped
    """A person or a client: an operator (staff) or a member of one or more sellers.

    `narrowed_to` is set for one request by the token that signed it: a token for one seller
    shows that seller alone, whoever holds it. `language` is what the console and e-mail speak to
    them; empty: as their browser asks, and English in e-mail.
    """

    language = models.CharField(max_length=10, choices=Language.choices, blank=True)
    narrowed_to: str | None = None

    @property
    def is_operator(self) -> bool:
        return self.is_active and self.is_staff and self.narrowed_to is None

    @property
    def sees_every_seller(self) -> bool:
        return self.is_operator
