from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.parsers import FileParser, StrictJSONParser, file_in_body
from koogallery.api.viewsets import InnerViewSet, ReadViewSet, by_name
from koogallery.duties import Duty
from koogallery.kit.money import format_amount
from settlement.choices import LinePurpose, LineReason, LineState, StatementFormat, StatementState
from settlement.listings.payouts import BankLineFilters, BankStatementFilters
from settlement.models import BankLine, BankStatement
from settlement.readings.bank_lines import Suggestion, suggestions_for
from settlement.readings.payments_desk import gaps_of
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.reversing import reverse_statement
from settlement.services.banking.taking import Taken, file_of, rehearsed, take_statement


class StatusSerializer(serializers.Serializer[dict[str, Any]]):
    """What a bank's answer says of a payment file, or of one payment in it."""

    status = fields.TextField(
        help_text="ISO 20022: RJCT has failed; ACTC, ACCP, ACSC are only noted."
    )
    message_id = fields.TextField(help_text="Of the file: the number of the batch.")
    end_to_end_id = fields.OptionalTextField()
    reasons = serializers.ListField(child=fields.TextField())
    text = fields.OptionalTextField()
    payouts = serializers.ListField(child=fields.NumberField())
    failed = serializers.ListField(
        child=fields.NumberField(), help_text="Payouts that failed by it."
    )


class BankStatementSerializer(serializers.Serializer[BankStatement]):
    """What a bank sent, taken once (R8.2)."""

    number = fields.NumberField()
    format = fields.WordField(StatementFormat.choices)
    account = fields.OptionalTextField(help_text="Ours, as it is configured.")
    currency = fields.OptionalTextField()
    opening = fields.AmountField(allow_null=True)
    closing = fields.AmountField(allow_null=True)
    gap = serializers.SerializerMethodField(
        help_text="By how much the opening differs from the closing before it; null: not at all."
    )
    opened_on = fields.DayField(allow_null=True)
    closed_on = fields.DayField(allow_null=True)
    lines = fields.WholeNumberField(source="lines_total")
    matched = fields.WholeNumberField(
        source="lines_matched", help_text="All that do not lie in suspense."
    )
    suspense = fields.WholeNumberField(source="lines_in_suspense")
    statuses = StatusSerializer(many=True, help_text="Of a pain.002.")
    reference = fields.OptionalTextField(help_text="The bank's.")
    sequence = fields.OptionalTextField(help_text="The bank's count of statements.")
    digest = fields.TextField(source="file_digest", help_text="SHA-256 of the file, in hex.")
    taken_by = fields.OptionalTextField(
        source="taken_by.username", default=None, help_text="Null: by a command."
    )
    taken_at = fields.InstantField()
    state = fields.WordField(StatementState.choices)
    reversed_by = fields.OptionalTextField(
        source="reversed_by.username", default=None, help_text="Who asked for it."
    )
    reversed_at = fields.InstantField(allow_null=True)
    reversal_reason = fields.OptionalTextField()

    @extend_schema_field({"type": ["string", "null"]})
    def get_gap(self, statement: BankStatement) -> str | None:
        gap = self._gaps(statement).get(statement.pk)
        return None if gap is None else format_amount(gap, statement.currency)

    def _gaps(self, statement: BankStatement) -> dict[int, Decimal]:
        if "gaps" not in self.__dict__:
            rows = getattr(self.parent, "instance", None)
            self.__dict__["gaps"] = gaps_of(rows if isinstance(rows, list) else [statement])
        gaps: dict[int, Decimal] = self.__dict__["gaps"]
        return gaps


class TakenSerializer(BankStatementSerializer):
    """The first statement of a file; lines are counted over all of them."""

    statements = BankStatementSerializer(many=True, help_text="All of the file, in its order.")


