"""The lists of deposits, and of what moved one."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByFlag,
    ByInstant,
    ByNumber,
    ByText,
    ByWord,
    Filters,
    OneOf,
    between,
)
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Choice, Instant, Number, Part
from koogallery.portal.tables import Column, FileOnly
from sellers.models import Seller
from settlement.choices import MovementKind
from settlement.models import Deposit, DepositMovement


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
    amount_from, amount_to = between(ByAmount, "size")
    balance_after_from, balance_after_to = between(ByAmount, "balance_after")
    modified_since = ChangedSince("at")
    kind = OneOf(choices=MovementKind.choices)
    reference = ByWord("reference")
    reason = ByText("reason")
    change_from, change_to = between(ByAmount, "change")
    at_from, at_to = between(ByInstant, "at")


class MovementsOfAnyFilters(MovementFilters):
    """Movements of any deposits, for files: REST lists them deposit by deposit."""

    seller = ByNumber("seller__number")


_BALANCE = Deposit.objects.filter(seller=OuterRef("pk")).values("balance")

DEPOSITS = Listing(
    title=_("Deposits"),
    rows=Seller.objects.annotate(balance=Subquery(_BALANCE)),
    filters=DepositFilters,
    narrowed_by=(find(_("Seller number or name"), "number", "company_name"),),
    ordering="number",
    columns=(
        Number(_("Seller"), "number", "deposit-detail", sort="+"),
        Column(_("Company"), "company_name", sort="+"),
        Amount(
            _("Balance"), "balance", "settlement_currency", is_named=True, empty=_("no deposit")
        ),
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
    rows=DepositMovement.objects.select_related("seller", "allocation__recovery__refund"),
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
