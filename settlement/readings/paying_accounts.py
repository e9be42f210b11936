"""Our own accounts at banks, from which sellers are paid and into which they pay (R8.2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from koogallery.kit.errors import Conflict
from sellers.rules.bank_accounts import tidy_code


@dataclass(frozen=True, slots=True)
class PayingAccount:
    """`number` is an IBAN or what else the bank calls the account by; as banks write it."""

    currency: str
    holder: str
    number: str
    swift_code: str


def paying_accounts() -> Iterator[PayingAccount]:
    for currency, said in settings.PAYING_ACCOUNTS.items():
        number, swift_code = tidy_code(said["number"]), tidy_code(said["swift_code"])
        yield PayingAccount(currency, said["holder"], number, swift_code)


def paying_account(currency: str) -> PayingAccount:
    """The account that payouts in this currency come from; refused where there is none."""
    for account in paying_accounts():
        if account.currency == currency:
            return account
    raise Conflict(
        _("No account to pay %(currency)s from is configured (PAYING_ACCOUNTS).")
        % {"currency": currency},
        code="no_paying_account",
        rule="R8.2",
        field="currency",
    )