class BankLineSerializer(serializers.Serializer[BankLine]):
    """One movement on our account, and whose money it is (R8.2)."""

    number = fields.NumberField()
    statement = fields.NumberField(source="statement.number")
    line_no = fields.WholeNumberField()
    amount = fields.AmountField(help_text="Signed: negative went out.")
    charges = fields.AmountField(help_text="The part of it that is the bank's charges, signed.")
    currency = fields.TextField()
    booked_on = fields.DayField(help_text="The bank's day.")
    value_on = fields.DayField(allow_null=True)
    is_reversal = serializers.BooleanField()
    state = fields.WordField(LineState.choices)
    match = fields.WordField(LineReason.choices, source="reason", help_text="By what, or why not.")
    purpose = fields.WordField(LinePurpose.choices, allow_null=True)
    seller = fields.NumberField(source="seller.number", allow_null=True, default=None)
    payout = fields.NumberField(source="payout.number", allow_null=True, default=None)
    batch = fields.NumberField(source="batch.number", allow_null=True, default=None)
    receivable = fields.NumberField(
        source="payment.receivable.number", allow_null=True, default=None
    )
    deposit_reference = fields.OptionalTextField(
        source="movement.reference",
        default=None,
        help_text="Of the top-up of the seller's deposit.",
    )
    adjustment = fields.NumberField(
        source="adjustment.number",
        allow_null=True,
        default=None,
        help_text="By which it is settled with the seller's next bill.",
    )
    sends_back = fields.NumberField(
        source="sends_back.number",
        allow_null=True,
        default=None,
        help_text="The line that came in and that this one returned to its payer.",
    )
    repeats = fields.NumberField(
        source="repeats.number", allow_null=True, default=None, help_text="The line told before."
    )
    end_to_end_id = fields.OptionalTextField()
    bank_reference = fields.OptionalTextField()
    uetr = fields.OptionalTextField()
    counterparty_name = fields.OptionalTextField()
    counterparty_account = fields.OptionalTextField()
    text = fields.OptionalTextField()
    return_reason = fields.OptionalTextField(help_text="ISO 20022, such as AC04.")
    return_text = fields.OptionalTextField()
    transaction_code = fields.OptionalTextField()
    attributed_by = fields.OptionalTextField(source="attributed_by.username", default=None)
    attributed_at = fields.InstantField(allow_null=True)
    comment = fields.OptionalTextField()
    modified_at = fields.InstantField()


class SuggestionSerializer(serializers.Serializer[Suggestion]):
    """What a line in suspense may be attributed to."""

    to = fields.TextField(help_text="As the act takes it.")
    seller = fields.NumberField(source="seller.number", allow_null=True, default=None)
    company_name = fields.OptionalTextField(source="seller.company_name", default=None)
    reasons = serializers.ListField(child=fields.TextField())


class SuggestionsSerializer(serializers.Serializer[dict[str, Any]]):
    results = SuggestionSerializer(many=True)


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


class BankStatementViewSet(ReadViewSet):
    """What banks send: statements, notifications, answers to payment files (R8.2)."""

    queryset = BankStatement.objects.select_related("taken_by", "reversed_by").annotate(**COUNTED)
    serializer_class = BankStatementSerializer
    filterset_class = BankStatementFilters
    parser_classes = [BankFileParser]
    ordering_fields = by_name("taken_at", "closed_on", "opened_on")
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
        taken = take_statement(file_in_body(request), actor=self.actor)
        status = HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK
        return Response(self._answer(taken), status=status)

    @extend_schema(request=FILE, responses=TakenSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What would be matched, and what would lie in suspense; nothing is taken."""
        with rehearsed(file_in_body(request), actor=self.actor) as taken:
            return Response(self._answer(taken))

    @extend_schema(responses={(HTTPStatus.OK, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, number: str) -> FileResponse:  # noqa: ARG002
        """The bank's file, as it was taken; it may hold more statements than this one."""
        statement, file = file_of(number, actor=self.actor)
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"{statement.number}.txt",
            content_type="application/octet-stream",
        )

    def _answer(self, taken: Taken) -> dict[str, Any]:
        numbers = list(dict.fromkeys(statement.number for statement in taken.statements))
        rows = {row.number: row for row in self.get_queryset().filter(number__in=numbers)}
        statements = [self.represent(rows[number]) for number in numbers]
        counts = {
            name: sum(statement[name] for statement in statements)
            for name in ("lines", "matched", "suspense")
        }
        return {**statements[0], **counts, "statements": statements}


class BankLineViewSet(ReadViewSet):
    """Movements on our accounts, and whose money they are (R8.2)."""

    queryset = BankLine.objects.with_names().select_related("attributed_by")
    serializer_class = BankLineSerializer
    filterset_class = BankLineFilters
    ordering_fields = by_name("booked_on", "amount", "modified_at")
    for_operators = frozenset({"list", "retrieve", "suggestions"})
    acts = {"attribute": attribute_line}

    @extend_schema(responses=SuggestionsSerializer)
    @action(detail=True, methods=["get"])
    def suggestions(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Whose a line in suspense may be, the likeliest first, with the reasons."""
        line: BankLine = self.get_object()
        found: Any = suggestions_for(line) if line.state == LineState.SUSPENSE else []
        return Response(SuggestionsSerializer({"results": found}).data)


class StatementLineViewSet(ListModelMixin, InnerViewSet):
    """The lines of one statement, in the bank's order."""

    queryset = BankLine.objects.with_names().select_related("attributed_by")
    owners = BankStatement.objects.all()
    owner_field = "statement"
    serializer_class = BankLineSerializer
    filterset_class = BankLineFilters
    default_ordering = "line_no"
    ordering_fields = by_name("line_no", "booked_on", "amount")
    for_operators = frozenset({"list"})
