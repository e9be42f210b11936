"""Everybody's events over REST, for the platform's own systems: in order, without a gap (R10)."""

from typing import Any, ClassVar

from django.db.models import BooleanField, Case, F, Q, Value, When
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import filters
from koogallery.api.customer_notices import AcknowledgeAnswer, AcknowledgeInput
from koogallery.api.fields import InstantField, NumberField, TextField
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from koogallery.events.acknowledging import acknowledge_events, mark_of
from koogallery.events.payloads import platform_data_of
from koogallery.events.streams import CUSTOMER_NOTICE, type_of
from koogallery.kinds import KINDS
from koogallery.models import Notice
from koogallery.models.notices import PlatformEventQuerySet
from koogallery.scoping import ScopedQuerySet


class PlatformEventFilters(filters.Filters):
    after = filters.ByWholeNumber(
        "platform_sequence", lookup_expr="gt", label="Later than this one"
    )
    sequence_from, sequence_to = filters.between(filters.ByWholeNumber, "platform_sequence")
    type = filters.OneOf(
        "event_type",
        choices=[
            *((name, kind.subject) for name, kind in KINDS.items()),
            (CUSTOMER_NOTICE, "A customer is notified"),
        ],
    )
    seller = filters.ByNumber("seller_number")
    occurred_at_from, occurred_at_to = filters.between(filters.ByInstant, "created_at")
    acknowledged = filters.ByFlag("is_acknowledged")


class PlatformEventFields(serializers.Serializer[Notice]):
    """The same as the body of a webhook of the platform."""

    id = NumberField(source="platform_number")
    sequence = serializers.IntegerField(
        source="platform_sequence", help_text="Counts everybody's events from 1, without gaps."
    )
    type = serializers.SerializerMethodField(
        help_text="Its kind, or `customer_notice`: a customer is notified."
    )
    occurred_at = InstantField(source="created_at")
    seller = NumberField(source="seller_number")
    event = serializers.SerializerMethodField(
        help_text="Its id among its seller's events; null for what a customer is notified of."
    )
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # our name, not theirs

    @extend_schema_field(TextField())
    def get_type(self, notice: Notice) -> str:
        return type_of(notice, for_platform=True)

    @extend_schema_field(NumberField(allow_null=True))
    def get_event(self, notice: Notice) -> str | None:
        return notice.number or None

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_data(self, notice: Notice) -> dict[str, Any]:
        return platform_data_of(notice)


class PlatformEventViewSet(ListModelMixin, ScopedViewSet):
    """Everybody's events, for the trading and the payment system: read on by `?after=<last>`.

    A system says how far it has come by `acknowledge/`; `?acknowledged=false` goes on from there.
    Webhook endpoints without a seller are sent the same.
    """

    queryset = (
        PlatformEventQuerySet(Notice)
        .counted()
        .annotate(
            event_type=Case(
                When(recipient="customer", then=Value(CUSTOMER_NOTICE)), default=F("kind")
            )
        )
    )
    serializer_class = PlatformEventFields
    filterset_class = PlatformEventFilters
    default_ordering = "platform_sequence"
    ordering_fields: ClassVar = {"sequence": "platform_sequence"}
    for_operators = frozenset({"list"})
    duties: ClassVar = {"acknowledge": Duty.CONNECT_SYSTEMS}

    def get_queryset(self) -> ScopedQuerySet[Any]:
        mine = Case(
            When(Q(platform_sequence__lte=mark_of(self.actor)), then=True),
            default=False,
            output_field=BooleanField(),
        )
        rows: ScopedQuerySet[Any] = super().get_queryset().annotate(is_acknowledged=mine)
        return rows

    @extend_schema(request=AcknowledgeInput, responses=AcknowledgeAnswer)
    @action(detail=False, methods=["post"])
    def acknowledge(self, request: Request) -> Response:  # noqa: ARG002
        """The caller's system has taken all through this one. Safe to repeat."""
        through = self.read_body(AcknowledgeInput)["through"]
        noted = acknowledge_events(through, actor=self.actor)
        return Response(AcknowledgeAnswer({"through": through, "acknowledged": noted}).data)
