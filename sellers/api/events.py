"""The events of sellers over REST: all there were, in order, without a gap (R10)."""

import re
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput
from koogallery.api.fields import InstantField, NumberField, TextField, WholeNumberField
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet
from koogallery.duties import Duty
from koogallery.events.payloads import data_of
from koogallery.events.readings import mark_read, with_readings
from koogallery.kit.errors import InvalidInput, NotFound
from koogallery.models import Notice
from koogallery.scoping import ScopedQuerySet
from sellers.listings.notices import EventFilters

_NUMBER = re.compile(r"EV-(?P<seller_number>.+)-(?P<sequence>[1-9][0-9]{0,17})")


class EventFields(serializers.Serializer[Notice]):
    """The same as a webhook's body, and whether the caller has read it."""

    id = NumberField(source="number")
    sequence = serializers.IntegerField(help_text="Counts each seller's events from 1.")
    type = TextField(source="kind", help_text="Its kind, as the catalogue of events names it.")
    occurred_at = InstantField(source="created_at")
    seller = NumberField(source="seller_number")
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # our name, not theirs

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_data(self, notice: Notice) -> dict[str, Any]:
        return data_of(notice)

    is_read = serializers.BooleanField(help_text="By the caller: the token's holder.")


class ReadInput(StrictSerializer):
    """All that the caller sees, or one seller's."""

    seller = NumberField(required=False)
    sequence_to = WholeNumberField(
        required=False,
        min_value=1,
        max_value=10**18,
        help_text="Of the seller: up to this one, inclusive.",
    )


class ReadAnswer(serializers.Serializer[Any]):
    events = serializers.IntegerField(help_text="How many had not been read.")


class EventViewSet(ReadViewSet):
    """What happened to a seller. `sequence` has no gaps: where one is missing, it was not read yet.

    To follow a seller's events: `?sequence_from=<last + 1>&ordering=sequence`.
    """

    queryset = Notice.objects.of_sellers()
    serializer_class = EventFields
    filterset_class = EventFilters
    ordering_fields: ClassVar = {"sequence": "sequence", "occurred_at": "pk"}
    open_to_sellers = frozenset({"read", "read_all"})
    duties: ClassVar = {"read": Duty.VIEW, "read_all": Duty.VIEW}
    untagged = frozenset({"is_read"})

    def get_queryset(self) -> ScopedQuerySet[Any]:
        rows: ScopedQuerySet[Any] = with_readings(super().get_queryset(), self.actor)
        return rows

    def get_object(self) -> Notice:
        """By its id, which is its seller and its sequence."""
        named = _NUMBER.fullmatch(self.row_number)
        rows = self.get_queryset().filter(**named.groupdict()) if named else None
        notice: Notice | None = rows.first() if rows is not None else None
        if notice is None:
            raise Http404
        return notice

    @extend_schema(request=NoInput, responses=EventFields)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The caller has read it, as it shows in the console, too; others have not."""
        self.read_body(NoInput)
        mark_read(Notice.objects.filter(pk=self.get_object().pk), self.actor)
        told = self.represent(self.get_object())
        return Response(told, headers={"ETag": self.tag_of(told)})

    @extend_schema(request=ReadInput, responses=ReadAnswer, operation_id="events_read_all")
    @action(detail=False, methods=["post"], url_path="read")
    def read_all(self, request: Request) -> Response:  # noqa: ARG002
        """The caller has read everything there is, or what the body names."""
        rows = self._named(**self.read_body(ReadInput))
        return Response(ReadAnswer({"events": mark_read(rows, self.actor)}).data)

    def _named(self, seller: str = "", sequence_to: int | None = None) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.get_queryset()
        if sequence_to is not None and not seller:
            raise InvalidInput(_("Name the seller."), code="required", field="seller")
        if seller:
            rows = rows.filter(seller_number=seller)
            if not rows.exists():
                detail = _("%(seller)s was told nothing that you see.") % {"seller": seller}
                raise NotFound(detail, field="seller")
        return rows if sequence_to is None else rows.filter(sequence__lte=sequence_to)
