"""What a webhook endpoint was told, and how it answered (R10)."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField, WordField
from koogallery.api.viewsets import InnerViewSet
from koogallery.duties import Duty
from koogallery.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import Cause, DeliveryState
from koogallery.tasks import deliver_soon
from sellers.listings.webhook_deliveries import DELIVERIES, DeliveryFilters
from sellers.services.access import webhook_replays


class AttemptFields(serializers.Serializer[WebhookAttempt]):
    at = InstantField()
    status = serializers.IntegerField(allow_null=True, help_text="Null: there was no answer.")
    fault = OptionalTextField(help_text="Why there was no answer.")
    milliseconds = serializers.IntegerField()
    answer = TextField(help_text="The beginning of what was answered.")


class DeliveryFields(serializers.Serializer[WebhookDelivery]):
    number = NumberField()
    endpoint = NumberField(source="endpoint.number")
    webhook_id = TextField(source="message_id", help_text="As the header of that name has it.")
    event = NumberField(source="event_number", allow_null=True)
    sequence = serializers.IntegerField(allow_null=True, help_text="Null: a test.")
    type = TextField(source="kind")
    cause = WordField(Cause.choices)
    state = WordField(DeliveryState.choices)
    due_at = InstantField(help_text="When it is or was to be tried, at the latest count.")
    created_at = InstantField()
    finished_at = InstantField(allow_null=True)
    attempts = AttemptFields(source="tries", many=True)


class WebhookDeliveryViewSet(ListModelMixin, RetrieveModelMixin, InnerViewSet):
    """Newest first; each with every attempt."""

    queryset: Any = DELIVERIES.rows
    owners: ClassVar[Any] = WebhookEndpoint.objects.all()
    owner_field = "endpoint"
    serializer_class = DeliveryFields
    filterset_class = DeliveryFilters
    ordering_fields: ClassVar = {"created_at": "pk"}
    acts = {"resend": webhook_replays.send_again}
    duties: ClassVar = {"resend": Duty.VIEW}  # and the one that its endpoint asks for

    @extend_schema(request=NoInput, responses={HTTPStatus.ACCEPTED: DeliveryFields})
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, **_: str) -> Response:  # noqa: ARG002
        """Once more, whatever became of it; one that waits is tried now."""
        self.read_body(NoInput)
        again = webhook_replays.send_again(self.row_number, actor=self.actor)
        transaction.on_commit(deliver_soon)
        return self.answer_row(again.number, HTTPStatus.ACCEPTED)
