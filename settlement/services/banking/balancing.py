"""The ledger's bank account holds what the bank says lies on ours (R8.2)."""

from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from koogallery.kit.money import ZERO
from settlement.choices import BALANCED_FORMATS, Account
from settlement.models import BankStatement, LedgerEntry
from settlement.readings.payments_desk import balance_by_statements
from settlement.services import ledger

from .booking import instant_of


def post_what_is_missing(statement: BankStatement) -> None:
    """What no line explains: what lay there before the first statement, and gaps between them.

    A statement that fills a gap later takes it back.
    """
    if statement.format in BALANCED_FORMATS and statement.closed_on is not None:
        _post(statement, balance_key(statement), instant_of(statement.closed_on))


def post_what_is_left(statement: BankStatement) -> None:
    """By the statements that still count, once this one is reversed with its lines."""
    if statement.currency:
        _post(statement, f"{balance_key(statement)}:left", timezone.now())


def balance_key(statement: BankStatement) -> str:
    return f"bank_balance:{statement.number}"


def _post(statement: BankStatement, key: str, at: datetime) -> None:
    booked = LedgerEntry.objects.filter(account=Account.BANK, currency=statement.currency)
    held = booked.aggregate(held=Sum("amount", default=ZERO))["held"]
    missing = balance_by_statements(statement.currency) - held
    if missing:
        ledger.post(
            key=key,
            kind="bank_balance",
            seller_id=None,
            subject=statement.number,
            effective_at=at,
            currency=statement.currency,
            legs={Account.BANK: missing, Account.OPENING_BALANCE: -missing},
        )
