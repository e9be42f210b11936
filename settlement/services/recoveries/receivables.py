"""What a seller pays by other means: payments, or back onto the next bill (R5.7)."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.acts import Said, TwoPeople, act_of_two
from koogallery.asks import REASON, Amount, Asks, Line
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.kit.figures import money_text
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.notices import anew, tell
from settlement import notices
from settlement.choices import Account, MoneyAct, ReceivableState, RecoveryState, Source
from settlement.models import Allocation, Receivable, ReceivablePayment, Recovery
from settlement.readings.recovery_paths import plan_of
from settlement.services import ledger
from settlement.services.authorisations import Moved, authorise
from settlement.services.authority import CASHIERS
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import require_positive, require_reference, require_text

RECEIVABLES = Receivable.objects.select_related("recovery__refund__order", "seller")
PAYMENT = Asks(
    "PaymentInput",
    (
        Amount(
            name="amount",
            label=_("Amount"),
            help=_("Above 0, at most what is outstanding."),
            rule="R5.7",
        ),
        Line(
            name="reference",
            label=_("Reference"),
            help=_("Of the transfer; each is recorded once."),
        ),
    ),
)


@act_of_two(
    "pay",
    RECEIVABLES,
    TwoPeople("payment", _("Record a payment"), on_the_seller),
    by=CASHIERS,
    rule="R5.7",
    when=(ReceivableState.OPEN, ReceivableState.MOVED_TO_BILL),
    asks=PAYMENT,
    said=Said(
        label=_("Record a payment"),
        question=_("Has the seller paid?"),
        done=_("The payment is recorded."),
    ),
)
def pay_receivable(
    receivable: Receivable, amount: Decimal, reference: str, *, actor: User
) -> Receivable:
    """Record a payment, in part or in full, never above what is outstanding (R5.7)."""
    require_positive(amount, receivable.currency, rule="R5.7")
    reference = require_reference(reference, rule="R5.7")
    _require_new(receivable, reference)
    _require_within(receivable, amount)
    subject = f"{receivable.number}:{reference}"
    _authorise(MoneyAct.PAYMENT, receivable, subject, amount, actor)
    _pay(receivable, amount, reference, actor)
    before, receivable = receivable, _read(receivable)
    if receivable.state == ReceivableState.PAID:
        tell("receivable_paid", receivable, anew(receivable))
    _record(receivable, "paid", actor, before, amount=amount, reference=reference)
    return receivable


def reverse_payment(payment: ReceivablePayment, reason: str, *, actor: User) -> None:
    """It never came, as two people say of its statement: that much is open again (R5.4).

    The seller is locked; what the deposit holds serves it, once the caller settles what is due.
    """
    receivable = RECEIVABLES.get(pk=payment.receivable_id)
    _pay(receivable, -payment.amount, f"{payment.reference}:reversed", actor, reverses=payment)
    before, receivable = receivable, _read(receivable)
    _record(receivable, "reversed", actor, before, amount=payment.amount, reason=reason)
    tell(
        "receivable_reopened",
        receivable,
        f"{receivable.number}:{payment.pk}",
        amount=payment.amount,
        outstanding=receivable.recovery.outstanding,
        reason=reason,
    )


def _with_a_next_bill(receivable: Receivable, _actor: User) -> None:
    if receivable.seller.left_at or receivable.seller.open_cycle is None:
        raise Conflict(
            _("%(seller)s has left: there is no next bill.") % {"seller": receivable.seller},
            code="no_next_bill",
            rule="R5.7",
        )


@act_of_two(
    "move",
    RECEIVABLES,
    TwoPeople("receivable_move", _("Move a receivable to the next bill"), on_the_seller),
    by=CASHIERS,
    rule="R5.7",
    when=(ReceivableState.OPEN,),
    unless=_with_a_next_bill,
    asks=REASON,
    said=Said(
        label=_("Move to the next bill"),
        question=_("Take it from the seller’s next bill?"),
        done=_("The next bill is drawn on."),
    ),
)
def move_receivable_to_next_bill(receivable: Receivable, reason: str, *, actor: User) -> Receivable:
    """Let the seller's next bill be drawn on again; what it leaves open comes back (R5.7)."""
    reason = require_text("reason", reason, rule="R5.7")
    outstanding = receivable.recovery.outstanding
    subject = f"{receivable.number}:{receivable.seller.open_cycle}"
    _authorise(MoneyAct.RECEIVABLE_MOVE, receivable, subject, outstanding, actor)
    _move(receivable)
    before, receivable = receivable, _read(receivable)
    _record(receivable, "moved_to_bill", actor, before, amount=outstanding, reason=reason)
    notices.recovery_planned(receivable.recovery, plan_of(receivable.recovery))
    return receivable


def _authorise(
    act: MoneyAct, receivable: Receivable, subject: str, amount: Decimal, actor: User
) -> None:
    about = ("receivable", receivable.number)
    moved = Moved(act, subject, receivable.seller, amount, receivable.currency, about)
    authorise(moved, actor=actor)


def _read(receivable: Receivable) -> Receivable:
    """As the triggers left it: they keep what is outstanding, and the states."""
    return RECEIVABLES.get(pk=receivable.pk)


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


def _pay(
    receivable: Receivable,
    amount: Decimal,
    reference: str,
    actor: User,
    reverses: ReceivablePayment | None = None,
) -> None:
    payment = ReceivablePayment.objects.create(
        receivable=receivable,
        seller=receivable.seller,
        amount=amount,
        reference=reference,
        recorded_by=actor,
        reverses=reverses,
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
        legs={Account.IN_TRANSIT: amount, account: -amount},
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
    audit.note(
        actor,
        verb,
        receivable,
        changes=audit.differences(state=states, outstanding=outstanding),
        amount=format_amount(amount, receivable.currency),
        currency=receivable.currency,
        **facts,
    )
