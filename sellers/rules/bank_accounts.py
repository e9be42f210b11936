"""What bank details must satisfy, and how much of them is shown (R9.1)."""

import re
from collections.abc import Mapping

from koogallery.kit.countries import country_violations
from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.names import folded
from sellers.rules.required import missing

RULE = "R9.1"
#: Digits that remain readable.
SHOWN = 4
MASK = "••••"

_ACCOUNT = re.compile(r"[A-Z0-9]{5,34}")
#: Eight characters name a bank, eleven one of its branches (ISO 9362).
_SWIFT = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def masked(account_number: str) -> str:
    """The end of the number, by which its owner knows it again."""
    return f"{MASK} {account_number[-SHOWN:]}" if len(account_number) > SHOWN else MASK


def tidy(text: str) -> str:
    """A name without blanks around it or doubled within."""
    return " ".join(text.split())


def tidy_code(text: str) -> str:
    """An account number or a SWIFT code as banks write it to each other."""
    return re.sub(r"[\s-]", "", text).upper()


def same_name(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def bank_violations(details: Mapping[str, str], company_name: str) -> list[Violation]:
    """The account is the company's own: held in its name."""
    required = ("account_holder", "account_number", "bank_name", "bank_country", "swift_code")
    found = missing(details, required, RULE)
    holder, number = details["account_holder"], details["account_number"]
    if holder and not same_name(holder, company_name):
        told = _(
            "The account is held by %(holder)s; it must be held by the company, %(company)s."
        ) % {"holder": holder, "company": company_name}
        found.append(Violation("account_holder", "account_name_differs", told, RULE))
    if number and not _is_account(number):
        told = _("This is no account number: 5 to 34 letters and digits; an IBAN checks out.")
        found.append(Violation("account_number", "invalid_account_number", told, RULE))
    if wrong := swift_code_violation(details["swift_code"], RULE):
        found.append(wrong)
    if country := details["bank_country"]:
        found += country_violations("bank_country", country, RULE)
    return found


def swift_code_violation(code: str, rule: str) -> Violation | None:
    if not code or _SWIFT.fullmatch(code):
        return None
    detail = _("A SWIFT code has 8 or 11 letters and digits, such as DBSSSGSG.")
    return Violation("swift_code", "invalid_swift_code", detail, rule)


def _is_account(number: str) -> bool:
    if not _ACCOUNT.fullmatch(number):
        return False
    return _iban_checks_out(number) if _IBAN.fullmatch(number) else True


def _iban_checks_out(number: str) -> bool:
    """ISO 7064: the country and check digits moved to the end, letters as numbers, modulo 97."""
    turned = number[4:] + number[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1
