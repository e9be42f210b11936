"""Numbers of accounts: which are IBANs, and when two are the same account."""

import re

from stdnum import iban

#: Countries whose euro payments are SEPA's, by the country of the IBAN.
SEPA = re.compile(
    "AD|AL|AT|BE|BG|CH|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GI|GR|HR|HU|IE|IS|IT|LI|LT|LU|LV|MC|MD|ME|MK|MT"
    "|NL|NO|PL|PT|RO|RS|SE|SI|SK|SM|VA"
)


def bare(account: str) -> str:
    """As banks write it to each other: without blanks, in capitals."""
    return "".join(account.split()).upper()


def is_iban(account: str) -> bool:
    """By its country's form and its check digits; an account that only looks like one is none."""
    number = bare(account)
    return number.isalnum() and number.isascii() and iban.is_valid(number, check_country=False)


def is_sepa(account: str) -> bool:
    return is_iban(account) and SEPA.match(bare(account)) is not None


def is_same_account(stated: str, ours: str, currency: str) -> bool:
    """Banks add the currency, or set the bank's code before it (MT940)."""
    own = _signs(ours)
    return bool(own) and any(
        _signs(each) in {own, own + currency} for each in (stated, stated.rpartition("/")[2])
    )


def _signs(account: str) -> str:
    return "".join(sign for sign in bare(account) if sign.isalnum())
