"""What became of a bill's negative amount: not covered again, or carried on (R3.5)."""

from dataclasses import dataclass
from decimal import Decimal

from koogallery.kit.money import ZERO
from settlement.choices import RecoveryBasis
from settlement.models import Bill, Recovery


@dataclass(frozen=True, slots=True)
class NegativeBalance:
    """Both amounts are positive; `recovery` is of what this bill left uncovered again."""

    uncovered: Decimal = ZERO
    carried_on: Decimal = ZERO
    recovery: Recovery | None = None


def negative_balance_of(bill: Bill) -> NegativeBalance:
    if bill.settlement_amount >= ZERO:
        return NegativeBalance()
    recovery = Recovery.objects.filter(
        seller=bill.seller_id, cycle=bill.cycle, basis=RecoveryBasis.NEGATIVE_BALANCE
    ).first()
    uncovered = recovery.amount if recovery else ZERO
    return NegativeBalance(uncovered, -bill.settlement_amount - uncovered, recovery)
