from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import InnerViewSet, ReadViewSet
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.choices import MovementKind
from settlement.listings.deposits import DEPOSITS, MOVEMENTS, DepositFilters, MovementFilters
from settlement.models import DepositMovement
from settlement.services.deposits import COUNTERPARTS, move_deposit

#: What an operator records; recoveries draw on a deposit by themselves (R5.3).
RECORDED = list(COUNTERPARTS)


class MovementInput(StrictSerializer):
    kind = fields.WordField([(kind.value, kind.label) for kind in RECORDED])
    amount = fields.DecimalTextField(
        rule="R6.1",
        help_text="Above 0, the kind gives the direction; signed for an adjustment.",
    )
    reference = fields.TextField(max_length=100, help_text="Recorded once per kind.")
    reason = fields.FreeTextField(
        default="",
        allow_blank=True,
        help_text="The seller reads it (R6.2); without one, the reference is the reason, but an "
        "adjustment has its own.",
    )


class MovementSerializer(serializers.Serializer[DepositMovement]):
    kind = fields.WordField(MovementKind.choices)
    currency = fields.TextField(source="seller.settlement_currency")
    amount = fields.AmountField(currency="seller.settlement_currency", source="size")
    change = fields.AmountField(
        currency="seller.settlement_currency", help_text="The signed amount."
    )
    balance_after = fields.AmountField(currency="seller.settlement_currency")
    reference = fields.TextField()
    reason = fields.FreeTextField(help_text="Empty where a recovery drew: the reference names it.")
    at = fields.InstantField()


class DepositSerializer(serializers.Serializer[Seller]):
    """A seller's deposit; a seller without one has a balance of 0."""

    seller = fields.NumberField(source="number")
    currency = fields.TextField(source="settlement_currency")
    balance = fields.AmountField(currency="settlement_currency")
    required = fields.AmountField(  # type: ignore[assignment]
        source="required_deposit", currency="settlement_currency"
    )
    below_required = serializers.BooleanField()
    open_receivables = fields.AmountField(
        currency="settlement_currency", help_text="What a top-up pays first (R5.4)."
    )
    top_up_asked = fields.AmountField(
        currency="settlement_currency",
        help_text="Below the required level: required + open receivables - balance (R6.2).",
    )


class DepositDetailSerializer(DepositSerializer):
    """With its latest movements, newest first; all of them are listed under `movements/`."""

    movements = MovementSerializer(many=True, source="latest_movements")


#: Movements that a deposit's own answer shows; all of them are a list of their own.
LATEST = 100


class DepositViewSet(ReadViewSet):
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
