"""Webhook endpoints over REST (R10)."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import NoInput
from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByInstant, ByNumber, ByText, Filters, OneOf, between
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.duties import Duty
from koogallery.kinds import KINDS
from koogallery.models import WebhookEndpoint
from koogallery.models.webhooks import EndpointState, StopReason
from koogallery.tasks import deliver_soon
from sellers.api.webhook_deliveries import DeliveryFields
from sellers.services.access import webhook_replays, webhooks
from sellers.services.members.membership import require_unbound


class EndpointFilters(Filters):
    seller = ByNumber("seller_number")
    state = OneOf(choices=EndpointState.choices[:2])
    url = ByText("url")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    modified_since = ChangedSince("modified_at")


def _kinds(**options: Any) -> "serializers.ListField":
    return serializers.ListField(
        child=fields.TextField(max_length=40), allow_null=True, max_length=len(KINDS), **options
    )


class EndpointInput(StrictSerializer):
    """An address that is told of a seller's events."""

    seller = fields.NumberField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whose events. Without one: everybody's, for the platform's own systems.",
    )
    url = fields.TextField(help_text="https; a public address.")
    description = fields.TextField(required=False, allow_blank=True)
    kinds = _kinds(required=False, help_text="Of which kinds; all, unless given.")


class EndpointChange(StrictSerializer):
    url = fields.TextField(required=False)
    description = fields.TextField(required=False, allow_blank=True)
    kinds = _kinds(required=False, help_text="Null: all.")


class EnableInput(StrictSerializer):
    skip_missed = fields.FlagField(
        required=False, help_text="Only what comes, instead of all that was missed."
    )


class ReplayInput(StrictSerializer):
    """A range of sequences, or all since an instant; of one event: from and to the same."""

    sequence_from = fields.WholeNumberField(required=False, min_value=1, max_value=10**18)
    sequence_to = fields.WholeNumberField(required=False, min_value=1, max_value=10**18)
    since = fields.InstantField(required=False)


class ReplayAnswer(serializers.Serializer[Any]):
    events = serializers.IntegerField(help_text="How many are sent again.")


class EndpointFields(serializers.Serializer[WebhookEndpoint]):
    number = fields.NumberField()
    seller = fields.NumberField(
        source="owner_number", allow_null=True, help_text="Null: the platform's own."
    )
    url = fields.TextField()
    description = fields.TextField()
    kinds = serializers.ListField(child=fields.TextField(), allow_null=True, help_text="Null: all.")
    state = fields.WordField(EndpointState.choices)
    disabled_reason = serializers.ChoiceField(
        StopReason.choices, allow_null=True, source="stop_reason"
    )
    disabled_at = fields.InstantField(allow_null=True)
    failing_since = fields.InstantField(allow_null=True, help_text="Nothing was taken since.")
    queued_through = serializers.IntegerField(
        source="read_through", help_text="The last sequence that was looked at for it."
    )
    secret_version = serializers.IntegerField(source="key_version")
    secret_rotated_at = fields.InstantField(source="rotated_at", allow_null=True)
    created_at = fields.InstantField()
    modified_at = fields.InstantField()


class IssuedEndpoint(EndpointFields):
    secret = fields.OptionalTextField(
        default=None, help_text="Signs what is sent. Shown once; null when answered again."
    )


class WebhookEndpointViewSet(ReadViewSet):
    """Addresses that are told of a seller's events, signed by the Standard Webhooks scheme.

    An owner's write token manages its company's. An operator tests, replays, disables and enables;
    where events go, and what signs them, only owners change. An endpoint without a seller is the
    platform's: whoever may connect its systems manages it.
    """

    queryset = WebhookEndpoint.objects.all()
    serializer_class = EndpointFields
    filterset_class = EndpointFilters
    ordering_fields: ClassVar = by_name("number", "created_at", "modified_at")
    acts = {
        "partial_update": webhooks.change_endpoint,
        "destroy": webhooks.remove_endpoint,
        "rotate_secret": webhooks.rotate_secret,
        "enable": webhooks.enable_endpoint,
        "disable": webhooks.disable_endpoint,
        "test": webhook_replays.send_test,
        "replay": webhook_replays.replay_events,
    }
    open_to_sellers = frozenset({"create"})
    #: The act asks for another, which depends on whose endpoint it is.
    duties: ClassVar = dict.fromkeys(("create", *acts), Duty.VIEW)
    shown_once = frozenset({"secret"})
    untagged = frozenset({"secret", "queued_through", "failing_since"})

    @extend_schema(request=EndpointInput, responses={HTTPStatus.CREATED: IssuedEndpoint})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """It is told of what happens from now on. The answer shows its secret, once."""
        require_unbound(self.using)
        body = self.read_body(EndpointInput)
        made = webhooks.create_endpoint(body.pop("seller"), **body, actor=self.actor)
        return self._show(*made, HTTPStatus.CREATED)

    @extend_schema(request=EndpointChange, responses=EndpointFields)
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Another address, description or choice of kinds."""
        changes = self.read_body(EndpointChange)
        return self.answer_row(webhooks.change_endpoint(number, changes, actor=self.actor).number)

    @extend_schema(request=None, responses={HTTPStatus.NO_CONTENT: None})
    def destroy(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """For good: what waits for it is not sent any more."""
        webhooks.remove_endpoint(number, actor=self.actor)
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(request=EnableInput, responses=EndpointFields)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Called again, and told what it missed, in order."""
        body = self.read_body(EnableInput)
        endpoint = webhooks.enable_endpoint(number, **body, actor=self.actor)
        transaction.on_commit(deliver_soon)
        return self.answer_row(endpoint.number)

    @extend_schema(request=NoInput, responses=IssuedEndpoint)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """A new secret, shown once; the old one signs beside it for a day."""
        self.read_body(NoInput)
        require_unbound(self.using)
        return self._show(*webhooks.rotate_secret(number, actor=self.actor), HTTPStatus.OK)

    @extend_schema(request=NoInput, responses={HTTPStatus.ACCEPTED: DeliveryFields})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Send a `test.ping`, which is no event; its delivery tells how that went."""
        self.read_body(NoInput)
        delivery = webhook_replays.send_test(number, actor=self.actor)
        transaction.on_commit(deliver_soon)
        return Response(DeliveryFields(delivery).data, HTTPStatus.ACCEPTED)

    @extend_schema(request=ReplayInput, responses={HTTPStatus.ACCEPTED: ReplayAnswer})
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Send events of the past again, in order, each under the id it had."""
        body = self.read_body(ReplayInput)
        events = webhook_replays.replay_events(number, **body, actor=self.actor)
        transaction.on_commit(deliver_soon)
        return Response(ReplayAnswer({"events": events}).data, HTTPStatus.ACCEPTED)

    def _show(self, endpoint: WebhookEndpoint, secret: str, status: HTTPStatus) -> Response:
        answer = self.answer_row(endpoint.number, status)
        answer.data = {**answer.data, "secret": secret}
        return answer
