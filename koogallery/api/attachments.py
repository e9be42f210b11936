"""Documents of rows over REST: sent and listed as JSON, fetched as files."""

import binascii
from base64 import b64decode
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput
from koogallery.api.changed_since import ChangedSince
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField
from koogallery.api.filters import ByNumber, ByText, Filters
from koogallery.api.parsers import StrictJSONParser
from koogallery.api.problems import invalid
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet
from koogallery.attachments import Document, attach, remove_attachment
from koogallery.downloads import send_attachment
from koogallery.duties import Duty
from koogallery.models import Attachment

#: Base64 makes four bytes of three; the rest of the body is small.
ENCODED = 4 / 3
REST_OF_BODY = 64 * 1024


class DocumentParser(StrictJSONParser):
    """The largest body that can hold the largest document."""

    max_bytes = int(settings.ATTACHMENT_MAX_BYTES * ENCODED) + REST_OF_BODY


class Base64Field(TextField):
    """A file's content as base64, with padding and without line breaks."""

    judge = None

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError):
            raise invalid(_("This is not base64."), "not_base64") from None


class AttachmentInput(StrictSerializer):
    """A document for a row: what kind of row, its number, the file."""

    object_kind = TextField(max_length=40, help_text="Such as certification or dispute.")
    object_number = NumberField()
    purpose = TextField(max_length=40, required=False, help_text="Such as business_license.")
    name = TextField(max_length=500, help_text="With the ending that tells the type.")
    content = Base64Field(trim_whitespace=False, help_text="Base64.")


class AttachmentFields(serializers.Serializer[Attachment]):
    number = NumberField()
    object_kind = TextField()
    object_number = NumberField()
    seller = OptionalTextField(source="seller_number")
    purpose = OptionalTextField()
    name = TextField()
    media_type = TextField()
    size = serializers.IntegerField(help_text="Bytes.")
    digest = TextField(help_text="SHA-256 of the content, in hex.")
    added_at = InstantField()
    removed_at = InstantField(allow_null=True)


class AttachmentFilters(Filters):
    model = Attachment
    columns = "number object_kind purpose media_type digest added_at removed_at"
    object_number = ByNumber("object_number")
    seller = ByNumber("seller_number")
    name = ByText("name")
    modified_since = ChangedSince("added_at")


class AttachmentViewSet(ReadViewSet):
    """Documents of certifications, applications, disputes and whatever else holds them."""

    queryset = Attachment.objects.all()
    costly = frozenset({"content"})
    serializer_class = AttachmentFields
    filterset_class = AttachmentFilters
    parser_classes = [DocumentParser]
    ordering_fields: ClassVar = {"added_at": "added_at"}
    open_to_sellers = frozenset({"create", "remove"})
    #: Which one it takes besides is asked by the row that the document hangs on.
    duties = {"create": Duty.VIEW, "remove": Duty.VIEW}

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows if self.actor.is_operator else rows.present()

    @extend_schema(request=AttachmentInput, responses={HTTPStatus.CREATED: AttachmentFields})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Attach a file to a row that may still be changed."""
        body = self.read_body(AttachmentInput)
        file = Document(body["name"], body["content"])
        kind, number, purpose = (
            body["object_kind"],
            body["object_number"],
            body.get("purpose", ""),
        )
        added = attach(kind, number, file, purpose=purpose, actor=self.actor)
        return self.answer_row(added.number, HTTPStatus.CREATED)

    @extend_schema(request=NoInput, responses=AttachmentFields)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Take the document off its row, as long as the row may be changed."""
        self.read_body(NoInput)
        return Response(self.represent(remove_attachment(number, actor=self.actor)))

    @extend_schema(
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")
        }
    )
    @action(detail=True, methods=["get"])
    def content(self, request: Request, number: str) -> FileResponse:  # noqa: ARG002
        """The file itself, always as a download."""
        return send_attachment(number, actor=self.actor)
