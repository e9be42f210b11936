"""The access key that a seller shares with KooGallery, over REST (R9.4)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField
from koogallery.api.viewsets import ScopedViewSet
from sellers.models import AccessKey, Seller
from sellers.services.delivery import access_keys
from sellers.services.members.membership import require_unbound


class AccessKeyFields(serializers.Serializer[Any]):
    seller = NumberField()
    version = serializers.IntegerField()
    rotated_at = InstantField(allow_null=True)
    key_id = TextField(help_text="The AK of the order query; no secret.")


class ShownAccessKey(AccessKeyFields):
    access_key = OptionalTextField(help_text="Signs calls. Null when the call is answered again.")
    secret_key = OptionalTextField(help_text="The SK of the order query; likewise.")


class AccessKeyViewSet(ScopedViewSet):
    """By the seller's number; shown and rotated by owners alone, not even by operators."""

    queryset = Seller.objects.all()
    serializer_class = AccessKeyFields
    pagination_class = None
    acts = {"show": access_keys.shown_access_key, "rotate": access_keys.rotate_access_key}
    shown_once = frozenset({"access_key", "secret_key"})

    @extend_schema(responses=AccessKeyFields)
    @action(detail=True, methods=["get"], url_path="access-key")
    def access_key(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Its version, and since when; not the key."""
        return self.answer_row(self.get_object().number)

    @extend_schema(request=NoInput, responses=ShownAccessKey)
    @action(detail=True, methods=["post"], url_path="access-key/show")
    def show(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The key itself; that it was shown is on record."""
        self.read_body(NoInput)
        require_unbound(self.using)
        key = access_keys.shown_access_key(number, actor=self.actor)
        _, secret = access_keys.shown_secret_key(number, actor=self.actor)
        answer = self.answer_row(number)
        answer.data = {**answer.data, "access_key": key, "secret_key": secret}
        return answer

    @extend_schema(request=NoInput, responses=AccessKeyFields)
    @action(detail=True, methods=["post"], url_path="access-key/rotate")
    def rotate(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """A new version; the old one signs calls until a test with the new one has passed."""
        self.read_body(NoInput)
        access_keys.rotate_access_key(number, actor=self.actor)
        return self.answer_row(number)

    def represent(self, row: Any) -> Any:
        key = AccessKey.objects.filter(seller=row).first()
        version = access_keys.current_version(row)
        told = {
            "seller": row.number,
            "version": version,
            "rotated_at": key and key.rotated_at,
            "key_id": access_keys.access_key_id(row.number, version),
        }
        return AccessKeyFields(told).data
