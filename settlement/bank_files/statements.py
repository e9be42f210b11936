"""What a bank tells of an account, whatever the format it tells it in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from koogallery.kit.money import ZERO

#: The only status of an entry that moved money.
BOOKED = "BOOK"


class Format(StrEnum):
    """A report (camt.052) and a notification (camt.054) may come before the statement."""

    CAMT_052 = "camt.052"
    CAMT_053 = "camt.053"
    CAMT_054 = "camt.054"
    MT940 = "mt940"


@dataclass(frozen=True, slots=True)
class Balance:
    """What lay on the account, negative where it was overdrawn."""

    amount: Decimal
    on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: positive is money that came, whatever it reverses.

    `charges` is the part of `amount` that the bank kept (negative): what was really paid is the
    rest. `entry_reference` is the bank's, the same for all movements that it booked as one and in
    whichever file it tells them; a number that counts within one file alone is none.
    """

    amount: Decimal
    currency: str
    status: str = BOOKED
    booked_on: date | None = None
    value_on: date | None = None
    is_reversal: bool = False
    charges: Decimal = ZERO
    entry_reference: str = ""
    bank_reference: str = ""
    end_to_end_id: str = ""
    instruction_id: str = ""
    message_id: str = ""
    payment_information_id: str = ""
    uetr: str = ""
    counterparty_name: str = ""
    counterparty_account: str = ""
    text: str = ""
    return_reason: str = ""
    return_text: str = ""
    transaction_code: str = ""

    @property
    def paid(self) -> Decimal:
        return self.amount - self.charges


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's movements; `entries` are those that were booked, in the bank's order."""

    format: Format
    reference: str
    sequence: str
    account: str
    bic: str
    currency: str
    opening: Balance | None
    closing: Balance | None
    entries: tuple[Entry, ...]
    where: str


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """What became of an order to pay, of a whole group of them, or of one payment in it.

    A group has neither `payment_information_id` nor `end_to_end_id`, one payment may have both.
    """

    status: str
    message_id: str
    payment_information_id: str = ""
    end_to_end_id: str = ""
    instruction_id: str = ""
    uetr: str = ""
    reasons: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A bank's answer to payment orders (pain.002)."""

    reference: str
    statuses: tuple[PaymentStatus, ...]
