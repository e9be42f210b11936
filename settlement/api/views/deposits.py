from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import InnerViewSet, ScopedViewSet
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.api.serializers.deposits import (
    DepositDetailSerializer,
    DepositSerializer,
    MovementInput,
    MovementSerializer,
)
from settlement.listings.deposits import DEPOSITS, MOVEMENTS, DepositFilters, MovementFilters
from settlement.services.deposits import move_deposit

#: Movements that a deposit's own answer shows; all of them are a list of their own.
LATEST = 100


class DepositViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Sellers' deposits, by the seller's number. Every seller has one, of 0 unless paid in (R6)."""

    queryset = DEPOSITS.rows
    lookup_url_kwarg = "seller"
    filterset_class = DepositFilters
    ordering_fields = {"seller": "number", "balance": "balance", "required": "required_deposit"}
    default_ordering = "number"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return DepositSerializer if self.action == "list" else DepositDetailSerializer

    def get_queryset(self) -> ScopedQuerySet[Any]:
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        latest = MOVEMENTS.rows.order_by("-pk")[:LATEST]
        return rows.prefetch_related(Prefetch("deposit_movements", latest, "latest_movements"))


class MovementViewSet(ListModelMixin, InnerViewSet):
    """The movements of a seller's deposit, the latest first; operators record them (R6.1)."""

    owners = Seller.objects.all()
    owner_field = "seller"
    queryset = MOVEMENTS.rows
    serializer_class = MovementSerializer
    filterset_class = MovementFilters
    changes = DepositViewSet
    lookup_field = "pk"
    acts = {"create": move_deposit}

    @extend_schema(
        request=MovementInput, responses={HTTPStatus.CREATED: MovementSerializer, **OR_ASKED}
    )
    def create(self, request: Request, seller: str) -> Response:  # noqa: ARG002
        """Record a movement; the balance never falls below 0."""
        came = move_deposit(seller, **self.read_body(MovementInput), actor=self.actor)
        return answer(self, came, str(came.pk), HTTPStatus.CREATED)
