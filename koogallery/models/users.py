from collections.abc import Collection

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from koogallery import fields
from koogallery.duties import Duty, OperatorRole, gives
from koogallery.kit.mail_addresses import is_mail_address
from koogallery.languages import Language


def require_mail_address(text: str) -> None:
    if not is_mail_address(text):
        raise ValidationError(_("This is no e-mail address."), code="invalid")


class User(AbstractUser):  # type: ignore[django-manager-missing]  # of knox, untyped
    """A person or a client: an operator (staff, with roles) or a member of one or more sellers.

    `narrowed_to` and `narrowed_roles` are set for one request by the token that signed it: a token
    for one seller shows that seller alone, one for some roles has their duties alone, whoever
    holds it. `language` is what the console and e-mail speak to them; empty: as their browser
    asks, and English in e-mail.
    """

    #: Staff without a role sign in to the admin and find nothing there.
    operator_roles = ArrayField(
        models.CharField(max_length=30, choices=OperatorRole.choices), default=list, blank=True
    )

    email = models.EmailField(blank=True, validators=[require_mail_address])
    language = models.CharField(max_length=10, choices=Language.choices, blank=True)
    narrowed_to: str | None = None
    narrowed_roles: Collection[str] = ()
    #: By the owner of a seller they are a member of; known of who comes by a session.
    is_asked_for_second_factor = False
    #: Until it is saved: nobody signs in with the former one any more.
    password_is_withdrawn = False
    #: Django's own, until it is saved.
    _password: str | None

    class Meta(AbstractUser.Meta):
        abstract = False
        constraints = [
            fields.holds(
                "operator_roles_are_known", Q(operator_roles__contained_by=OperatorRole.values)
            )
        ]

    @property
    def is_operator(self) -> bool:
        return self.may(Duty.VIEW)

    @property
    def sees_every_seller(self) -> bool:
        return self.is_operator

    def may(self, duty: Duty) -> bool:
        """Whether this duty is theirs as an operator, in this request."""
        if not (self.is_active and self.is_staff and self.narrowed_to is None):
            return False
        if self.is_superuser:
            return not self.narrowed_roles or gives(self.narrowed_roles, duty)
        roles = set(self.operator_roles)
        return gives(roles & set(self.narrowed_roles) if self.narrowed_roles else roles, duty)

    @property
    def has_new_password(self) -> bool:
        """Until it is saved. A hash that is renewed as the same password is checked is none."""
        return self._password is not None or self.password_is_withdrawn

    def set_unusable_password(self) -> None:
        super().set_unusable_password()
        self.password_is_withdrawn = True
