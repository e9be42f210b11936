from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    BoundedListField,
    CycleField,
    InstantField,
    NumberField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.api.serializers.batched import Report, ReportSerializer
from settlement.choices import RunSellerState, RunState
from settlement.models import BillHold, BillRun, BillRunSeller
from settlement.readings.run_reports import FORMS

#: More named sellers than this are closed with everyone.
MOST_SELLERS = 10_000


class RunInput(StrictSerializer):
    """Without `sellers`: everyone, and those who are behind are brought up to date in order."""

    cycle = CycleField()
    sellers = BoundedListField(
        child=NumberField(), required=False, allow_empty=False, max_length=MOST_SELLERS
    )


class RunRequest(RunInput):
    """With an approved `preview` of the cycle, exactly what it shows is issued."""

    preview = NumberField(required=False)


class RetryInput(StrictSerializer):
    """Which parked sellers, all unless named, and what they are to issue now if anything else."""

    sellers = BoundedListField(
        child=NumberField(), required=False, allow_empty=False, max_length=MOST_SELLERS
    )
    preview = NumberField(required=False, help_text="An approved one that shows these sellers.")


class ReportInput(serializers.Serializer[BillRun]):
    """Which file is asked for."""

    format = WordField([(form, form.upper()) for form in FORMS])


class ParkedSerializer(serializers.Serializer[BillRunSeller]):
    """A seller whose close failed; the others went on."""

    seller = NumberField(source="seller.number")
    reason = TextField()
    hold = NumberField(
        allow_null=True, help_text="Held back by an operator: tried again once released."
    )


class RunReport(Report[BillRun]):
    @property
    def parked(self) -> QuerySet[BillRunSeller]:
        parked = self.work.parts.filter(state=RunSellerState.PARKED)
        standing = BillHold.objects.unreleased().filter(seller=OuterRef("seller"))
        found: QuerySet[BillRunSeller] = parked.annotate(hold=Subquery(standing.values("number")))
        return found.select_related("seller").order_by("seller__number")


class RunSerializer(ReportSerializer[BillRun]):
    id = NumberField(source="work.number")
    preview = NumberField(source="work.preview.number", allow_null=True, default=None)
    state = WordField(RunState.choices, source="work.state")
    reason = TextField(source="work.reason")
    sellers_parked = serializers.IntegerField(source="progress.sellers_parked")
    lines = serializers.IntegerField(source="progress.lines", help_text="Billed so far.")
    progressed_at = InstantField(
        source="work.progressed_at", allow_null=True, help_text="The last batch."
    )
    taken_up_at = InstantField(
        source="work.taken_up_at", allow_null=True, help_text="After it had stood still."
    )


class RunDetailSerializer(RunSerializer):
    parked = ParkedSerializer(many=True)


class PreviewFiguresSerializer(serializers.Serializer[object]):
    currency = TextField()
    line_count = serializers.IntegerField()
    sales_amount = AmountField()
    platform_fee = AmountField()
    settlement_amount = AmountField()
    recovered = AmountField()
    net_payable = AmountField()
    difference = AmountField(help_text="To the last issued bill.")
    from_deposit = AmountField(help_text="What recoveries would take from the deposit (R5.3).")
    to_receivable = AmountField(help_text="What the seller would have to pay by other means.")


@extend_schema_serializer(component_name="CurrencyTotals")
class PreviewTotalsSerializer(PreviewFiguresSerializer):
    """Over all sellers settled in one currency."""

    bills = serializers.IntegerField()
    negative = serializers.IntegerField(help_text="Bills below 0, which pay nothing (R3.5).")


class SellerPreviewSerializer(PreviewFiguresSerializer):
    seller = NumberField()
    company_name = TextField()
    bill = NumberField(allow_null=True, help_text="Null: there would be none.")
    previous_settlement = AmountField(allow_null=True)
    held = serializers.ListField(child=TextField(), help_text="What stays off the bill, and why.")


class PreviewSerializer(serializers.Serializer[object]):
    """What would be issued if nothing arrived in between."""

    cycle = CycleField()
    totals = serializers.DictField(child=PreviewTotalsSerializer(), help_text="By currency.")
    sellers = SellerPreviewSerializer(many=True)
