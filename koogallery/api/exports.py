"""Exports over REST: a list as a file, asked for, looked after and fetched."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from koogallery.api import fields
from koogallery.api.asked import NoInput
from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByInstant, ByWord, Filters, OneOf, between
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.downloads import send_file
from koogallery.duties import Duty
from koogallery.exports import jobs
from koogallery.exports.files import MEDIA_TYPES
from koogallery.models import ExportJob
from koogallery.models.exports import ExportState
from koogallery.tasks import queue_export

FORMATS = [(form, form.upper()) for form in MEDIA_TYPES]


class ExportInput(StrictSerializer):
    """A list by its name in the API, narrowed by that list's own filters."""

    list = fields.TextField(
        help_text="bills, bill-lines, deposit-movements, disputes, orders, products, receivables, "
        "recoveries, refunds, supervisions, transactions, usage-records, …"
    )
    format = fields.WordField(FORMATS)
    filters = serializers.DictField(
        child=fields.TextField(), required=False, help_text='As in the list: {"cycle": "202602"}'
    )
    columns = fields.BoundedListField(
        child=fields.TextField(),
        max_length=100,
        required=False,
        help_text="Of the file, by their names; all without.",
    )
    ordering = fields.TextField(
        max_length=100,
        required=False,
        help_text='A column that the console sorts by, "-" before it: descending.',
    )


class ExportSerializer(serializers.Serializer[ExportJob]):
    number = fields.NumberField()
    list = fields.TextField(source="kind")
    format = fields.WordField(FORMATS)
    state = fields.WordField(ExportState.choices)
    reason = fields.OptionalTextField(help_text="Why it failed.")
    rows_total = serializers.IntegerField(allow_null=True, help_text="Null while it is not known.")
    rows_done = serializers.IntegerField()
    size = serializers.IntegerField(allow_null=True, help_text="Bytes, once it is ready.")
    file = serializers.SerializerMethodField(help_text="Where to fetch it while it is ready.")
    created_at = fields.InstantField()
    finished_at = fields.InstantField(allow_null=True)
    expires_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()

    def get_file(self, job: ExportJob) -> str | None:
        if job.state != ExportState.READY:
            return None
        address: str = reverse("api:export-file", [job.number], request=self.context["request"])
        return address


class ExportFilters(Filters):
    list = ByWord("kind")
    format = OneOf(choices=[(form, form) for form in MEDIA_TYPES])
    state = OneOf(choices=ExportState.choices)
    created_at_from, created_at_to = between(ByInstant, "created_at")
    expires_at_from, expires_at_to = between(ByInstant, "expires_at")
    modified_since = ChangedSince("modified_at")


class ExportViewSet(ReadViewSet):
    """Lists as files. A file holds what its caller saw; whoever sees all of it may fetch it."""

    conflicting = frozenset({"file"})
    queryset = ExportJob.objects.all()
    costly = frozenset({"file"})
    serializer_class = ExportSerializer
    filterset_class = ExportFilters
    ordering_fields = by_name("modified_at", "expires_at", arrived="created_at")
    open_to_readers = frozenset({"create", "cancel"})
    duties = {"create": Duty.VIEW, "cancel": Duty.VIEW}

    @extend_schema(request=ExportInput, responses={HTTPStatus.ACCEPTED: ExportSerializer})
    def create(self, request: Request) -> Response:
        """Queue a list as CSV, XLSX or Parquet; once its `state` is `ready`, fetch `file`."""
        body = self.read_body(ExportInput)
        job = jobs.request_export(
            body["list"],
            body["format"],
            urlencode(
                {
                    **body.get("filters", {}),
                    **{name: body[name] for name in ("columns", "ordering") if name in body},
                },
                doseq=True,
            ),
            by_client=True,
            actor=self.actor,
            language=getattr(request, "LANGUAGE_CODE", "en"),
        )
        transaction.on_commit(lambda: queue_export(job.number))
        return self.answer_row(job.number, HTTPStatus.ACCEPTED)

    @extend_schema(request=NoInput, responses=ExportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Give up an export; if it is finished, delete its file."""
        self.read_body(NoInput)
        return self.answer_row(jobs.cancel_export(number, actor=self.actor).number)

    @extend_schema(
        responses={(HTTPStatus.OK, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES.values()}
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, number: str) -> Any:  # noqa: ARG002
        """The file itself, until `expires_at`."""
        job = self.get_object()
        return send_file(jobs.open_export(number, actor=self.actor), job.filename)
