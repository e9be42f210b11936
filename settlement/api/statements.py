from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ScopedViewSet
from koogallery.downloads import send_export
from koogallery.duties import Duty
from sellers.models import Seller
from settlement.readings.account_statements import Period, statement_of
from settlement.readings.statement_files import MEDIA_TYPES, export_statement


class StatementInput(StrictSerializer):
    """The range, both ends inclusive, and what the books knew by when (R7.2)."""

    effective_at_from = fields.InstantField(required=False)
    effective_at_to = fields.InstantField(required=False)
    known_at = fields.InstantField(required=False)


class StatementExportInput(StatementInput):
    format = fields.WordField([(form, form) for form in MEDIA_TYPES])


class FiguresSerializer(serializers.Serializer[Any]):
    """Above 0 is owed to the seller, below 0 by the seller."""

    payable = fields.SharedCurrencyField(help_text="Billed and not paid out yet.")
    deposit = fields.SharedCurrencyField()
    owed = fields.SharedCurrencyField(help_text="Recoveries, receivables and what is carried over.")
    balance = fields.SharedCurrencyField(help_text="The sum of the three.")


class StatementEntrySerializer(serializers.Serializer[Any]):
    journal = fields.TextField(source="journal.key")
    kind = fields.TextField(source="journal.kind")
    document = fields.TextField(source="journal.subject")
    effective_at = fields.InstantField(source="journal.effective_at")
    recorded_at = fields.InstantField(source="journal.recorded_at")
    payable = fields.SharedCurrencyField(source="moved.payable")
    deposit = fields.SharedCurrencyField(source="moved.deposit")
    owed = fields.SharedCurrencyField(source="moved.owed")
    balance = fields.SharedCurrencyField(source="after.balance", help_text="After this movement.")


class StatementSerializer(serializers.Serializer[Any]):
    seller = fields.NumberField(source="seller.number")
    currency = fields.TextField()
    effective_at_from = fields.InstantField(source="period.start", allow_null=True)
    effective_at_to = fields.InstantField(source="period.end", allow_null=True)
    known_at = fields.InstantField(source="period.known_at", allow_null=True)
    opening = FiguresSerializer()
    entries = StatementEntrySerializer(source="movements", many=True)
    closing = FiguresSerializer()


RANGE = frozenset({"effective_at_from", "effective_at_to", "known_at"})


class StatementViewSet(ScopedViewSet):
    """A seller's statement, from the ledger: opening balance, movements, closing balance (R7.2)."""

    queryset = Seller.objects.all()
    costly = frozenset({"export"})
    serializer_class = StatementSerializer
    pagination_class = None
    duties = {"statement": Duty.READ_BOOKS, "export": Duty.READ_BOOKS}
    parameters = {"statement": RANGE, "export": RANGE | {"format"}}

    @extend_schema(parameters=[StatementInput], responses=StatementSerializer)
    @action(detail=True, methods=["get"])
    def statement(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """What is payable, deposited and owed, as of any range, as known at any time."""
        statement = statement_of(self.get_object(), _period(self.read_query(StatementInput)))
        context = {"currency": statement.currency}
        return Response(StatementSerializer(statement, context=context).data)

    @extend_schema(
        parameters=[StatementExportInput],
        responses={(HTTPStatus.OK, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES.values()},
    )
    @action(detail=True, methods=["get"], url_path="statement/export")
    def export(self, request: Request, number: str) -> StreamingHttpResponse:  # noqa: ARG002
        """The same as a file, however long."""
        seller, asked = self.get_object(), self.read_query(StatementExportInput)
        export = export_statement(seller, _period(asked), asked["format"])
        return send_export(export, actor=self.actor, kind="statement", number=number, seller=number)


def _period(asked: Mapping[str, Any]) -> Period:
    return Period(
        asked.get("effective_at_from"), asked.get("effective_at_to"), asked.get("known_at")
    )
