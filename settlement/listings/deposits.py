"""The lists of deposits, and of what moved one."""

from decimal import Decimal

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Abs, Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByFlag, ByNumber, ByText, ByWord, Filters, between
from koogallery.fields import amount
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Choice, Instant, Number, Part
from koogallery.portal.tables import Column, FileOnly
from sellers.models import Seller
from settlement.choices import RecoveryState
from settlement.models import DepositMovement, ExitRequest, Recovery


class DepositFilters(Filters):
    seller = ByNumber("number")
    currency = ByWord("settlement_currency")
    below_required = ByFlag("below_required")
    open_receivables_from, open_receivables_to = between(ByAmount, "open_receivables")
    top_up_asked_from, top_up_asked_to = between(ByAmount, "top_up_asked")
    balance_from, balance_to = between(ByAmount, "balance")
    required_from, required_to = between(ByAmount, "required_deposit")
    modified_since = ChangedSince("deposit__modified_at")


class MovementFilters(Filters):
    model = DepositMovement
    columns = "balance_after kind reference change at"
    amount_from, amount_to = between(ByAmount, "size")
    modified_since = ChangedSince("at")
    reason = ByText("reason")


class MovementsOfAnyFilters(MovementFilters):
    """Movements of any deposits, for files: REST lists them deposit by deposit."""

    seller = ByNumber("seller__number")


_OWED = (
    Recovery.objects.filter(seller=OuterRef("pk"), state=RecoveryState.RECEIVABLE)
    .order_by()
    .values("seller")
    .annotate(total=Sum("outstanding"))
    .values("total")
)

DEPOSITS = Listing(
    title=_("Deposits"),
    rows=Seller.objects.annotate(
        balance=Coalesce("deposit__balance", Value(Decimal(0)), output_field=amount()),
        below_required=Q(balance__lt=F("required_deposit"), left_at=None),
        open_receivables=Coalesce(Subquery(_OWED), Value(Decimal(0)), output_field=amount()),
        top_up_asked=Case(
            When(
                below_required=True,
                then=F("required_deposit") + F("open_receivables") - F("balance"),
            ),
            default=Value(Decimal(0)),
            output_field=amount(),
        ),
    ),
    filters=DepositFilters,
    narrowed_by=(find(_("Seller number or name"), "number", "company_name"),),
    ordering="number",
    export="deposits",
    columns=(
        Number(_("Seller"), "number", "deposit-detail", sort="+", export="seller"),
        Column(_("Company"), "company_name", sort="+"),
        FileOnly("settlement_currency", "currency"),
        Amount(_("Balance"), "balance", "settlement_currency", is_named=True),
        Amount(
            _("Required level"), "required_deposit", "settlement_currency", sort="-", is_named=True
        ),
    ),
)


def of_the_seller(
    movements: QuerySet[DepositMovement], query: QueryDict
) -> QuerySet[DepositMovement]:
    return movements.filter(seller__number=query.get("seller", ""))


MOVEMENTS = Listing(
    title=_("Deposit movements"),
    rows=DepositMovement.objects.select_related("seller", "allocation__recovery__refund").annotate(
        size=Abs("change")
    ),
    filters=MovementsOfAnyFilters,
    within=of_the_seller,
    narrowed_by=(
        find(_("Reference"), "reference"),
        Narrowing("kind", _("Kind"), _("All kinds")),
        *period(_("When"), "at"),
    ),
    ordering="-id",
    export="deposit-movements",
    columns=(
        FileOnly("seller__number", "seller"),
        Instant(_("When"), "at"),
        Choice(_("Movement"), "kind", is_head=True),
        Part(_("Reference"), "reference", "settlement/cells/movement_reference.html"),
        Part(_("Reason"), "reason", "settlement/cells/movement_reason.html"),
        FileOnly("seller__settlement_currency", "currency"),
        Amount(_("Change"), "change", "seller__settlement_currency"),
        Amount(_("Balance after"), "balance_after", "seller__settlement_currency", is_strong=True),
        FileOnly("allocation__recovery__refund__number", "refund"),
    ),
)


class ExitRequestFilters(Filters):
    model = ExitRequest
    columns = "number seller state requested_at decided_at"
    reason = ByText("reason")
    answer = ByText("answer")
    modified_since = ChangedSince("modified_at")
