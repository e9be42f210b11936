"""What was done by whom, over REST, for auditors."""

from ipaddress import ip_address
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from koogallery.api.changed_since import ChangedSince
from koogallery.api.fields import InstantField, OptionalTextField, TextField, WordField
from koogallery.api.filters import ByNumber, Filters, ReadFilter
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from koogallery.kit.errors import InvalidInput
from koogallery.models import Act
from koogallery.origin import Channel


class ActSerializer(serializers.Serializer[Act]):
    """An act. Nobody changes or removes one."""

    at = InstantField()
    actor = OptionalTextField(source="actor.username", help_text="Empty: the portal itself.")
    verb = TextField()
    object_kind = TextField()
    object_number = TextField()
    seller = OptionalTextField(source="seller_number")
    changes = serializers.JSONField(help_text="Each changed field: what it was, what it is now.")
    facts = serializers.JSONField(help_text="What else is known; secrets are masked.")
    channel = WordField(Channel.choices)
    token = OptionalTextField(help_text="The name of the token that signed the call.")
    ip_address = OptionalTextField()
    request_id = OptionalTextField(help_text="As in the answer's X-Request-ID.")


def _read_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise InvalidInput(_("This is no IP address."), code="not_an_address") from None


@extend_schema_field({"type": "string"})
class ByAddress(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=_read_address, **options)


class ActFilters(Filters):
    model = Act
    columns = "actor verb object_kind channel token request_id at"
    object_number = ByNumber("object_number")
    seller = ByNumber("seller_number")
    ip_address = ByAddress("ip_address")
    modified_since = ChangedSince("at")


class ActViewSet(ListModelMixin, ScopedViewSet):
    """Who did what to which object, when and from where; for auditors only."""

    queryset = Act.objects.select_related("actor")
    serializer_class = ActSerializer
    filterset_class = ActFilters
    ordering_fields: ClassVar = {"at": "pk"}
    for_operators = frozenset({"list"})
    duties = {"list": Duty.READ_AUDIT}
