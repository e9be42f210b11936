from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.filters import ByCycle, ByName, ByNumber, ByWord, Filters, between
from koogallery.api.viewsets import ScopedViewSet
from sellers.models import Seller
from settlement.readings.recovery_paths import Progress
from settlement.services.previews.forecasts import ExpectedBill, Forecast, forecasts_of


class ExpectedAmountsSerializer(serializers.Serializer[Any]):
    """Accrued so far: what the bill would say if it were issued now."""

    line_count = serializers.IntegerField()
    sales_amount = fields.AmountField()
    platform_fee = fields.AmountField()
    settlement_amount = fields.AmountField()
    recovered = fields.AmountField()
    net_payable = fields.AmountField()
    from_deposit = fields.AmountField(
        help_text="What recoveries would take from the deposit (R5.3)."
    )
    to_receivable = fields.AmountField(
        help_text="What the seller would have to pay by other means."
    )
    carried_over = fields.AmountField(
        help_text="What would be carried to the bill after it (R3.5)."
    )
    held = serializers.ListField(
        child=fields.TextField(), help_text="What stays off the bill, and why."
    )


class ExpectedBillSerializer(serializers.Serializer[ExpectedBill]):
    cycle = fields.CycleField()
    run_day = serializers.DateField(help_text="When it is issued (R1.6).")
    accrued = ExpectedAmountsSerializer(source="preview", allow_null=True)
    unavailable = fields.OptionalTextField(help_text="Why it cannot be told now.")


class InGuaranteeSerializer(serializers.Serializer[Any]):
    """Sold, and on no bill before the service supervision completes (R1.3)."""

    orders = serializers.IntegerField()
    sales_amount = fields.SharedCurrencyField()


class PlannedRecoverySerializer(serializers.Serializer[Any]):
    """Planned, `amount` is the most that this source may give, `on` the first day (R5.6)."""

    recovery = fields.NumberField()
    refund = fields.NumberField(allow_null=True, help_text="Null for a negative balance (R3.5).")
    progress = serializers.ChoiceField([each.value for each in Progress if each != Progress.TAKEN])
    source = serializers.ChoiceField(  # type: ignore[assignment]
        ["bill", "deposit", "payment"]
    )
    cycle = fields.CycleField(allow_null=True)
    amount = fields.SharedCurrencyField()
    on = serializers.DateField()


class ForecastSerializer(serializers.Serializer[Any]):
    """What comes to a seller: the next two bills, and what is on neither yet."""

    seller = fields.NumberField(source="seller.number")
    currency = fields.TextField(source="seller.settlement_currency")
    bills = ExpectedBillSerializer(many=True, help_text="This one and the next.")
    in_guarantee = InGuaranteeSerializer()
    planned_recoveries = PlannedRecoverySerializer(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The parts leave their currency to the seller."""
        context: Any = self.context
        context["currency"] = instance["seller"].settlement_currency
        told: dict[str, Any] = super().to_representation(instance)
        return told


def forecast_shown(forecast: Forecast) -> dict[str, Any]:
    """As the serializer takes it."""
    return {
        "seller": forecast.seller,
        "bills": forecast.bills,
        "in_guarantee": forecast.in_guarantee,
        "planned_recoveries": [
            {
                "recovery": recovery.number,
                "refund": recovery.refund.number if recovery.refund else None,
                "progress": step.progress,
                "source": step.source,
                "cycle": step.cycle or None,
                "amount": step.amount,
                "on": step.on,
            }
            for recovery, step in forecast.recoveries
        ],
    }


class ForecastFilters(Filters):
    seller = ByNumber("number")
    company_name = ByName("company_name")
    currency = ByWord("settlement_currency")
    cycle = ByCycle("open_cycle")
    cycle_from, cycle_to = between(ByCycle, "open_cycle")


class ForecastViewSet(ScopedViewSet):
    """The next two bills of each seller as things stand, by the seller's number (R1.6, R5.6)."""

    queryset = Seller.objects.filter(left_at=None)
    serializer_class = ForecastSerializer
    filterset_class = ForecastFilters
    lookup_url_kwarg = "seller"
    ordering_fields = {"seller": "number"}
    default_ordering = "number"
    costly = frozenset({"list", "retrieve"})

    def list(self, request: Request) -> Response:  # noqa: ARG002
        """Accrued, in the guarantee period, held back, planned recoveries, with dates."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        shown = [self.represent(each) for each in forecasts_of(page)]
        return self.get_paginated_response(shown)

    @extend_schema(responses=ForecastSerializer)
    def retrieve(self, request: Request, seller: str) -> Response:  # noqa: ARG002
        """The same of one seller."""
        [forecast] = forecasts_of([self.get_object()])
        return Response(self.represent(forecast))

    def represent(self, row: Any) -> Any:
        return ForecastSerializer(forecast_shown(row), context={}).data
