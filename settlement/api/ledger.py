from django.db.models import Sum
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import AmountField, InstantField, NumberField, TextField, WordField
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.choices import Account
from settlement.listings.ledger import BalanceFilters, EntryFilters
from settlement.models import InvariantResult, LedgerEntry
from settlement.services.proving import prove_now


class EntrySerializer(serializers.Serializer[LedgerEntry]):
    """One leg of a journal: debit positive, credit negative; together they are zero (R7.1)."""

    journal = TextField(source="journal.key", help_text="What happened, once.")
    kind = TextField(source="journal.kind")
    subject = TextField(source="journal.subject", help_text="The number of what it is about.")
    seller = NumberField(
        source="seller.number",
        allow_null=True,
        default=None,
        help_text="Null: between the platform and its bank.",
    )
    account = WordField(Account.choices)
    currency = TextField()
    amount = AmountField()
    effective_at = InstantField(source="journal.effective_at")
    recorded_at = InstantField(source="journal.recorded_at")


class BalanceSerializer(serializers.Serializer[object]):
    account = WordField(Account.choices)
    currency = TextField()
    balance = AmountField()


class BalancesSerializer(serializers.Serializer[object]):
    results = BalanceSerializer(many=True)


class InvariantSerializer(serializers.Serializer[object]):
    """One sentence that the stored rows must bear out."""

    name = TextField()
    sentence = TextField()
    holds = serializers.BooleanField()
    checked = serializers.IntegerField(help_text="Rows looked at since the last proof.")
    difference = TextField(help_text="Empty while it holds.")


class InvariantsSerializer(serializers.Serializer[object]):
    results = InvariantSerializer(many=True)


class EntryViewSet(ListModelMixin, ScopedViewSet):
    """Ledger entries as of any date, or as the books knew them at any time (R7.2)."""

    queryset = LedgerEntry.objects.select_related("journal", "seller")
    serializer_class = EntrySerializer
    filterset_class = EntryFilters
    ordering_fields = {"effective_at": "journal__effective_at", "recorded_at": "pk"}
    duties = {"list": Duty.READ_BOOKS}


class BalanceViewSet(ScopedViewSet):
    """The balance of every account, as of any date or as known at any time (R7.2)."""

    queryset = LedgerEntry.objects.all()
    serializer_class = BalancesSerializer
    filterset_class = BalanceFilters
    pagination_class = None
    duties = {"list": Duty.READ_BOOKS}

    @extend_schema(responses=BalancesSerializer, filters=True)
    def list(self, request: Request) -> Response:  # noqa: ARG002
        entries = self.filter_queryset(self.get_queryset()).order_by("account", "currency")
        balances = entries.values("account", "currency").annotate(balance=Sum("amount"))
        return Response(BalancesSerializer({"results": balances}).data)


class InvariantViewSet(ScopedViewSet):
    """Every sentence that the books must bear out: what is new since the last proof is proven now.

    The last proof by schedule has what was there before; what failed in it is proven whole (R7.2).
    """

    queryset = InvariantResult.objects.all()
    serializer_class = InvariantsSerializer
    pagination_class = None
    for_operators = frozenset({"list"})
    duties = {"list": Duty.READ_BOOKS}

    @extend_schema(responses=InvariantsSerializer)
    def list(self, request: Request) -> Response:  # noqa: ARG002
        return Response(InvariantsSerializer({"results": prove_now()}).data)
