"""Movements of a seller's deposit by an operator (R6). Recoveries draw on it by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import TwoPeople, Who, act_of_two
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.kit.figures import money_text
from koogallery.kit.money import ZERO, format_amount, to_minor_unit
from koogallery.models import User
from koogallery.notices import tell
from sellers.models import Seller
from settlement import notices
from settlement.choices import Account, MoneyAct, MovementKind, RecoveryState
from settlement.models import Deposit, DepositMovement
from settlement.rules.deposits import balance_after, signed_change, top_up_asked
from settlement.services import ledger
from settlement.services.authorisations import Moved, authorise
from settlement.services.payouts.planning import plan_return
from settlement.services.previews.effects import on_the_seller
from settlement.services.recoveries.opening import settle_expired_recoveries
from settlement.services.validation import (
    optional_text,
    require_positive,
    require_reference,
    require_signed,
    require_text,
)

#: What an operator may record, and the account the money comes from or goes to.
COUNTERPARTS: Mapping[MovementKind, Account] = {
    MovementKind.TOP_UP: Account.IN_TRANSIT,
    MovementKind.PENALTY: Account.PENALTIES,
    MovementKind.ADJUSTMENT: Account.ADJUSTMENTS,
    MovementKind.RETURN: Account.SELLER_PAYABLE,
}


@act_of_two(
    "move_deposit",
    Seller.objects.all(),
    TwoPeople("deposit", gettext_lazy("Move a deposit"), on_the_seller),
    by=Who(Duty.MOVE_DEPOSITS),
    rule="R6.1",
)
def move_deposit(
    seller: Seller,
    kind: str,
    amount: Decimal,
    reference: str,
    reason: str = "",
    *,
    actor: User,
) -> DepositMovement:
    """Record a top-up, a penalty, an adjustment or a return (R6.1).

    `amount` is positive and the kind gives its sign, but an adjustment is signed: it corrects what
    the deposit should hold, and has a reason. The seller is notified with the reason; where none
    is given, the reference is the reason (R6.2). What comes in first serves what the seller still
    owes: no receivable stays open while the deposit is positive (R5.4).
    """
    if kind not in COUNTERPARTS:
        known = ", ".join(COUNTERPARTS)
        raise InvalidInput(
            _("%(kind)s is no movement to record; it is one of %(known)s.")
            % {"kind": repr(kind), "known": known},
            code="unknown_kind",
            rule="R6.1",
            field="kind",
        )
    kind = MovementKind(kind)
    reference = require_reference(reference, rule="R6.1")
    if kind == MovementKind.ADJUSTMENT:
        require_signed(amount, seller.settlement_currency, rule="R6.1")
        reason = require_text("reason", reason, rule="R6.2")
    else:
        require_positive(amount, seller.settlement_currency, rule="R6.1")
        reason = optional_text("reason", reason)
    by = MoneyAct(kind)
    movement = record_movement(seller, kind, amount, reference, reason, actor=actor, by=by)
    _tell_if_below_level(movement)
    if movement.change > ZERO:
        settle_expired_recoveries([seller.pk])
    return movement


def record_movement(
    seller: Seller,
    kind: MovementKind,
    amount: Decimal,
    reference: str,
    reason: str = "",
    *,
    actor: User,
    by: MoneyAct,
) -> DepositMovement:
    """The movement with its journal, its act and its notice. The caller holds the seller's lock."""
    _require_new(seller, kind, reference)
    _require_owed(seller, signed_change(kind, amount))
    # Deposits are optional: one exists from its first movement on.
    deposit, _created = Deposit.objects.get_or_create(
        seller=seller, defaults={"currency": seller.settlement_currency, "balance": ZERO}
    )
    subject, about = f"{kind.value}:{reference}", ("deposit", seller.number)
    authorise(Moved(by, subject, seller, amount, deposit.currency, about), actor=actor)
    movement = _move(deposit, kind, amount, reference, reason or reference, actor)
    _post(movement, deposit.currency)
    if kind == MovementKind.RETURN:
        plan_return(movement, deposit.currency, actor)
    _record(movement, actor)
    notices.deposit_moved(movement)
    return movement


def reverse_top_up(topped_up: DepositMovement, reason: str, *, actor: User) -> DepositMovement:
    """It never came in, as two people say of its statement. The seller is locked."""
    deposit = Deposit.objects.get(seller=topped_up.seller_id)
    kind, amount = MovementKind.REVERSAL, topped_up.change
    movement = _move(deposit, kind, amount, topped_up.reference, reason, actor)
    _post(movement, deposit.currency)
    _record(movement, actor)
    notices.deposit_moved(movement)
    _tell_if_below_level(movement)
    return movement


def balance_of(seller_id: int) -> Decimal:
    """What a seller's deposit holds; nothing if there is none."""
    balances = Deposit.objects.filter(seller=seller_id).values_list("balance", flat=True)
    return balances.first() or ZERO


