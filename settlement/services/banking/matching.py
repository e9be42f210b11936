"""Whose money a line of a statement is: by its end-to-end id, then by reference and amount (R8.2).

Nothing is guessed: what names nothing of ours, or names it over another amount, is not matched.
"""

import re
from dataclasses import dataclass

from koogallery.kit.money import ZERO
from settlement.bank_files.mt940_details import NARRATIVE
from settlement.bank_files.statements import Entry
from settlement.choices import UNDONE_PAYOUTS, LinePurpose, LineReason, PayoutState
from settlement.models import DepositMovement, Payout, PayoutBatch, Receivable, ReceivablePayment

from .candidates import Candidates, names, numbers_in

#: The codes of ISO 20022 and of SWIFT for what a bank charges.
_CHARGES = re.compile(r"(.*-)?(CHRG|FEES|COMM|COMT|COME|COMI)|[NFS](CHG|COM)")
_RETURNED = "RRTN"


@dataclass(frozen=True, slots=True)
class Match:
    """What a line is and by what that is known; without a purpose why it is not known."""

    reason: LineReason
    purpose: LinePurpose | None = None
    payout: Payout | None = None
    batch: PayoutBatch | None = None
    payouts: tuple[Payout, ...] = ()
    receivable: Receivable | None = None
    payment: ReceivablePayment | None = None
    movement: DepositMovement | None = None


def match(entry: Entry, found: Candidates, *, also_back: set[str]) -> Match:
    """`also_back` are the ids that the same statement shows to come back."""
    if is_charges(entry):
        # Charges of a payment may name it, but are not over its amount.
        named = {entry.end_to_end_id, *numbers_in(entry)} & found.payouts.keys()
        if any(found.payouts[number].amount == abs(entry.paid) for number in named):
            return Match(LineReason.AMBIGUOUS)
        return Match(LineReason.CODE, LinePurpose.CHARGES)
    if payout := found.payouts.get(entry.end_to_end_id):
        return _of_payout(entry, payout, found, LineReason.END_TO_END, also_back)
    return _of_debit(entry, found, also_back) if entry.amount < ZERO else _of_credit(entry, found)


def is_charges(entry: Entry) -> bool:
    return _CHARGES.fullmatch(entry.transaction_code) is not None


def return_reason_of(entry: Entry) -> str:
    """The bank's reason for sending money back; nothing where it does not say that it does."""
    if entry.return_reason:
        return entry.return_reason
    is_return = entry.is_reversal or entry.transaction_code.endswith(_RETURNED)
    return NARRATIVE if is_return and entry.amount > ZERO else ""


def _of_payout(
    entry: Entry, payout: Payout, found: Candidates, reason: LineReason, also_back: set[str]
) -> Match:
    if abs(entry.paid) != payout.amount or (entry.paid < ZERO) != (entry.amount < ZERO):
        return Match(LineReason.OTHER_AMOUNT)
    if entry.amount < ZERO:
        comes_back = payout.pk in found.back or payout.end_to_end_id in also_back
        is_expected = payout.state in {PayoutState.SENT, PayoutState.PAID} or (
            payout.state in UNDONE_PAYOUTS and comes_back and payout.sent_at is not None
        )
        if payout.pk in found.left or not is_expected:
            return Match(LineReason.NOT_EXPECTED)
        return Match(reason, LinePurpose.PAYOUT, payout=payout)
    is_out = payout.state in {PayoutState.SENT, PayoutState.PAID} or payout.pk in found.left
    if payout.pk in found.back or not is_out or not return_reason_of(entry):
        return Match(LineReason.NOT_EXPECTED)
    return Match(reason, LinePurpose.RETURN, payout=payout)


def _of_debit(entry: Entry, found: Candidates, also_back: set[str]) -> Match:
    numbers = numbers_in(entry)
    named = {found.payouts[number] for number in numbers if number in found.payouts}
    by_hand = {each for each in found.paid_by_hand if names(entry, each.bank_reference)}
    by_hand = {each for each in by_hand if each.amount == -entry.paid}
    if len(named | by_hand) > 1:
        return Match(LineReason.AMBIGUOUS)
    for payout in named | by_hand:
        return _of_payout(entry, payout, found, LineReason.REFERENCE, also_back)
    batches = [found.batches[number] for number in numbers if number in found.batches]
    if len(batches) == 1:
        # A bank may book a whole file at once, or what was left of it.
        batch = batches[0]
        expected = tuple(
            payout
            for payout in found.in_batch.get(batch.pk, [])
            if payout.state in {PayoutState.SENT, PayoutState.PAID} and payout.pk not in found.left
        )
        if not expected:
            return Match(LineReason.NOT_EXPECTED)
        if sum((payout.amount for payout in expected), ZERO) != -entry.paid:
            return Match(LineReason.OTHER_AMOUNT)
        return Match(LineReason.BATCH, LinePurpose.BATCH, batch=batch, payouts=expected)
    return Match(LineReason.AMBIGUOUS if batches else LineReason.UNKNOWN)


def _of_credit(entry: Entry, found: Candidates) -> Match:
    """What was recorded by hand before the bank told it, or else what it names by its number."""
    movements = {
        each
        for each in found.movements
        if each.change == entry.paid and names(entry, each.reference)
    }
    payments = {
        each
        for each in found.payments
        if each.amount == entry.paid and names(entry, each.reference)
    }
    if len(movements) + len(payments) > 1:
        return Match(LineReason.AMBIGUOUS)
    for movement in movements:
        return Match(LineReason.REFERENCE, LinePurpose.DEPOSIT, movement=movement)
    for payment in payments:
        return Match(LineReason.REFERENCE, LinePurpose.RECEIVABLE, payment=payment)
    return _of_number(entry, found)


def _of_number(entry: Entry, found: Candidates) -> Match:
    numbers = numbers_in(entry)
    receivables = {found.receivables[each] for each in numbers if each in found.receivables}
    payouts = {found.payouts[each] for each in numbers if each in found.payouts}
    if len(receivables) + len(payouts) > 1:
        return Match(LineReason.AMBIGUOUS)
    for receivable in receivables:
        outstanding = receivable.recovery.outstanding
        if outstanding == ZERO:
            return Match(LineReason.NOT_EXPECTED)
        if entry.paid > outstanding:
            return Match(LineReason.OTHER_AMOUNT)
        return Match(LineReason.REFERENCE, LinePurpose.RECEIVABLE, receivable=receivable)
    for payout in payouts:
        return _of_payout(entry, payout, found, LineReason.REFERENCE, set())
    return Match(LineReason.UNKNOWN)
