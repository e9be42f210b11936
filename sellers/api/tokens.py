"""Access tokens over REST: issued for one's own programs, rotated and revoked."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import NoInput
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet
from koogallery.duties import Duty, OperatorRole
from koogallery.kit.errors import InvalidInput, NotFound
from koogallery.kit.networks import LONGEST_NETWORK
from koogallery.models import AccessToken
from sellers.api.filters import TOKEN_SCOPES, TOKEN_STATES, TokenFilters
from sellers.choices import Role
from sellers.models import Seller
from sellers.rules.tokens import MOST_NETWORKS, NAME_LENGTH, TokenTerms
from sellers.services.access import tokens
from sellers.services.access.tokens import Issued, default_life


class TokenInput(StrictSerializer):
    """A token for one's own programs; it acts as who issues it."""

    name = fields.TextField(max_length=NAME_LENGTH, help_text="Which program uses it.")
    scope = fields.WordField(
        TOKEN_SCOPES, help_text="An operator issues `operator`, an owner the others."
    )
    seller = fields.NumberField(required=False, help_text="Needed by an owner of several sellers.")
    valid_days = fields.WholeNumberField(
        required=False,
        help_text="TOKEN_DEFAULT_DAYS unless given; no longer than the token that asks.",
    )
    allowed_networks = serializers.ListField(
        child=fields.TextField(max_length=LONGEST_NETWORK),
        required=False,
        max_length=MOST_NETWORKS,
        help_text="Addresses or networks such as 203.0.113.0/24; none: from anywhere.",
    )

    roles = serializers.ListField(
        child=fields.WordField(OperatorRole.choices),
        required=False,
        max_length=len(OperatorRole),
        help_text="Of an operator's token, these alone; none: all that the holder has.",
    )


class RotationInput(StrictSerializer):
    grace_minutes = fields.WholeNumberField(
        required=False, help_text="How long the old one works yet; TOKEN_GRACE_HOURS unless given."
    )


class TokenFields(serializers.Serializer[AccessToken]):
    number = fields.NumberField()
    name = fields.TextField()
    state = fields.WordField(TOKEN_STATES)
    scope = fields.WordField(TOKEN_SCOPES)
    seller = fields.OptionalTextField(
        source="seller_number", help_text="Whose rows it shows alone."
    )
    holder = fields.TextField(source="user.username", help_text="Whom it acts as.")
    prefix = fields.TextField(source="token_key", help_text="How the token begins.")
    allowed_networks = serializers.ListField(child=fields.TextField())
    roles = serializers.ListField(
        child=fields.WordField(OperatorRole.choices),
        help_text="Those of an operator that it carries alone; none: all that the holder has.",
    )
    issued_at = fields.InstantField(source="created")
    expires_at = fields.InstantField(source="expiry", allow_null=True)
    revoked_at = fields.InstantField(allow_null=True)
    replaced_by = fields.NumberField(source="replaced_by.number", allow_null=True)
    last_used_at = fields.InstantField(
        source="last_use.at", allow_null=True, default=None, help_text="To the minute."
    )
    last_used_from = serializers.IPAddressField(
        source="last_use.address", allow_null=True, default=None
    )
    modified_at = fields.InstantField()


class IssuedToken(TokenFields):
    token = fields.TextField(
        allow_null=True, help_text="Shown once; null when the call is answered again."
    )


class RevokedTokens(serializers.Serializer[Any]):
    revoked = serializers.IntegerField(help_text="How many.")


class TokenViewSet(ReadViewSet):
    """Access tokens: owners manage their company's, operators their own.

    A token issues none that reaches further than itself or outlives it, and takes those it issued
    along when it is revoked. A new password ends all of its holder's.
    """

    queryset = AccessToken.objects.select_related("user", "replaced_by", "last_use")
    serializer_class = TokenFields
    filterset_class = TokenFilters
    ordering_fields = {"number": "number"}
    default_ordering = "-number"
    open_to_sellers = frozenset({"create", "rotate", "revoke", "revoke_own"})
    duties = dict.fromkeys(("create", "rotate", "revoke", "revoke_own"), Duty.VIEW)
    shown_once = frozenset({"token"})
    untagged = frozenset({"token", "last_used_at", "last_used_from"})

    @extend_schema(request=TokenInput, responses={HTTPStatus.CREATED: IssuedToken})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Issue a token; the answer shows it, nothing else ever does."""
        body = self.read_body(TokenInput)
        days = body.get("valid_days")
        terms = TokenTerms(
            body["name"],
            default_life(self.using) if days is None else timedelta(days=_bounded(days)),
            body.get("allowed_networks", ()),
            body.get("roles", ()),
        )
        if body["scope"] == "operator":
            return self._show(tokens.issue_own_token(terms, actor=self.actor, using=self.using))
        if terms.roles:
            raise InvalidInput(
                _("Only an operator's token has roles."), code="no_roles", field="roles"
            )
        issued = tokens.issue_token(
            self._seller(body.get("seller")).number,
            terms,
            may_write=body["scope"] == "write",
            actor=self.actor,
            using=self.using,
        )
        return self._show(issued)

    @extend_schema(request=RotationInput, responses={HTTPStatus.CREATED: IssuedToken})
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """A successor with the same rights, shown once; the old one works for a while yet."""
        minutes = self.read_body(RotationInput).get("grace_minutes")
        grace = None if minutes is None else timedelta(minutes=_bounded(minutes))
        return self._show(tokens.rotate_token(number, grace, actor=self.actor, using=self.using))

    @extend_schema(request=NoInput, responses=TokenFields)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Refused from now on, for good."""
        self.read_body(NoInput)
        revoked = tokens.revoke_token(number, actor=self.actor, using=self.using)
        return self.answer_row(revoked.number)

    @extend_schema(request=NoInput, responses=RevokedTokens)
    @action(detail=False, methods=["post"], url_path="revoke-own")
    def revoke_own(self, request: Request) -> Response:  # noqa: ARG002
        """All that act as the caller, also the one that signs this call; none that is wider."""
        self.read_body(NoInput)
        revoked = tokens.revoke_own_tokens(actor=self.actor, using=self.using)
        return Response({"revoked": revoked})

    def _seller(self, number: str | None) -> Seller:
        """The one named, or the only one there is; others do not exist for the caller."""
        mine = Seller.objects.visible_to(self.actor)
        if number is None and not self.actor.is_operator:
            owned = mine.filter(members__user=self.actor, members__role=Role.OWNER)
            only = list(owned[:2]) or list(mine[:2])
            if len(only) == 1:
                return only[0]
        found = mine.filter(number=number).first() if number else None
        if found is None and number:
            told = _("There is no seller %(number)s.") % {"number": number}
            raise NotFound(told, field="seller")
        if found is None:
            raise InvalidInput(_("Name the seller."), code="required", field="seller")
        return found

    def _show(self, issued: Issued) -> Response:
        row = self.get_queryset().get(number=issued.token.number)
        data: dict[str, Any] = {**TokenFields(row).data, "token": issued.secret}
        headers = {"ETag": self.tag_of(data)}
        return Response(data, status=HTTPStatus.CREATED, headers=headers)


def _bounded(count: int) -> int:
    """Beyond these bounds a span cannot be written; the rule refuses them all the same."""
    return max(min(count, 10**6), -1)
