"""Deliveries over REST: what sellers' servers were told, and where they stand (R9.4)."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import NoInput
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, ScopedViewSet, by_name
from koogallery.scoping import ScopedQuerySet
from sellers.choices import Activity, AttemptOutcome, InstanceStatus, MessageState
from sellers.listings.messages import MessageFilters
from sellers.models import DeliveryAttempt, DeliveryInterface, DeliveryMessage, Product
from sellers.services.delivery import interfaces, resending
from sellers.services.delivery.access_keys import current_version


class AttemptSerializer(serializers.Serializer[DeliveryAttempt]):
    """One call and its answer; secrets are in neither."""

    attempt_no = serializers.IntegerField()
    activity = fields.WordField(Activity.choices)
    url = fields.TextField(help_text="Without the parameters of the signature.")
    key_version = serializers.IntegerField(help_text="Of the access key it was signed with.")
    request = serializers.JSONField()
    sent_at = fields.InstantField()
    outcome = fields.WordField(AttemptOutcome.choices)
    answered_at = fields.InstantField(allow_null=True)
    milliseconds = serializers.IntegerField(allow_null=True)
    http_status = serializers.IntegerField(allow_null=True)
    result_code = fields.OptionalTextField()
    answer = fields.OptionalTextField()
    explanation = fields.OptionalTextField()


class MessageSerializer(serializers.Serializer[DeliveryMessage]):
    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    product = fields.NumberField(source="interface.product.number")
    order = fields.NumberField(source="order.number", allow_null=True, default=None)
    instance_id = fields.TextField(source="instance.instance_id", allow_null=True, default=None)
    activity = fields.WordField(Activity.choices)
    details = serializers.JSONField(help_text="What it says, in the words of the access guide.")
    is_test = serializers.BooleanField()
    state = fields.WordField(MessageState.choices)
    attempts_made = serializers.IntegerField()
    next_attempt_at = fields.InstantField(allow_null=True)
    result_code = fields.OptionalTextField(help_text="Of the latest answer that could be trusted.")
    result = fields.OptionalTextField(help_text="What it means, and what to do.")
    queued_at = fields.InstantField()
    closed_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class MessageDetailSerializer(MessageSerializer):
    attempts = AttemptSerializer(many=True)


class StatusInput(StrictSerializer):
    """An operator freezes or unfreezes the instance of an order."""

    order = fields.NumberField()
    status = fields.WordField(InstanceStatus.choices)


class MessageViewSet(ReadViewSet):
    """What sellers' servers are told of orders: each once, with every attempt."""

    queryset = DeliveryMessage.objects.select_related(
        "seller", "interface__product", "order", "instance"
    )
    filterset_class = MessageFilters
    ordering_fields = by_name("modified_at", arrived="queued_at")
    serializer_class = MessageDetailSerializer
    acts = {"create": resending.set_instance_status, "resend": resending.resend_message}

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return MessageSerializer if self.action == "list" else self.serializer_class

    def get_queryset(self) -> ScopedQuerySet[Any]:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("attempts")

    @extend_schema(request=StatusInput, responses={HTTPStatus.CREATED: MessageDetailSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Tell the seller's server to freeze an instance, or to unfreeze it."""
        body = self.read_body(StatusInput)
        message = resending.set_instance_status(body["order"], body["status"], actor=self.actor)
        return self.answer_row(message.number, HTTPStatus.CREATED)


class TestSerializer(serializers.Serializer[DeliveryMessage]):
    """The latest test call; its message has the whole of it."""

    message = fields.NumberField(source="number")
    state = fields.WordField(MessageState.choices)
    result_code = fields.OptionalTextField()
    result = fields.OptionalTextField()
    queued_at = fields.InstantField()


class InterfaceSerializer(serializers.Serializer[dict[str, Any]]):
    product = fields.NumberField()
    url = fields.TextField(allow_null=True, help_text="In use: it has passed a test call.")
    proposed_url = fields.TextField(allow_null=True, help_text="In use once it passes a test call.")
    is_on = serializers.BooleanField(help_text="Whether new orders are told to it.")
    verified_at = fields.InstantField(allow_null=True)
    key_version = serializers.IntegerField(help_text="Of the access key that signs its calls.")
    newest_key_version = serializers.IntegerField(help_text="What a test call is signed with.")
    last_test = TestSerializer(allow_null=True)


class UrlInput(StrictSerializer):
    url = fields.TextField(
        max_length=interfaces.LONGEST_URL, help_text="https://, a server's name."
    )


class SwitchInput(StrictSerializer):
    is_on = fields.FlagField()


class InterfaceViewSet(ScopedViewSet):
    """Where a SaaS product's instances are asked for, by the product's number."""

    queryset = Product.objects.select_related("seller", "delivery_interface")
    serializer_class = InterfaceSerializer
    pagination_class = None
    acts = {
        "propose": interfaces.record_proposal,
        "test": interfaces.request_test,
        "switch": interfaces.switch_interface,
    }

    @extend_schema(responses=InterfaceSerializer)
    @action(detail=True, methods=["get"], url_path="delivery-interface")
    def interface(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """As it stands; a product without an interface has no `url`."""
        return self.answer_row(self.get_object().number)

    @extend_schema(request=UrlInput, responses=InterfaceSerializer)
    @interface.mapping.patch
    def propose(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Give it an address; what is in use stays so until the new one has passed a test call."""
        interfaces.propose_interface(number, **self.read_body(UrlInput), actor=self.actor)
        return self.answer_row(number)

    @extend_schema(request=NoInput, responses={HTTPStatus.ACCEPTED: InterfaceSerializer})
    @action(detail=True, methods=["post"], url_path="delivery-interface/test")
    def test(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Ask for a test call with the newest access key; `last_test` tells what came of it."""
        self.read_body(NoInput)
        interfaces.request_test(number, actor=self.actor)
        return self.answer_row(number, HTTPStatus.ACCEPTED)

    @extend_schema(request=SwitchInput, responses=InterfaceSerializer)
    @action(detail=True, methods=["post"], url_path="delivery-interface/switch")
    def switch(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Off: new orders are not told to it any more. On: they are again."""
        on = self.read_body(SwitchInput)["is_on"]
        interfaces.switch_interface(number, on=on, actor=self.actor)
        return self.answer_row(number)

    def represent(self, row: Any) -> Any:
        interface: DeliveryInterface | None = getattr(row, "delivery_interface", None)
        newest = current_version(row.seller)
        return InterfaceSerializer(
            {
                "product": row.number,
                "url": (interface and interface.url) or None,
                "proposed_url": (interface and interface.proposed_url) or None,
                "is_on": bool(interface and interface.is_on),
                "verified_at": interface and interface.verified_at,
                "key_version": interface.key_version if interface else newest,
                "newest_key_version": newest,
                "last_test": interface and interface.messages.filter(is_test=True).first(),
            }
        ).data
