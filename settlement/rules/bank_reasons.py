"""Why a payment failed or came back, in words: ISO 20022’s external reason codes (R8.2).

`NOT_PAID` is our own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from koogallery.kit.language import gettext as _
from koogallery.kit.language import marked

NOT_PAID = "NOT_PAID"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "AC01": marked("The account number is wrong or does not exist."),
        "AC02": marked("The account to be charged is wrong."),
        "AC03": marked("The account number is not valid at this bank."),
        "AC04": marked("The account is closed."),
        "AC06": marked("The account is blocked."),
        "AC13": marked("The account is of a kind that takes no such payment."),
        "AC14": marked("The account is of a kind that takes no such payment."),
        "AG01": marked("The account takes no such payment."),
        "AG02": marked("The bank does not take this kind of payment."),
        "AM01": marked("The amount is zero."),
        "AM02": marked("The amount is above what the bank takes."),
        "AM03": marked("The account is not kept in this currency."),
        "AM04": marked("The account to be charged had not enough money."),
        "AM05": marked("The bank takes it for a duplicate."),
        "AM09": marked("The amount is not the agreed one."),
        "BE01": marked("The name does not belong to the account."),
        "BE04": marked("The address of the payee is missing or wrong."),
        "BE05": marked("The party is not known to the bank."),
        "CNOR": marked("The bank of the payee cannot be reached by this way of payment."),
        "CUST": marked("The payment was stopped on the customer’s request."),
        "DNOR": marked("The bank to be charged cannot be reached by this way of payment."),
        "DT01": marked("The day of payment is not valid."),
        "DUPL": marked("The bank takes it for a duplicate."),
        "FF01": marked("The payment file is not as the bank expects it."),
        "FOCR": marked("The payment was cancelled and came back."),
        "MD07": marked("The holder of the account has died."),
        "MS02": marked("The payee refused it without a reason."),
        "MS03": marked("The bank gives no reason."),
        "NARR": marked("The bank gives its reason in words alone."),
        NOT_PAID: marked("It was recorded as paid by mistake."),
        "NOAS": marked("The payee did not answer."),
        "RC01": marked("The code of the bank (SWIFT) is wrong."),
        "RC03": marked("The code of the bank to be charged is wrong."),
        "RC04": marked("The code of the payee’s bank is wrong."),
        "RC07": marked("The code of the payee’s bank (SWIFT) is wrong."),
        "RR01": marked("An authority asks for the account of the payer."),
        "RR02": marked("An authority asks for the name or address of the payer."),
        "RR03": marked("An authority asks for the name or address of the payee."),
        "RR04": marked("A rule of an authority stands against it."),
        "TM01": marked("It reached the bank after its closing time."),
    }
)


def in_words(code: str) -> str:
    """What the bank's code means; nothing for a code that is no such word."""
    return _(REASONS[code]) if code in REASONS else ""


def told(code: str, detail: str = "") -> str:
    """The code, if a bank's, what it means, and what is said beside it."""
    shown = "" if code == NOT_PAID else code
    return " ".join(part for part in (shown, in_words(code), detail) if part)
