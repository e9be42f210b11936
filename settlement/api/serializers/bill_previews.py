from functools import cached_property

from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    FlagField,
    FreeTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from koogallery.kit.names import TEXT_LENGTH
from settlement.api.serializers.batched import Report, ReportSerializer
from settlement.api.serializers.bill_runs import PreviewFiguresSerializer, PreviewTotalsSerializer
from settlement.choices import Look, PreviewSellerState, PreviewState
from settlement.models import BillPreview
from settlement.services.previews.totals import PreviewTotals, totals_of


class ApprovalInput(StrictSerializer):
    seen = TextField(
        required=False,
        max_length=TEXT_LENGTH,
        help_text="The `digest` of what was read; another one is refused. Left out: what is kept.",
    )


class LookInput(StrictSerializer):
    """Acknowledge a seller that met a guard rail, or hold any seller back with a comment."""

    seller = NumberField()
    hold = FlagField(required=False)
    comment = FreeTextField(required=False, allow_blank=True)
    seen = FreeTextField(
        required=False,
        help_text="The `content` of the seller that was read; another one is refused.",
    )


class PreviewReport(Report[BillPreview]):
    @cached_property
    def totals(self) -> PreviewTotals:
        return totals_of(self.work)


class StoredPreviewSerializer(ReportSerializer[BillPreview]):
    number = NumberField(source="work.number")
    state = WordField(PreviewState.choices, source="work.state")
    digest = OptionalTextField(
        source="work.digest", help_text="Stands for all that it shows, once it is ready."
    )
    run = NumberField(
        source="work.run.number",
        allow_null=True,
        default=None,
        help_text="The bill run that issues it.",
    )
    sellers_blocked = serializers.IntegerField(
        source="progress.sellers_parked", help_text="Whose close would be refused."
    )
    lines = serializers.IntegerField(source="progress.lines", help_text="Previewed so far.")
    approved_at = InstantField(source="work.approved_at", allow_null=True)


class StoredPreviewDetailSerializer(StoredPreviewSerializer):
    totals = serializers.DictField(
        child=PreviewTotalsSerializer(), source="totals.by_currency", help_text="By currency."
    )
    looks_due = serializers.IntegerField(
        source="totals.looks_due", help_text="Sellers to look at before it can be approved."
    )


class LookReasonSerializer(serializers.Serializer[object]):
    """A guard rail that the seller met."""

    code = TextField()
    detail = TextField()


class PreviewPartSerializer(PreviewFiguresSerializer):
    seller = NumberField(source="seller.number")
    company_name = TextField(source="seller.company_name")
    state = WordField(PreviewSellerState.choices)
    reason = TextField(help_text="Why the close would be refused.")
    bill = OptionalTextField(help_text="Null: there would be none.")
    bills = serializers.IntegerField(help_text="Also of cycles the seller is behind.")
    issued = AmountField(help_text="Over all of these bills.")
    previous_settlement = AmountField(allow_null=True)
    held = serializers.ListField(
        source="held_told", child=TextField(), help_text="What stays off the bill, and why."
    )
    content = OptionalTextField(help_text="Digest of everything that would be issued.")
    looks = LookReasonSerializer(many=True)
    look = WordField(Look.choices)
    look_comment = TextField()
