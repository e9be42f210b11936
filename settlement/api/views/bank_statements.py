from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.parsers import FileParser, StrictJSONParser
from koogallery.api.viewsets import InnerViewSet, ScopedViewSet
from koogallery.duties import Duty
from settlement.api.serializers.bank_statements import (
    BankLineSerializer,
    BankStatementSerializer,
    SuggestionSerializer,
    TakenSerializer,
)
from settlement.choices import LineState
from settlement.listings.bank_statements import BankLineFilters, BankStatementFilters
from settlement.models import BankLine, BankStatement
from settlement.readings.bank_lines import suggestions_for
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.reversing import reverse_statement
from settlement.services.banking.taking import Taken, file_of, rehearsed, take_statement

_SUSPENSE = Q(lines__state=LineState.SUSPENSE)
COUNTED = {
    "lines_total": Count("lines"),
    "lines_matched": Count("lines", filter=~_SUSPENSE),
    "lines_in_suspense": Count("lines", filter=_SUSPENSE),
}
FILE = dict.fromkeys(
    ("application/xml", "text/plain", "application/octet-stream"), OpenApiTypes.BINARY
)


class BankFileParser(FileParser):
    max_bytes = settings.BANK_FILE_MAX_BYTES


class BankStatementViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """What banks send: statements, notifications, answers to payment files (R8.2)."""

    queryset = BankStatement.objects.select_related("taken_by", "reversed_by").annotate(**COUNTED)
    serializer_class = BankStatementSerializer
    filterset_class = BankStatementFilters
    parser_classes = [BankFileParser]
    ordering_fields = {name: name for name in ("taken_at", "closed_on", "opened_on")}
    for_operators = frozenset({"list", "retrieve", "preview", "file"})
    acts = {"reverse": reverse_statement}
    duties = {
        "create": Duty.RECORD_PAYMENTS,
        "preview": Duty.RECORD_PAYMENTS,
        "file": Duty.RECORD_PAYMENTS,
    }
    costly = frozenset({"create", "preview", "file"})

    def get_parsers(self) -> list[BaseParser]:
        """A file is the body of what takes one; what an act is told is JSON."""
        known: Any = getattr(self, "action", None)  # only when a description is written
        named = known or self.action_map.get(str(self.request.method).lower())
        return [StrictJSONParser()] if named in self.acts else super().get_parsers()

    @extend_schema(
        request=FILE,
        responses={HTTPStatus.CREATED: TakenSerializer, HTTPStatus.OK: TakenSerializer},
    )
    def create(self, request: Request) -> Response:
        """Take a file of the bank: the body is camt.052, camt.053, camt.054, MT940 or pain.002.

        The same file again is answered 200 with what was taken before, and nothing is done twice.
        """
        taken = take_statement(_body(request), actor=self.actor)
        status = HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK
        return Response(self._answer(taken), status=status)

    @extend_schema(request=FILE, responses=TakenSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What would be matched, and what would lie in suspense; nothing is taken."""
        with rehearsed(_body(request), actor=self.actor) as taken:
            return Response(self._answer(taken))

    @extend_schema(responses={(HTTPStatus.OK, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, number: str) -> FileResponse:  # noqa: ARG002
        """The bank's file, as it was taken; it may hold more statements than this one."""
        statement, file = file_of(number, actor=self.actor)
        return FileResponse(file, as_attachment=True, filename=f"{statement.number}.txt")

    def _answer(self, taken: Taken) -> dict[str, Any]:
        numbers = list(dict.fromkeys(statement.number for statement in taken.statements))
        rows = {row.number: row for row in self.get_queryset().filter(number__in=numbers)}
        statements = [self.represent(rows[number]) for number in numbers]
        counts = {
            name: sum(statement[name] for statement in statements)
            for name in ("lines", "matched", "suspense")
        }
        return {**statements[0], **counts, "statements": statements}


class BankLineViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Movements on our accounts, and whose money they are (R8.2)."""

    queryset = BankLine.objects.with_names().select_related("attributed_by")
    serializer_class = BankLineSerializer
    filterset_class = BankLineFilters
    ordering_fields = {name: name for name in ("booked_on", "amount", "modified_at")}
    for_operators = frozenset({"list", "retrieve", "suggestions"})
    acts = {"attribute": attribute_line}

    @extend_schema(responses=SuggestionSerializer(many=True))
    @action(detail=True, methods=["get"])
    def suggestions(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Whose a line in suspense may be, the likeliest first, with the reasons."""
        line: BankLine = self.get_object()
        found: Any = suggestions_for(line) if line.state == LineState.SUSPENSE else []
        return Response(SuggestionSerializer(found, many=True).data)


class StatementLineViewSet(ListModelMixin, InnerViewSet):
    """The lines of one statement, in the bank's order."""

    queryset = BankLine.objects.with_names().select_related("attributed_by")
    owners = BankStatement.objects.all()
    owner_field = "statement"
    serializer_class = BankLineSerializer
    filterset_class = BankLineFilters
    default_ordering = "line_no"
    ordering_fields = {name: name for name in ("line_no", "booked_on", "amount")}
    for_operators = frozenset({"list"})


def _body(request: Request) -> bytes:
    """Nothing at all is a body, too."""
    body: Any = request.data
    return body if isinstance(body, bytes) else b""
