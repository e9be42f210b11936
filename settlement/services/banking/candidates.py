"""What the lines of a statement may be: found by their ids and texts, once for all of them."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Q

from settlement.bank_files.statements import Entry
from settlement.choices import BatchState, LinePurpose, MovementKind, PayoutState
from settlement.models import DepositMovement, Payout, PayoutBatch, Receivable, ReceivablePayment
from settlement.readings.payouts import left_the_bank

#: Our numbers of payouts, batches and receivables, whatever a bank sets behind them.
_NUMBERS = re.compile(r"(?=((?:PO|PB|RV)\d{8}))")
_LONGER = re.compile(r"(?:PO|PB|RV)\d{9,}")


def said_by(entry: Entry) -> str:
    """All that may name something of ours, without blanks: a bank breaks lines where it likes."""
    parts = (
        entry.end_to_end_id,
        entry.instruction_id,
        entry.message_id,
        entry.payment_information_id,
        entry.bank_reference,
        entry.text,
    )
    return " ".join("".join(part.split()).upper() for part in parts)


def numbers_in(entry: Entry) -> set[str]:
    said = said_by(entry)
    return {*_NUMBERS.findall(said), *_LONGER.findall(said)}


def names(entry: Entry, reference: str) -> bool:
    """Whether it says a reference of ours, as a word and not as part of a longer one."""
    bare = "".join(reference.split()).upper()
    if not bare:
        return False
    word = re.compile(rf"(?<![A-Z0-9]){re.escape(bare)}(?![A-Z0-9])")
    return word.search(f"{said_by(entry)} {entry.text.upper()}") is not None


@dataclass(slots=True)
class Candidates:
    """`left` and `back` are the payouts whose money a line has shown to leave and to come back."""

    payouts: dict[str, Payout] = field(default_factory=dict)
    paid_by_hand: list[Payout] = field(default_factory=list)
    batches: dict[str, PayoutBatch] = field(default_factory=dict)
    in_batch: dict[int, list[Payout]] = field(default_factory=dict)
    receivables: dict[str, Receivable] = field(default_factory=dict)
    movements: list[DepositMovement] = field(default_factory=list)
    payments: list[ReceivablePayment] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    back: set[int] = field(default_factory=set)

    @property
    def sellers(self) -> set[int]:
        rows: Iterable[Payout | Receivable | DepositMovement | ReceivablePayment] = [
            *self.payouts.values(),
            *self.paid_by_hand,
            *(payout for payouts in self.in_batch.values() for payout in payouts),
            *self.receivables.values(),
            *self.movements,
            *self.payments,
        ]
        return {row.seller_id for row in rows}

    def of(self, sellers: Collection[int]) -> "Candidates":
        """Those of these sellers alone."""
        return replace(
            self,
            payouts={key: row for key, row in self.payouts.items() if row.seller_id in sellers},
            paid_by_hand=[row for row in self.paid_by_hand if row.seller_id in sellers],
            receivables={
                key: row for key, row in self.receivables.items() if row.seller_id in sellers
            },
            movements=[row for row in self.movements if row.seller_id in sellers],
            payments=[row for row in self.payments if row.seller_id in sellers],
        )


def candidates_for(entries: Iterable[Entry], currency: str) -> Candidates:
    """As things stand now: read before the sellers are locked, and again after."""
    entries = list(entries)
    numbers = {number for entry in entries for number in numbers_in(entry)}
    ids = {entry.end_to_end_id for entry in entries} | {entry.instruction_id for entry in entries}
    amounts = {abs(entry.paid) for entry in entries}
    found = Candidates()
    _find_payouts(found, currency, numbers | ids - {""}, amounts)
    _find_batches(found, currency, numbers)
    _find_receipts(found, currency, numbers, amounts)
    known = {payout.pk for payout in found.payouts.values()}
    known |= {payout.pk for payouts in found.in_batch.values() for payout in payouts}
    rows = Payout.objects.filter(pk__in=known)
    found.left = set(left_the_bank(rows).values_list("pk", flat=True))
    back = rows.filter(bank_lines__purpose=LinePurpose.RETURN)
    found.back = set(back.values_list("pk", flat=True))
    return found


def _find_payouts(
    found: Candidates, currency: str, numbers: set[str], amounts: set[Decimal]
) -> None:
    payouts = Payout.objects.filter(currency=currency).with_names()
    for payout in payouts.filter(Q(number__in=numbers) | Q(end_to_end_id__in=numbers)):
        found.payouts[payout.number] = payout
        if payout.end_to_end_id:
            found.payouts[payout.end_to_end_id] = payout
    by_hand = payouts.filter(state=PayoutState.PAID, paid_by__isnull=False, amount__in=amounts)
    left = left_the_bank(by_hand).values("pk")
    found.paid_by_hand = list(by_hand.exclude(pk__in=left).order_by("pk"))


def _find_batches(found: Candidates, currency: str, numbers: set[str]) -> None:
    """Those in the bank's hands; all of their payouts, those booked in other ways included."""
    sent = PayoutBatch.objects.filter(
        currency=currency, number__in=numbers, state__in=[BatchState.SENT, BatchState.SETTLED]
    )
    found.batches = {batch.number: batch for batch in sent}
    for payout in Payout.objects.filter(batch__in=sent).with_names().order_by("pk"):
        assert payout.batch_id is not None
        found.in_batch.setdefault(payout.batch_id, []).append(payout)


def _find_receipts(
    found: Candidates, currency: str, numbers: set[str], amounts: set[Decimal]
) -> None:
    receivables = Receivable.objects.select_related("seller", "recovery__refund__order")
    open_ = receivables.filter(number__in=numbers, currency=currency)
    found.receivables = {receivable.number: receivable for receivable in open_}
    movements = DepositMovement.objects.select_related("seller").filter(
        kind=MovementKind.TOP_UP,
        seller__settlement_currency=currency,
        change__in=amounts,
        bank_line=None,
    )
    found.movements = list(movements.order_by("pk"))
    payments = ReceivablePayment.objects.select_related("seller", "receivable").filter(
        receivable__currency=currency, amount__in=amounts, bank_line=None
    )
    found.payments = list(payments.order_by("pk"))
