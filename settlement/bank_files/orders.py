"""What a bank is asked to pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """To one creditor; `account` is an IBAN or whatever else its bank counts by."""

    end_to_end_id: str
    amount: Decimal
    creditor_name: str
    account: str
    bic: str = ""
    bank_name: str = ""
    bank_address: str = ""
    bank_country: str = ""
    creditor_country: str = ""
    remittance: str = ""
    uetr: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Payments from one account of ours on one day, in one currency."""

    message_id: str
    created_at: datetime
    executed_on: date
    debtor_name: str
    debtor_bic: str
    debtor_account: str
    currency: str
    payments: Sequence[Payment]
