"""The events of sellers over REST: all there were, in order, without a gap (R10)."""

import re
from typing import Any, ClassVar

import django_filters
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from koogallery.api.fields import InstantField, NumberField, TextField
from koogallery.api.filters import (
    ByInstant,
    ByNumber,
    ByWholeNumber,
    OneOf,
    between,
)
from koogallery.api.viewsets import ScopedViewSet
from koogallery.events.payloads import data_of
from koogallery.kinds import KINDS
from koogallery.models import Notice

_NUMBER = re.compile(r"EV-(?P<seller_number>.+)-(?P<sequence>[1-9][0-9]{0,17})")


class EventFilters(django_filters.FilterSet):
    seller = ByNumber("seller_number")
    kind = OneOf(choices=[(name, kind.subject) for name, kind in KINDS.items()])
    sequence_from, sequence_to = between(ByWholeNumber, "sequence")
    since = ByInstant("created_at", lookup_expr="gte", label="Occurred at this instant or later")
    occurred_at_from, occurred_at_to = between(ByInstant, "created_at")


class EventFields(serializers.Serializer[Notice]):
    """The same as a webhook's body."""

    id = NumberField(source="number")
    sequence = serializers.IntegerField(help_text="Counts each seller's events from 1.")
    type = TextField(source="kind", help_text="Its kind, as the catalogue of events names it.")
    occurred_at = InstantField(source="created_at")
    seller = NumberField(source="seller_number")
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # our name, not theirs

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_data(self, notice: Notice) -> dict[str, Any]:
        return data_of(notice)


class EventViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """What happened to a seller. `sequence` has no gaps: where one is missing, it was not read yet.

    To follow a seller's events: `?sequence_from=<last + 1>&ordering=sequence`.
    """

    queryset = Notice.objects.of_sellers()
    serializer_class = EventFields
    filterset_class = EventFilters
    ordering_fields: ClassVar = {"sequence": "sequence", "occurred_at": "created_at"}

    def get_object(self) -> Notice:
        """By its id, which is its seller and its sequence."""
        named = _NUMBER.fullmatch(self.row_number)
        rows = self.get_queryset().filter(**named.groupdict()) if named else None
        notice: Notice | None = rows.first() if rows is not None else None
        if notice is None:
            raise Http404
        return notice
