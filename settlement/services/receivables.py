"""What a seller pays by other means: payments, or back onto the next bill (R5.7)."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from koogallery import audit
from koogallery.kit.errors import Conflict, IllegalTransition, InvalidInput
from koogallery.kit.money import format_amount
from koogallery.models import User
from settlement import notices
from settlement.choices import Account, ReceivableState, RecoveryState, Source
from settlement.models import Allocation, Receivable, ReceivablePayment
from settlement.services import ledger
from settlement.services.authority import require_operator
from settlement.services.entered import REFERENCE_LENGTH, require_positive, require_text
from settlement.services.locked import read_locked


@transaction.atomic
def pay_receivable(number: str, amount: Decimal, reference: str, *, actor: User) -> Receivable:
    """Record a seller's payment, in part or in full, never above what is open (R5.7)."""
    receivable = _locked(number, actor)
    require_operator(actor, "record a payment", rule="R5.7")
    require_positive(amount, receivable.currency, rule="R5.7")
    reference = require_text("reference", reference, rule="R5.7", length=REFERENCE_LENGTH)
    _require_new(receivable, reference)
    _require_within(receivable, amount)
    payment = ReceivablePayment.objects.create(
        receivable=receivable,
        seller=receivable.seller,
        amount=amount,
        reference=reference,
        recorded_by=actor,
    )
    Allocation.objects.create(
        recovery=receivable.recovery,
        seller=receivable.seller,
        source=Source.PAYMENT,
        payment=payment,
        amount=amount,
    )
    _post_payment(receivable, payment)
    receivable = _read(number)
    if receivable.state == ReceivableState.PAID:
        notices.receivable_paid(receivable)
    _record(receivable, "paid", actor, amount=amount, reference=reference)
    return receivable


@transaction.atomic
def move_receivable_to_next_bill(number: str, reason: str, *, actor: User) -> Receivable:
    """Let the seller's open cycle draw on it again; what its bill leaves open comes back (R5.7)."""
    receivable = _locked(number, actor)
    require_operator(actor, "move a receivable to a bill", rule="R5.7")
    reason = require_text("reason", reason, rule="R5.7")
    _require_movable(receivable)
    recovery, seller = receivable.recovery, receivable.seller
    now = timezone.now()
    Receivable.objects.filter(pk=receivable.pk).update(
        state=ReceivableState.MOVED_TO_BILL, modified_at=now
    )
    type(recovery).objects.filter(pk=recovery.pk).update(
        state=RecoveryState.OPEN,
        window_start=seller.open_cycle,
        window_end=seller.open_cycle,
        modified_at=now,
    )
    ledger.post(
        key=f"receivable-moved:{number}:{seller.open_cycle}",
        kind="receivable_moved",
        seller_id=seller.pk,
        subject=number,
        effective_at=now,
        currency=receivable.currency,
        legs={
            Account.RECOVERIES: recovery.outstanding,
            Account.RECEIVABLES: -recovery.outstanding,
        },
    )
    _record(receivable, "moved_to_bill", actor, amount=recovery.outstanding, reason=reason)
    return _read(number)


def _locked(number: str, actor: User) -> Receivable:
    return read_locked(Receivable.objects.select_related("recovery", "seller"), number, actor=actor)


def _read(number: str) -> Receivable:
    """As the triggers left it: they keep what is outstanding, and the states."""
    return Receivable.objects.select_related("recovery", "seller").get(number=number)


def _require_new(receivable: Receivable, reference: str) -> None:
    earlier = receivable.payments.filter(reference=reference).first()
    if earlier:
        amount = format_amount(earlier.amount, receivable.currency)
        raise Conflict(
            f"Payment {reference!r} over {amount} was recorded already, on {earlier.at:%Y-%m-%d}.",
            code="recorded_already",
            rule="R5.7",
            field="reference",
        )


def _require_within(receivable: Receivable, amount: Decimal) -> None:
    open_ = receivable.recovery.outstanding
    if amount > open_:
        raise InvalidInput(
            f"Only {format_amount(open_, receivable.currency)} {receivable.currency} is open.",
            code="above_what_is_open",
            rule="R5.7",
            field="amount",
        )


def _require_movable(receivable: Receivable) -> None:
    if receivable.state != ReceivableState.OPEN:
        raise IllegalTransition(
            f"This receivable is {receivable.state}; only an open one is moved to a bill.",
            rule="R5.7",
        )
    if receivable.seller.left_at or receivable.seller.open_cycle is None:
        raise Conflict(
            f"{receivable.seller} has left: there is no next bill.",
            code="no_next_bill",
            rule="R5.7",
        )


def _post_payment(receivable: Receivable, payment: ReceivablePayment) -> None:
    """While it waits for a bill, what is open stands with the recoveries again."""
    moved = receivable.state == ReceivableState.MOVED_TO_BILL
    ledger.post(
        key=f"payment:{payment.pk}",
        kind="payment",
        seller_id=receivable.seller_id,
        subject=receivable.number,
        effective_at=payment.at,
        currency=receivable.currency,
        legs={
            Account.BANK: payment.amount,
            Account.RECOVERIES if moved else Account.RECEIVABLES: -payment.amount,
        },
    )


def _record(
    receivable: Receivable, verb: str, actor: User, *, amount: Decimal, **facts: str
) -> None:
    audit.record(
        actor,
        verb,
        "receivable",
        receivable.number,
        seller=receivable.seller.number,
        amount=format_amount(amount, receivable.currency),
        currency=receivable.currency,
        **facts,
    )
