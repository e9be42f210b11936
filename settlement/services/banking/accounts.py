"""Whether a statement is of one of our accounts, and says what a statement has to say."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.kit.cycles import FIRST_INSTANT
from koogallery.kit.errors import InvalidInput
from koogallery.kit.money import ZERO, fits_minor_unit
from koogallery.settlement_time import ZONE
from settlement.bank_files.accounts import is_same_account
from settlement.bank_files.statements import Statement
from settlement.models import BankStatement
from settlement.readings.payment_files import PayingAccount, paying_accounts

RULE = "R8.2"


def our_account(statement: Statement) -> PayingAccount:
    """The one it is of, in its currency; refused where it is none of ours."""
    for account in paying_accounts():
        if account.currency == statement.currency and is_same_account(
            statement.account, account.number, account.currency
        ):
            return account
    raise _refused(
        "not_our_account",
        _("%(account)s in %(currency)s is none of our accounts.")
        % {"account": statement.account, "currency": statement.currency},
        statement,
    )


def require_payable_amounts(statement: Statement) -> None:
    """No finer than what changes hands in its currency."""
    stated = [balance.amount for balance in (statement.opening, statement.closing) if balance]
    for amount in (*stated, *(entry.amount for entry in statement.entries)):
        if not fits_minor_unit(amount, statement.currency):
            detail = _("%(amount)s is finer than %(currency)s has it.")
            detail %= {"amount": f"{amount:f}", "currency": statement.currency}
            raise _refused("too_fine", detail, statement)


def require_past(statement: Statement) -> None:
    """What a bank booked has happened (R1.8), in our time; its day may be one ahead of ours."""
    latest = timezone.now().astimezone(ZONE).date() + timedelta(days=1)
    days = [balance.on for balance in (statement.opening, statement.closing) if balance]
    for day in (*days, *(entry.booked_on for entry in statement.entries)):
        if day and day < FIRST_INSTANT.date():
            detail = _("No day: %(text)s.") % {"text": repr(day.isoformat())}
            raise _refused("no_day", detail, statement)
        if day and day > latest:
            detail = _("%(day)s is still to come.") % {"day": day.isoformat()}
            raise _refused("in_the_future", detail, statement)


def balances_of(statement: Statement, account: PayingAccount) -> tuple[Decimal, Decimal, date]:
    """What lay there before and after, and on which day.

    A bank that does not say what lay there before is believed where the last closing and the
    entries make what it says lies there now.
    """
    if statement.closing is None:
        raise _refused("no_balance", _("The statement says no closing balance."), statement)
    closing = statement.closing.amount
    closed_on = statement.closing.on or last_day_of(statement)
    if closed_on is None:
        raise _refused("no_day", _("The statement says of no day what lies there."), statement)
    if statement.opening is not None:
        return statement.opening.amount, closing, closed_on
    booked = sum((entry.amount for entry in statement.entries), ZERO)
    last = last_statement(account)
    if last is None or last.closing is None or last.closing + booked != closing:
        detail = _(
            "The statement says no opening balance, and does not follow from the one before it."
        )
        raise _refused("no_balance", detail, statement)
    return last.closing, closing, closed_on


def last_day_of(statement: Statement) -> date | None:
    days = [entry.booked_on or entry.value_on for entry in statement.entries]
    return max((day for day in days if day), default=None)


def last_statement(account: PayingAccount) -> BankStatement | None:
    """By the days that they are of, not by when they came."""
    taken = BankStatement.objects.balanced()
    return taken.filter(account=account.number, currency=account.currency).last()


def _refused(code: str, detail: str, statement: Statement) -> InvalidInput:
    return InvalidInput(detail, code=code, rule=RULE, field=statement.where)
