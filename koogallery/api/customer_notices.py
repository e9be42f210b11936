"""What customers are told, over REST: all of it, in order, without a gap (R4.5, R10)."""

from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import filters
from koogallery.api.fields import InstantField, NumberField, TextField, WholeNumberField
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from koogallery.events.acknowledging import acknowledge_notices
from koogallery.kinds import KINDS
from koogallery.languages import Language
from koogallery.models import Notice
from koogallery.models.notices import CustomerNoticeQuerySet
from koogallery.notices import customer_text_of


class CustomerNoticeFilters(filters.Filters):
    after = filters.ByWholeNumber("sequence", lookup_expr="gt", label="Later than this one")
    sequence_from, sequence_to = filters.between(filters.ByWholeNumber, "sequence")
    kind = filters.OneOf(
        choices=[(name, kind.subject) for name, kind in KINDS.items() if kind.to_customer]
    )
    seller = filters.ByNumber("seller_number")
    refund = filters.ByNumber("facts__refund")
    order = filters.ByNumber("facts__order")
    customer_account = filters.ByWord("customer_account")
    customer_name = filters.ByName("customer_name")
    customer_email = filters.ByWord("customer_email")
    acknowledged = filters.ByFlag("is_acknowledged")
    acknowledged_at_from, acknowledged_at_to = filters.between(filters.ByInstant, "acknowledged_at")
    created_at_from, created_at_to = filters.between(filters.ByInstant, "created_at")


class TextsFields(serializers.Serializer[Notice]):
    """What the customer reads, in each language."""

    en = TextField()
    zh_hans = TextField()


class CustomerNoticeFields(serializers.Serializer[Notice]):
    """One customer is told one thing, once. `sequence` has no gaps."""

    sequence = serializers.IntegerField(help_text="Counts all customers' notices from 1.")
    kind = TextField()
    seller = NumberField(source="seller_number")
    refund = NumberField(source="facts.refund", allow_null=True)
    order = NumberField(source="facts.order", allow_null=True)
    customer_account = TextField()
    customer_name = TextField()
    customer_email = TextField(help_text="Where it was mailed from here; empty: nowhere.")
    text = serializers.SerializerMethodField()
    created_at = InstantField()
    acknowledged_at = InstantField(allow_null=True)

    @extend_schema_field(TextsFields)
    def get_text(self, notice: Notice) -> dict[str, str]:
        return {
            "en": _in(Language.ENGLISH, notice),
            "zh_hans": _in(Language.CHINESE, notice),
        }


def _in(language: str, notice: Notice) -> str:
    with translation.override(language):
        return customer_text_of(notice)


class AcknowledgeInput(StrictSerializer):
    through = WholeNumberField(
        min_value=1, max_value=10**18, help_text="This notice and all before it."
    )


class AcknowledgeAnswer(serializers.Serializer[Any]):
    through = serializers.IntegerField()
    acknowledged = serializers.IntegerField(help_text="How many had not been before.")


class CustomerNoticeViewSet(ListModelMixin, ScopedViewSet):
    """What customers are told (R4.5): read it by `?after=<last>`, pass it on, acknowledge it."""

    queryset = CustomerNoticeQuerySet(Notice).of_customers()
    serializer_class = CustomerNoticeFields
    filterset_class = CustomerNoticeFilters
    default_ordering = "sequence"
    ordering_fields: ClassVar = {"sequence": "sequence"}
    for_operators = frozenset({"list"})
    duties: ClassVar = {"acknowledge": Duty.PASS_ON_NOTICES}

    @extend_schema(request=AcknowledgeInput, responses=AcknowledgeAnswer)
    @action(detail=False, methods=["post"])
    def acknowledge(self, request: Request) -> Response:  # noqa: ARG002
        """All through this one have reached their customers. Safe to repeat."""
        through = self.read_body(AcknowledgeInput)["through"]
        noted = acknowledge_notices(through, actor=self.actor)
        return Response(AcknowledgeAnswer({"through": through, "acknowledged": noted}).data)
