from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from koogallery import fields
from koogallery.duties import Duty, OperatorRole
from koogallery.models.users import User
from koogallery.numbering import next_number
from koogallery.scoping import ScopedQuerySet
from koogallery.tones import State, Tone

#: As sellers.choices.Role has it, which the foundation does not import.
OWNER = "owner"
NAME_LENGTH = 100
#: The longest network in writing: an IPv6 address with its prefix length.
NETWORK_LENGTH = 43


class TokenState(State):
    ACTIVE = "active", Tone.SUCCESS, _("Active")
    ROTATED = "rotated", Tone.WARNING, _("Rotated")
    EXPIRED = "expired", Tone.NEUTRAL, _("Expired")
    REVOKED = "revoked", Tone.ERROR, _("Revoked")


class TokenQuerySet(ScopedQuerySet["AccessToken"]):
    """Owners see their seller's tokens, operators those and their own, who manages people all."""

    seller_path = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_operator:
            own = self.filter(~Q(seller_number="") | Q(user=user))
            return self if user.may(Duty.MANAGE_PEOPLE) else own
        owned = user.memberships.filter(role=OWNER)
        if user.narrowed_to is not None:
            owned = owned.filter(seller__number=user.narrowed_to)
        return self.filter(seller_number__in=owned.values("seller__number"))

    def in_states(self, *states: str) -> Self:
        """As `AccessToken.state` tells them; none: all."""
        over = Q(expiry__lte=timezone.now())
        meanings: dict[str, Q] = {
            TokenState.REVOKED: Q(revoked_at__isnull=False),
            TokenState.EXPIRED: Q(revoked_at=None) & over,
            TokenState.ROTATED: Q(revoked_at=None, replaced_by__isnull=False) & ~over,
            TokenState.ACTIVE: Q(revoked_at=None, replaced_by=None) & (Q(expiry=None) | ~over),
        }
        return self.filter(reduce(or_, (meanings[state] for state in states), Q()))

    def in_force(self) -> Self:
        return self.filter(Q(expiry=None) | Q(expiry__gt=timezone.now()), revoked_at=None)


class TokenManager(AuthTokenManager.from_queryset(TokenQuerySet)):  # type: ignore[misc]
    """`create` returns the row and the token itself, which is nowhere else."""

    def create(self, *args: Any, **columns: Any) -> tuple["AccessToken", str]:
        number = columns.pop("number", None) or next_number("TK")
        made: tuple[AccessToken, str] = super().create(*args, number=number, **columns)
        return made


class AccessToken(AbstractAuthToken):
    """A bearer token, stored hashed: for operators, or for one seller to read or to write.

    `seller_number` is text, not a key: the foundation does not know the sellers' tables. A token
    that was rotated names its successor in `replaced_by`, and expires with its grace period.
    `allowed_networks` are those it may be used from; empty: any. One that another signed for names
    it as its `parent`: it ends no later, and is revoked with it.
    """

    STATES = TokenState

    number = fields.number()
    name = fields.NameField(max_length=NAME_LENGTH)
    seller_number = models.CharField(max_length=40, blank=True)
    may_write = models.BooleanField(default=False)
    allowed_networks = ArrayField(
        models.CharField(max_length=NETWORK_LENGTH), default=list, blank=True
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces"
    )

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    modified_at = models.DateTimeField(db_default=models.functions.Now())

    #: Of an operator's token: these roles of its holder alone; empty: all that the holder has.
    roles = ArrayField(
        models.CharField(max_length=30, choices=OperatorRole.choices), default=list, blank=True
    )
    objects = TokenManager()

    class Meta(AbstractAuthToken.Meta):
        abstract = False
        verbose_name = "token"
        constraints = [
            fields.once("a_token_succeeds_one_other", "replaced_by"),
            fields.holds("a_rotated_token_expires", Q(replaced_by=None) | Q(expiry__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_for_operators(self) -> bool:
        return not self.seller_number

    @property
    def scope(self) -> str:
        if self.is_for_operators:
            return "operator"
        return "write" if self.may_write else "read"

    @property
    def state(self) -> TokenState:
        if self.revoked_at is not None:
            return TokenState.REVOKED
        if self.expiry is not None and self.expiry <= timezone.now():
            return TokenState.EXPIRED
        return TokenState.ROTATED if self.replaced_by_id else TokenState.ACTIVE

    @property
    def is_in_force(self) -> bool:
        """Rotated ones are, until their grace period is over."""
        return self.state in {TokenState.ACTIVE, TokenState.ROTATED}


class TokenUse(models.Model):
    """When and from where a token was last used, to the minute.

    Apart from the token, which is read by every call and written by hardly any.
    """

    token = models.OneToOneField(
        AccessToken, models.CASCADE, primary_key=True, related_name="last_use"
    )
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return f"{self.token_id[:8]} {self.at}"