@dataclass(frozen=True, slots=True)
class TopUp:
    """What a seller is asked to pay in: paying `asked` brings the deposit to `required`."""

    required: Decimal
    receivables: Decimal
    balance: Decimal

    @property
    def missing(self) -> Decimal:
        return max(self.required - self.balance, ZERO)

    @property
    def asked(self) -> Decimal:
        return top_up_asked(self.required, self.receivables, self.balance)


def top_up_of(seller: Seller) -> TopUp:
    """As things stand (R6.2). Nothing is required of a seller who has left."""
    owed = seller.recoveries.filter(state=RecoveryState.RECEIVABLE)
    receivables = owed.aggregate(total=Sum("outstanding", default=ZERO))["total"]
    required = ZERO if seller.left_at else seller.required_deposit
    return TopUp(required, receivables, balance_of(seller.pk))


def _require_new(seller: Seller, kind: MovementKind, reference: str) -> None:
    earlier = seller.deposit_movements.filter(kind=kind, reference=reference).first()
    if earlier:
        amount = format_amount(abs(earlier.change), seller.settlement_currency)
        raise Conflict(
            _("%(label)s %(reference)s over %(amount)s was recorded already, on %(at)s.")
            % {
                "label": kind.label,
                "reference": repr(reference),
                "amount": amount,
                "at": f"{earlier.at:%Y-%m-%d}",
            },
            code="recorded_already",
            rule="R6.1",
            field="reference",
        )


def _require_owed(seller: Seller, change: Decimal) -> None:
    """From a seller who has left comes what it still owes: nothing more stays with us (R6.3)."""
    if seller.left_at is None or change <= ZERO:
        return
    position, currency = top_up_of(seller), seller.settlement_currency
    owed = max(position.receivables - position.balance, ZERO)
    if change > owed:
        raise Conflict(
            _("%(seller)s has left and still owes %(owed)s; nothing more is paid into its deposit.")
            % {"seller": seller.number, "owed": money_text(owed, currency)},
            code="seller_has_left",
            rule="R6.3",
            field="amount",
        )


def _move(
    deposit: Deposit,
    kind: MovementKind,
    amount: Decimal,
    reference: str,
    reason: str,
    actor: User,
) -> DepositMovement:
    balance = to_minor_unit(deposit.balance, deposit.currency)
    after = balance_after(balance, kind, to_minor_unit(amount, deposit.currency))
    return DepositMovement.objects.create(
        seller=deposit.seller,
        kind=kind,
        change=signed_change(kind, amount),
        balance_after=after,
        reference=reference,
        reason=reason,
        actor=actor,
    )


def _post(movement: DepositMovement, currency: str) -> None:
    ledger.post(
        key=f"deposit:{movement.pk}",
        kind="deposit",
        seller_id=movement.seller_id,
        subject=movement.seller.number,
        effective_at=movement.at,
        currency=currency,
        legs={
            COUNTERPARTS.get(MovementKind(movement.kind), Account.IN_TRANSIT): movement.change,
            Account.DEPOSIT: -movement.change,
        },
    )


def _tell_if_below_level(movement: DepositMovement) -> None:
    """Once when it falls below the required level (R6.2), not again while it stays there.

    Nothing is required of a seller who has left.
    """
    seller, before = movement.seller, movement.balance_after - movement.change
    if seller.left_at is None and movement.balance_after < seller.required_deposit <= before:
        _tell_of_level(seller, str(movement.pk))


def tell_of_levels_never_reached() -> None:
    """Of a required level that was set above the balance: each level once (R6.2).

    What falls below its level is told by the movement.
    """
    for seller in Seller.objects.filter(required_deposit__gt=ZERO, left_at=None):
        required = format_amount(seller.required_deposit, seller.settlement_currency)
        if balance_of(seller.pk) < seller.required_deposit and not notices.was_told_of_level(
            seller, required
        ):
            _tell_of_level(seller, f"{seller.number}:{required}")


def _tell_of_level(seller: Seller, occasion: str) -> None:
    top_up = top_up_of(seller)
    tell(
        "deposit_below_level",
        seller,
        occasion,
        balance=top_up.balance,
        required=seller.required_deposit,
        open_receivables=top_up.receivables,
        top_up=top_up.asked,
        currency=seller.settlement_currency,
    )


def _record(movement: DepositMovement, actor: User) -> None:
    seller = movement.seller
    audit.record(
        actor,
        movement.kind,
        "deposit",
        seller.number,
        seller=seller.number,
        changes={"balance": (movement.balance_after - movement.change, movement.balance_after)},
        amount=format_amount(abs(movement.change), seller.settlement_currency),
        currency=seller.settlement_currency,
        reference=movement.reference,
        reason=movement.reason,
    )
