"""The ledger's bank account holds what the bank says lies on ours (R8.2)."""

from django.db.models import Sum

from koogallery.kit.money import ZERO
from settlement.choices import BALANCED_FORMATS, Account
from settlement.models import BankStatement, LedgerEntry
from settlement.readings.bank_balances import balance_by_statements
from settlement.services import ledger

from .booking import instant_of


def post_what_is_missing(statement: BankStatement) -> None:
    """What no line explains: what lay there before the first statement, and gaps between them.

    A statement that fills a gap later takes it back.
    """
    if statement.format not in BALANCED_FORMATS or statement.closed_on is None:
        return
    booked = LedgerEntry.objects.filter(account=Account.BANK, currency=statement.currency)
    held = booked.aggregate(held=Sum("amount", default=ZERO))["held"]
    missing = balance_by_statements(statement.currency) - held
    if missing:
        ledger.post(
            key=f"bank_balance:{statement.number}",
            kind="bank_balance",
            seller_id=None,
            subject=statement.number,
            effective_at=instant_of(statement.closed_on),
            currency=statement.currency,
            legs={Account.BANK: missing, Account.OPENING_BALANCE: -missing},
        )
