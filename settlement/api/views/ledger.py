from django.db.models import Sum
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.api.serializers.ledger import (
    BalancesSerializer,
    EntrySerializer,
    InvariantsSerializer,
)
from settlement.listings.ledger import BalanceFilters, EntryFilters
from settlement.models import InvariantResult, LedgerEntry
from settlement.readings.invariants import check_books


class EntryViewSet(ListModelMixin, ScopedViewSet):
    """Ledger entries as of any date, or as the books knew them at any time (R7.2)."""

    queryset = LedgerEntry.objects.select_related("journal", "seller")
    serializer_class = EntrySerializer
    filterset_class = EntryFilters
    ordering_fields = {
        "effective_at": "journal__effective_at",
        "recorded_at": "journal__recorded_at",
        "amount": "amount",
    }
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
    """Every sentence that the books must bear out, proven from the stored rows now (R7.2)."""

    queryset = InvariantResult.objects.all()
    serializer_class = InvariantsSerializer
    pagination_class = None
    for_operators = frozenset({"list"})
    duties = {"list": Duty.READ_BOOKS}

    @extend_schema(responses=InvariantsSerializer)
    def list(self, request: Request) -> Response:  # noqa: ARG002
        return Response(InvariantsSerializer({"results": check_books()}).data)
