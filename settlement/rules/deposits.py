"""How each kind of movement changes a deposit (R6.1)."""

from collections.abc import Mapping
from decimal import Decimal

from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO

#: The direction of a movement; an adjustment brings its own sign.
SIGNS: Mapping[str, int] = {
    "top_up": 1,
    "refund_recovery": -1,
    "penalty": -1,
    "return": -1,
    "reversal": -1,
}


def signed_change(kind: str, amount: Decimal) -> Decimal:
    """What a movement does to the balance. Amounts are above 0, but an adjustment is signed."""
    if kind == "adjustment":
        if amount == ZERO:
            raise InvalidInput(
                _("An adjustment must change the deposit."),
                code="zero",
                rule="R6.1",
                field="amount",
            )
        return amount
    if amount <= ZERO:
        raise InvalidInput(
            _("The amount of a movement must be above 0."),
            code="not_positive",
            rule="R6.1",
            field="amount",
        )
    return SIGNS[kind] * amount


def balance_after(balance: Decimal, kind: str, amount: Decimal) -> Decimal:
    """The balance a movement leads to; refused if that were below 0."""
    after = balance + signed_change(kind, amount)
    if after < ZERO:
        raise Conflict(
            _("The deposit holds %(balance)s; %(amount)s cannot be taken from it.")
            % {"balance": f"{balance:f}", "amount": f"{amount.copy_abs():f}"},
            code="deposit_too_low",
            rule="R6.1",
            field="amount",
        )
    return after


def top_up_asked(required: Decimal, receivables: Decimal, balance: Decimal) -> Decimal:
    """What brings a deposit back to its level; open receivables are paid first (R6.2, R5.4)."""
    return required + receivables - balance if balance < required else ZERO
