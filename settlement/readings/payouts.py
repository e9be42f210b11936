"""What a payout pays, and how the seller's balance stood before and after it (R8.2)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from koogallery.kit.money import ZERO
from sellers.models import Seller
from settlement.choices import Account, PayoutState
from settlement.models import Bill, LedgerEntry, Payout

#: Money has left, or is leaving, for the seller.
UNDER_WAY = (PayoutState.PLANNED, PayoutState.IN_BATCH, PayoutState.SENT)


def tax_of(bill: Bill) -> Decimal:  # noqa: ARG001
    """The tax of the bill's verified invoices, which is paid on top (R8.1)."""
    return ZERO


@dataclass(frozen=True, slots=True)
class Balances:
    """What was payable to the seller: `came` since the payout before this one, `went` with it.

    Net of tax, which is paid on top. `closing = opening + came - went`.
    """

    opening: Decimal
    came: Decimal
    went: Decimal
    closing: Decimal


def balances_of(payout: Payout) -> Balances:
    """By the ledger; of a payout that was not sent, as if it were sent now."""
    went = sum((item.net for item in payout.items.all()), ZERO)
    entries = LedgerEntry.objects.filter(
        seller=payout.seller_id, account=Account.SELLER_PAYABLE, currency=payout.currency
    )
    journals = (
        entries.filter(journal__kind="payout", amount__gt=0)
        .order_by("journal_id")
        .values_list("journal_id", "journal__subject")
    )
    before, own = 0, None
    for journal, subject in journals:
        if subject == payout.number:
            own = journal
            break
        before = journal
    opening = _payable(entries.filter(journal__lte=before))
    closing = _payable(entries.filter(journal__lte=own) if own else entries)
    if own is None:
        closing -= went
    return Balances(opening, closing - opening + went, went, closing)


def _payable(entries: QuerySet[LedgerEntry]) -> Decimal:
    owed: Decimal = entries.aggregate(owed=Sum("amount", default=ZERO))["owed"]
    return -owed


def next_payout_of(seller: Seller) -> Payout | None:
    """The next money to arrive: sent, or else the earliest that is planned."""
    under_way = seller.payouts.filter(state__in=UNDER_WAY)
    return under_way.order_by("expected_on", "pk").first()


def payouts_of(bill: Bill) -> list[Payout]:
    """Every payout that was to pay this bill, the latest last."""
    return list(Payout.objects.filter(Q(items__bill=bill)).order_by("pk"))
