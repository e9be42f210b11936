"""Who the caller is, and what they may."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery import accounts
from koogallery.addresses import client_address
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField, WordField
from koogallery.api.serializers import StrictSerializer
from koogallery.api.throttling import TokenThrottle
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty, OperatorRole
from koogallery.languages import Language
from koogallery.models import AccessToken
from sellers.api.filters import TOKEN_SCOPES
from sellers.choices import Role
from sellers.models import Seller

CALLERS = [*TOKEN_SCOPES, ("session", "A signed-in browser")]


class OwnTokenFields(serializers.Serializer[AccessToken]):
    number = NumberField()
    name = TextField()
    expires_at = InstantField(source="expiry", allow_null=True)
    allowed_networks = serializers.ListField(child=TextField())
    replaced_by = NumberField(source="replaced_by.number", allow_null=True)


class OwnSellerFields(serializers.Serializer[Any]):
    number = NumberField()
    company_name = TextField()
    role = WordField(Role.choices)


class MeFields(serializers.Serializer[Any]):
    """The caller as this call is signed."""

    username = TextField()
    name = TextField()
    scope = WordField(CALLERS, help_text="Of the token, or `session`.")
    is_operator = serializers.BooleanField(help_text="Sees every seller.")
    roles = serializers.ListField(
        child=WordField(OperatorRole.choices), help_text="An operator's, as the token carries them."
    )
    seller = OptionalTextField(help_text="The only one that a seller's token shows.")
    sellers = OwnSellerFields(many=True, help_text="Where the caller is a member, as what.")
    token = OwnTokenFields(allow_null=True)
    address = OptionalTextField(help_text="From where the call comes, as the portal sees it.")
    rate_limit = TextField(help_text="Calls before `429`.")
    time_zone = TextField(help_text="Where cycles begin and end (R1.1).")
    language = WordField(
        Language.choices,
        allow_null=True,
        help_text="Of the console and of e-mail. Null: as the browser asks, English in e-mail.",
    )


class LanguageInput(StrictSerializer):
    language = WordField(Language.choices, allow_null=True)


class MeViewSet(ScopedViewSet):
    queryset = Seller.objects.all()
    serializer_class = MeFields
    pagination_class = None
    open_to_sellers = frozenset({"language"})
    duties = {"language": Duty.VIEW}

    @extend_schema(responses=MeFields, operation_id="me_retrieve")
    def list(self, request: Request) -> Response:
        """Who the caller is: the user, the token's scope, the sellers, the limits."""
        return self._me(request)

    @extend_schema(request=LanguageInput, responses=MeFields)
    @action(detail=False, methods=["post"])
    def language(self, request: Request) -> Response:
        """What the console and e-mail speak to the caller; this API asks `Accept-Language`."""
        accounts.choose_language(self.actor, self.read_body(LanguageInput)["language"] or "")
        return self._me(request)

    def _me(self, request: Request) -> Response:
        token = self.using
        sellers = self.get_queryset().filter(members__user=self.actor).order_by("number")
        address = client_address(request._request)  # noqa: SLF001 -- DRF hands it out nowhere
        me = {
            "username": self.actor.username,
            "name": self.actor.get_full_name(),
            "scope": token.scope if token else "session",
            "is_operator": self.actor.is_operator,
            "roles": self._roles(),
            "seller": self.actor.narrowed_to or "",
            "sellers": sellers.values("number", "company_name", role=F("members__role")),
            "token": token,
            "address": "" if address is None else str(address),
            "rate_limit": TokenThrottle().rate,
            "time_zone": settings.SETTLEMENT_TIME_ZONE,
            "language": self.actor.language or None,
        }
        return Response(MeFields(me).data)

    def _roles(self) -> Sequence[str]:
        """A superuser has every one; a token may carry some of its holder's alone."""
        user = self.actor
        if not user.is_operator:
            return []
        held = OperatorRole.values if user.is_superuser else user.operator_roles
        return [role for role in held if not user.narrowed_roles or role in user.narrowed_roles]
