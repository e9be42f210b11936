"""What a payout pays, and how the seller's balance stood before and after it (R8.2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from koogallery.kit.money import ZERO
from sellers.models import Seller
from settlement.choices import UNDONE_PAYOUTS, Account, LinePurpose, PayoutState
from settlement.models import BankLine, Bill, Journal, LedgerEntry, Payout

#: Money has left, or is leaving, for the seller.
UNDER_WAY = (PayoutState.PLANNED, PayoutState.IN_BATCH, PayoutState.SENT)


def tax_of(bill: Bill) -> Decimal:
    """The tax of the bill's invoices, which is paid on top (R8.1)."""
    tax: Decimal = bill.invoices.counted().aggregate(tax=Sum("tax", default=ZERO))["tax"]
    return tax


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
    return balances_of_each([payout])[payout.pk]


def balances_of_each(payouts: Sequence[Payout]) -> dict[int, Balances]:
    """By their ids. Of one that was not sent or paid, as if it were sent now."""
    waiting = [each for each in payouts if each.closing_balance is None]
    sellers = {each.seller_id for each in waiting}
    now, before = _payable_to(sellers), _closing_of(sellers)
    found = {}
    for payout in payouts:
        went = sum((item.net for item in payout.items.all()), ZERO)
        opening, closing = payout.opening_balance, payout.closing_balance
        if payout in waiting:
            owed = (payout.seller_id, payout.currency)
            opening, closing = before.get(owed, ZERO), now.get(owed, ZERO) - went
        found[payout.pk] = Balances(opening, closing - opening + went, went, closing)
    return found


Owed = dict[tuple[int, str], Decimal]


def _payable_to(sellers: Collection[int]) -> Owed:
    """What is payable to each now, by seller and currency."""
    entries = LedgerEntry.objects.filter(seller__in=sellers, account=Account.SELLER_PAYABLE)
    rows = entries.order_by().values_list("seller", "currency").annotate(owed=-Sum("amount"))
    return {(seller, currency): owed for seller, currency, owed in rows}


def _closing_of(sellers: Collection[int]) -> Owed:
    """After the last payout of each that was sent or paid."""
    sent = Payout.objects.filter(seller__in=sellers, closing_balance__isnull=False)
    latest = sent.order_by("seller", "currency", "-pk").distinct("seller", "currency")
    return {
        (seller, currency): closing
        for seller, currency, closing in latest.values_list("seller", "currency", "closing_balance")
    }


def next_payout_of(seller: Seller) -> Payout | None:
    """The next money to arrive: sent, or else the earliest that is planned."""
    under_way = seller.payouts.filter(state__in=UNDER_WAY)
    return under_way.order_by("expected_on", "pk").first()


def payouts_of(bill: Bill) -> list[Payout]:
    """Every payout that was to pay this bill, the latest last."""
    return list(Payout.objects.filter(items__bill=bill).order_by("pk"))


def paid_again_by(payout: Payout) -> list[Payout]:
    """Payouts that were planned since for something that this one was to pay."""
    items = payout.items.order_by()
    bills = items.exclude(bill=None).values("bill")
    movements = items.exclude(movement=None).values("movement")
    since = Payout.objects.filter(pk__gt=payout.pk, seller=payout.seller_id)
    ours = Q(items__bill__in=bills) | Q(items__movement__in=movements)
    return list(since.filter(ours).order_by("pk").distinct())


def paid_instead_by(payout: Payout) -> list[Payout]:
    """Those of them that stand: what this one was to pay is paid by them."""
    return [each for each in paid_again_by(payout) if each.state not in UNDONE_PAYOUTS]


def left_the_bank(payouts: QuerySet[Payout]) -> QuerySet[Payout]:
    """Those that a bank's line shows leaving: each alone, or with its batch in one booking.

    Of a batch that is booked at once those have left whose part was taken out of suspense.
    """
    alone = BankLine.objects.filter(payout=OuterRef("pk"), purpose=LinePurpose.PAYOUT)
    of_batch = BankLine.objects.filter(batch=OuterRef("batch"), purpose=LinePurpose.BATCH).annotate(
        is_part=Exists(
            Journal.objects.filter(
                key=Concat(
                    Value("bank_line_cleared:"),
                    OuterRef("number"),
                    Value(":"),
                    OuterRef(OuterRef("seller__number")),
                )
            )
        )
    )
    return payouts.filter(Exists(alone) | Exists(of_batch.filter(is_part=True)))


def bank_lines_of(payout: Payout) -> list[BankLine]:
    """What the bank says of it, as it came; what was paid may have left with its whole batch."""
    ours = Q(payout=payout)
    if payout.paid_at:
        ours |= Q(batch__isnull=False, batch=payout.batch_id)
    return list(BankLine.objects.filter(ours).order_by("pk"))
