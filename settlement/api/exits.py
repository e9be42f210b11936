from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import NoInput
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, ScopedViewSet, by_name
from koogallery.fields import amount
from sellers.models import Seller
from settlement.choices import ExitState
from settlement.listings.deposits import ExitRequestFilters
from settlement.models import ExitRequest
from settlement.readings.exits import exit_obstacles, open_request_of
from settlement.rules.exits import Obstacle
from settlement.services import exits
from settlement.services.exits import exit_seller


class ObstacleSerializer(serializers.Serializer[Obstacle]):
    """One kind of thing that is still open."""

    code = fields.TextField()
    detail = fields.TextField()
    count = serializers.IntegerField()
    numbers = serializers.ListField(child=fields.TextField(), help_text="The first ten.")


class ExitSerializer(serializers.Serializer[object]):
    """How far a seller is from leaving (R6.3)."""

    seller = fields.NumberField()
    left_at = fields.InstantField(allow_null=True)
    currency = fields.TextField()
    deposit = fields.AmountField(help_text="What is returned when the seller leaves.")
    request = fields.NumberField(
        allow_null=True, help_text="By which the seller asks for its exit."
    )
    obstacles = ObstacleSerializer(many=True, help_text="Nothing keeps a seller who has none.")


class ExitRequestInput(StrictSerializer):
    """That a seller wants to leave (R6.3)."""

    seller = fields.NumberField()
    reason = fields.FreeTextField(required=False, allow_blank=True)


class ExitRequestSerializer(serializers.Serializer[ExitRequest]):
    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    state = fields.WordField(ExitState.choices)
    reason = fields.OptionalTextField()
    answer = fields.OptionalTextField(help_text="Why it was refused.")
    requested_at = fields.InstantField()
    decided_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class ExitViewSet(ScopedViewSet):
    """Leaving KooGallery, by the seller's number: what is open, and the exit itself (R6.3)."""

    queryset = Seller.objects.annotate(
        balance=Coalesce("deposit__balance", Value(Decimal(0)), output_field=amount())
    )
    serializer_class = ExitSerializer
    pagination_class = None
    acts = {"leave": exit_seller}

    @extend_schema(responses=ExitSerializer)
    @action(detail=True, methods=["get"], url_path="exit")
    def exit_state(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """What still keeps the seller, and what would be returned."""
        return self.answer_row(self.get_object().number)

    @extend_schema(request=NoInput, responses={HTTPStatus.OK: ExitSerializer, **OR_ASKED})
    @exit_state.mapping.post
    def leave(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Return the whole deposit and let the seller go; 409 names everything still open."""
        self.read_body(NoInput)
        return answer(self, exit_seller(number, actor=self.actor), number)

    def represent(self, row: Any) -> Any:
        state = {
            "seller": row.number,
            "left_at": row.left_at,
            "currency": row.settlement_currency,
            "deposit": row.balance,
            "request": open_request_of(row),
            "obstacles": () if row.left_at else exit_obstacles(row),
        }
        return ExitSerializer(state).data


class ExitRequestViewSet(ReadViewSet):
    """Sellers who ask to leave (R6.3): an owner asks and withdraws, operators refuse.

    The exit itself, `/sellers/{number}/exit/`, grants what stands.
    """

    queryset = ExitRequest.objects.select_related("seller")
    serializer_class = ExitRequestSerializer
    filterset_class = ExitRequestFilters
    ordering_fields = by_name("requested_at", "decided_at", "modified_at")
    acts = {
        "create": exits.request_exit,
        "withdraw": exits.withdraw_exit,
        "refuse": exits.refuse_exit,
    }

    @extend_schema(request=ExitRequestInput, responses={HTTPStatus.CREATED: ExitRequestSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Ask to leave; 409 names what the seller has to end itself before that."""
        body = self.read_body(ExitRequestInput)
        asked = exits.request_exit(body["seller"], body.get("reason", ""), actor=self.actor)
        return self.answer_row(asked.number, HTTPStatus.CREATED)
