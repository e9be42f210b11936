"""The file by which a bank pays a batch: ISO 20022 pain.001.001.09 (R8.2).

Our own accounts at banks, from which sellers are paid and into which they pay (R8.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from koogallery.kit.errors import Conflict
from sellers.rules.bank_accounts import tidy_code
from settlement.bank_files.orders import Payment, PaymentOrder
from settlement.bank_files.payment_file import payment_file
from settlement.models import Payout, PayoutBatch


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


def payment_file_of(batch: PayoutBatch, at: datetime, executed_on: date) -> bytes:
    """The same bytes for the same instant and day; payouts in the order they were planned in."""
    payouts = batch.payouts.with_names().prefetch_related("items__bill").order_by("pk")
    return payment_file(
        PaymentOrder(
            message_id=batch.number,
            created_at=at,
            executed_on=executed_on,
            debtor_name=batch.payer_holder,
            debtor_bic=batch.payer_swift_code,
            debtor_account=batch.payer_number,
            currency=batch.currency,
            payments=tuple(_payment(payout) for payout in payouts),
        )
    )


def _payment(payout: Payout) -> Payment:
    account = payout.bank_account
    assert account is not None, "chosen with the batch"
    return Payment(
        end_to_end_id=payout.end_to_end_id,
        amount=payout.amount,
        creditor_name=account.account_holder,
        account=account.account_number,
        bic=account.swift_code,
        bank_name=account.bank_name,
        bank_address=account.bank_address,
        bank_country=account.bank_country,
        creditor_country=payout.seller.country,
        remittance=remittance_of(payout),
    )


def remittance_of(payout: Payout) -> str:
    """What the seller reads on its own statement: the payout and its bills."""
    bills = [item.bill.number for item in payout.items.all() if item.bill]
    return " ".join(["KooGallery", payout.number, *bills])
