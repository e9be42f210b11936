"""What a seller pays by other means: payments, or back onto the next bill (R5.7)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.approvals import takes_a_second_person
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, IllegalTransition, InvalidInput
from koogallery.kit.figures import money_text
from koogallery.kit.money import format_amount
from koogallery.models import User
from settlement import notices
from settlement.choices import Account, MoneyAct, ReceivableState, RecoveryState, Source
from settlement.models import Allocation, Receivable, ReceivablePayment, Recovery
from settlement.models.recoveries import ReceivableQuerySet
from settlement.readings.recovery_paths import plan_of
from settlement.services import ledger
from settlement.services.authorisations import Moved, authorise
from settlement.services.locked import read_locked
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import require_positive, require_reference, require_text


@takes_a_second_person("payment", _("Record a payment"), Duty.RECORD_PAYMENTS, effect=on_the_seller)
@as_refusals()
@transaction.atomic
def pay_receivable(number: str, amount: Decimal, reference: str, *, actor: User) -> Receivable:
    """Record a seller's payment, in part or in full, never above what is open (R5.7)."""
    receivable = _locked(number, actor)
    require_duty(actor, Duty.RECORD_PAYMENTS, _("record a payment"), rule="R5.7")
    require_positive(amount, receivable.currency, rule="R5.7")
    reference = require_reference(reference, rule="R5.7")
    _require_new(receivable, reference)
    _require_within(receivable, amount)
    subject = f"{receivable.number}:{reference}"
    _authorise(MoneyAct.PAYMENT, receivable, subject, amount, actor)
    _pay(receivable, amount, reference, actor)
    before, receivable = receivable, _read(number)
    if receivable.state == ReceivableState.PAID:
        notices.receivable_paid(receivable)
    _record(receivable, "paid", actor, before, amount=amount, reference=reference)
    return receivable


@takes_a_second_person(
    "receivable_move",
    _("Move a receivable to the next bill"),
    Duty.RECORD_PAYMENTS,
    effect=on_the_seller,
)
@as_refusals()
@transaction.atomic
def move_receivable_to_next_bill(number: str, reason: str, *, actor: User) -> Receivable:
    """Let the seller's open cycle draw on it again; what its bill leaves open comes back (R5.7)."""
    receivable = _locked(number, actor)
    require_duty(actor, Duty.RECORD_PAYMENTS, _("move a receivable to a bill"), rule="R5.7")
    reason = require_text("reason", reason, rule="R5.7")
    _require_movable(receivable)
    outstanding = receivable.recovery.outstanding
    subject = f"{receivable.number}:{receivable.seller.open_cycle}"
    _authorise(MoneyAct.RECEIVABLE_MOVE, receivable, subject, outstanding, actor)
    _move(receivable)
    before, receivable = receivable, _read(number)
    _record(receivable, "moved_to_bill", actor, before, amount=outstanding, reason=reason)
    notices.recovery_planned(receivable.recovery, plan_of(receivable.recovery))
    return receivable


def _authorise(
    act: MoneyAct, receivable: Receivable, subject: str, amount: Decimal, actor: User
) -> None:
    about = ("receivable", receivable.number)
    moved = Moved(act, subject, receivable.seller, amount, receivable.currency, about)
    authorise(moved, actor=actor)


def _rows() -> ReceivableQuerySet:
    return Receivable.objects.select_related("recovery__refund__order", "seller")


def _locked(number: str, actor: User) -> Receivable:
    return read_locked(_rows(), number, actor=actor)


def _read(number: str) -> Receivable:
    """As the triggers left it: they keep what is outstanding, and the states."""
    return _rows().get(number=number)


def _require_new(receivable: Receivable, reference: str) -> None:
    earlier = receivable.payments.filter(reference=reference).first()
    if earlier:
        amount = format_amount(earlier.amount, receivable.currency)
        raise Conflict(
            _("Payment %(reference)s over %(amount)s was recorded already, on %(at)s.")
            % {"reference": repr(reference), "amount": amount, "at": f"{earlier.at:%Y-%m-%d}"},
            code="recorded_already",
            rule="R5.7",
            field="reference",
        )


def _require_within(receivable: Receivable, amount: Decimal) -> None:
    open_ = receivable.recovery.outstanding
    if amount > open_:
        raise InvalidInput(
            _("Only %(amount)s is open.") % {"amount": money_text(open_, receivable.currency)},
            code="above_what_is_open",
            rule="R5.7",
            field="amount",
        )


def _require_movable(receivable: Receivable) -> None:
    if receivable.state != ReceivableState.OPEN:
        raise IllegalTransition(
            _("This receivable is %(state)s; only an open one is moved to a bill.")
            % {"state": receivable.get_state_display().lower()},
            rule="R5.7",
        )
    if receivable.seller.left_at or receivable.seller.open_cycle is None:
        raise Conflict(
            _("%(seller)s has left: there is no next bill.") % {"seller": receivable.seller},
            code="no_next_bill",
            rule="R5.7",
        )


def _pay(receivable: Receivable, amount: Decimal, reference: str, actor: User) -> None:
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
    # While it waits for a bill, what is open stands with the recoveries again.
    moved = receivable.state == ReceivableState.MOVED_TO_BILL
    account = Account.RECOVERIES if moved else Account.RECEIVABLES
    _post(
        receivable,
        key=f"payment:{payment.pk}",
        kind="payment",
        at=payment.at,
        legs={Account.BANK: amount, account: -amount},
    )


def _move(receivable: Receivable) -> None:
    """Open a window of one cycle: the seller's next bill."""
    now, cycle = timezone.now(), receivable.seller.open_cycle
    outstanding = receivable.recovery.outstanding
    Receivable.objects.filter(pk=receivable.pk).update(
        state=ReceivableState.MOVED_TO_BILL, modified_at=now
    )
    Recovery.objects.filter(pk=receivable.recovery_id).update(
        state=RecoveryState.OPEN, window_start=cycle, window_end=cycle, modified_at=now
    )
    _post(
        receivable,
        key=f"receivable-moved:{receivable.number}:{cycle}",
        kind="receivable_moved",
        at=now,
        legs={Account.RECOVERIES: outstanding, Account.RECEIVABLES: -outstanding},
    )


def _post(receivable: Receivable, *, key: str, kind: str, at: datetime, legs: ledger.Legs) -> None:
    ledger.post(
        key=key,
        kind=kind,
        seller_id=receivable.seller_id,
        subject=receivable.number,
        effective_at=at,
        currency=receivable.currency,
        legs=legs,
    )


def _record(
    receivable: Receivable,
    verb: str,
    actor: User,
    before: Receivable,
    *,
    amount: Decimal,
    **facts: str,
) -> None:
    """The database moved it: what it was is what was read first."""
    states = before.state, receivable.state
    outstanding = before.recovery.outstanding, receivable.recovery.outstanding
    audit.record(
        actor,
        verb,
        "receivable",
        receivable.number,
        seller=receivable.seller.number,
        changes=audit.differences(state=states, outstanding=outstanding),
        amount=format_amount(amount, receivable.currency),
        currency=receivable.currency,
        **facts,
    )
