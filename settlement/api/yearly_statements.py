from http import HTTPStatus
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
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
from settlement.readings.yearly_json import told
from settlement.readings.yearly_papers import FORMS, export_year
from settlement.readings.yearly_statements import yearly_statement_of, years_of


class YearsSerializer(serializers.Serializer[Any]):
    """The years of a seller that have a statement."""

    seller = fields.NumberField()
    years = serializers.ListField(child=serializers.IntegerField())


class YearlyExportInput(StrictSerializer):
    format = fields.WordField([(form, form) for form in FORMS])


class YearlyPartySerializer(serializers.Serializer[Any]):
    """Empty where nothing is known."""

    name = fields.TextField()
    address = fields.TextField()
    country = fields.TextField()
    vat_number = fields.TextField()


class TaxNumberSerializer(serializers.Serializer[Any]):
    country = fields.TextField(help_text="That issued it; ISO 3166.")
    number = fields.TextField()


class RegistrationSerializer(YearlyPartySerializer):
    registration_number = fields.TextField()
    tax_numbers = TaxNumberSerializer(many=True)
    since = fields.InstantField(
        allow_null=True, help_text="Of its certification; null if there is none."
    )


class PaidAccountSerializer(serializers.Serializer[Any]):
    account_holder = fields.TextField()
    account_number = fields.TextField(help_text="Masked.")
    bank_name = fields.TextField()
    bank_country = fields.TextField()
    swift_code = fields.TextField()


class YearlyFiguresSerializer(serializers.Serializer[Any]):
    """Sales less what was kept back is the consideration; it leads to what is still unpaid."""

    transactions = serializers.IntegerField(help_text="Orders and usage records.")
    sales_amount = fields.TextField()
    customer_wht = fields.TextField()
    platform_fee = fields.TextField()
    withholding_tax = fields.TextField()
    digital_service_tax = fields.TextField()
    adjustments = fields.TextField(
        help_text="Differences found later, without what is carried over."
    )
    consideration = fields.TextField(
        help_text="Credited, net of fee and taxes that the platform kept."
    )
    carried_in = fields.TextField(help_text="0 or below: of a negative bill before (R3.5).")
    settlement_amount = fields.TextField(help_text="The consideration with what is carried in.")
    not_covered = fields.TextField(
        help_text="What of the settlement amounts of bills lies below 0."
    )
    recovered = fields.TextField()
    net_payable = fields.TextField(help_text="Settlement amount + not covered - recovered.")
    tax = fields.TextField(help_text="Of the bills' invoices, paid on top (R8.1).")
    paid = fields.TextField(help_text="Until `known_at`, net and tax.")
    unpaid = fields.TextField(help_text="Net payable + tax - paid.")


class QuarterSerializer(YearlyFiguresSerializer):
    quarter = serializers.IntegerField(help_text="1 to 4.")


class YearlyBillSerializer(YearlyFiguresSerializer):
    number = fields.NumberField()
    cycle = fields.CycleField()


class YearlyPartSerializer(serializers.Serializer[Any]):
    """Of one country of the seller and one currency, as its bills were issued."""

    country = fields.TextField()
    currency = fields.TextField()
    total = YearlyFiguresSerializer()
    quarters = QuarterSerializer(many=True)
    bills = YearlyBillSerializer(many=True)


class YearlyPayoutSerializer(serializers.Serializer[Any]):
    number = fields.NumberField()
    currency = fields.TextField()
    amount = fields.TextField()
    paid_at = fields.InstantField()
    bank_account = fields.OptionalTextField(help_text="Masked.")
    bank_reference = fields.OptionalTextField()


class PaidOutSerializer(serializers.Serializer[Any]):
    currency = fields.TextField()
    amount = fields.TextField()


class RecoveredSerializer(serializers.Serializer[Any]):
    currency = fields.TextField()
    from_bills = fields.TextField()
    from_deposit = fields.TextField()
    from_payments = fields.TextField()


class YearlyStatementSerializer(serializers.Serializer[Any]):
    """Describes what the reading tells; the JSON file holds the same."""

    seller = fields.NumberField()
    year = serializers.IntegerField()
    is_complete = serializers.BooleanField(help_text="Whether all its months are closed.")
    through = fields.CycleField(allow_null=True, help_text="Its last closed month.")
    time_zone = fields.TextField()
    known_at = fields.InstantField(help_text="What was paid is told as of now.")
    platform = YearlyPartySerializer()
    registrations = RegistrationSerializer(many=True, help_text="In force in it, the latest first.")
    bank_accounts = PaidAccountSerializer(many=True)
    parts = YearlyPartSerializer(many=True)
    payouts = YearlyPayoutSerializer(many=True, help_text="What arrived in the year.")
    paid_out = PaidOutSerializer(many=True)
    recovered = RecoveredSerializer(many=True)


ADDRESS = "yearly-statements/(?P<year>[0-9]{4})"
YEAR = OpenApiParameter("year", OpenApiTypes.INT, OpenApiParameter.PATH)


class YearlyStatementViewSet(ScopedViewSet):
    """The year of a seller in figures, with the fields of DAC7: by quarter, country and currency.

    By bills of its months; a year without any has a statement, too.
    """

    queryset = Seller.objects.all()
    serializer_class = YearlyStatementSerializer
    pagination_class = None
    costly = frozenset({"yearly_statement", "export"})
    untagged = frozenset({"known_at"})
    duties = dict.fromkeys(("years", "yearly_statement", "export"), Duty.READ_BOOKS)
    parameters = {"export": frozenset({"format"})}

    @extend_schema(operation_id="sellers_yearly_statements_list", responses=YearsSerializer)
    @action(detail=True, methods=["get"], url_path="yearly-statements")
    def years(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The years that have a statement, the latest first."""
        seller = self.get_object()
        return Response({"seller": seller.number, "years": list(years_of(seller))})

    @extend_schema(parameters=[YEAR], responses=YearlyStatementSerializer)
    @action(detail=True, methods=["get"], url_path=ADDRESS)
    def yearly_statement(self, request: Request, number: str, year: str) -> Response:  # noqa: ARG002
        """What was sold, kept back, recovered, invoiced and paid, through the last closed month."""
        statement = yearly_statement_of(self.get_object(), int(year), reader=self.actor)
        return Response(told(statement))

    @extend_schema(
        parameters=[YEAR, YearlyExportInput],
        responses={(HTTPStatus.OK, kind): OpenApiTypes.BINARY for kind, _ in FORMS.values()},
    )
    @action(detail=True, methods=["get"], url_path=f"{ADDRESS}/export")
    def export(self, request: Request, year: str, **_: Any) -> StreamingHttpResponse:  # noqa: ARG002
        """The same as a file."""
        seller, form = self.get_object(), self.read_query(YearlyExportInput)["format"]
        export = export_year(yearly_statement_of(seller, int(year), reader=self.actor), form)
        return send_export(
            export,
            actor=self.actor,
            kind="yearly statement",
            number=f"{seller.number}-{year}",
            seller=seller.number,
        )
