"""What applications and certifications must hold when they are sent in, and the lock (R9.1)."""

import re
from collections.abc import Mapping
from typing import Any

from koogallery.kit.countries import country_violations
from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.mail_addresses import is_mail_address
from sellers.rules.bank_accounts import RULE, bank_violations
from sellers.rules.figures import currency_violations, tax_violations
from sellers.rules.required import missing

#: Consecutive rejections after which nothing more is sent in until an operator unlocks.
MOST_REJECTIONS = 3

#: Working days within which operators answer, as sellers are told.
APPLICATION_DAYS = 3
CERTIFICATION_DAYS = 1
PRODUCT_DAYS = 3

_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,}")
_TAX_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z ./-]{3,29}")
_WEBSITE = re.compile(r"https?://[^\s/]+\.[^\s/]+.*")


def application_violations(content: Mapping[str, Any]) -> list[Violation]:
    required = (
        "company_name",
        "country",
        "registration_number",
        "settlement_currency",
        "business",
        "contact_name",
        "contact_email",
        "contact_phone",
    )
    found = [*missing(content, required, RULE), *_contact_violations(content), *_country(content)]
    if content["settlement_currency"]:
        found += currency_violations("settlement_currency", content["settlement_currency"])
    if content["website"] and not _WEBSITE.fullmatch(content["website"]):
        told = _("A web site begins with http:// or https://.")
        found.append(Violation("website", "invalid_website", told, RULE))
    return found


def certification_violations(
    content: Mapping[str, Any], *, needs_bank_account: bool, has_documents: bool
) -> list[Violation]:
    """All that is wrong at once. A seller who has an account changes that one by itself."""
    required = (
        "company_name",
        "country",
        "registration_number",
        "address",
        "vat_number",
        "contact_name",
        "contact_email",
        "contact_phone",
    )
    found = [*missing(content, required, RULE), *_contact_violations(content), *_country(content)]
    found += rate_violations(content)
    found += tax_number_violations(content["tax_numbers"])
    if needs_bank_account:
        found += bank_violations(content, content["company_name"])
    if not has_documents:
        told = _("Attach the business licence and what proves the bank account.")
        found.append(Violation("documents", "document_missing", told, RULE))
    return found


def rate_violations(content: Mapping[str, Any]) -> list[Violation]:
    """The tax rates declared, of those that are given: they must be right also in a draft."""
    names = ("withholding_tax_rate", "digital_service_tax_rate")
    return tax_violations({name: content[name] for name in names if name in content})


def tax_numbers_in(text: str) -> list[tuple[str, str]]:
    """Tax identification numbers as they are written, `DE 27/815/08150, FR 1234567890123`.

    Each with the country that issued it, which stands first.
    """
    found = [each.strip().partition(" ") for each in text.split(",") if each.strip()]
    return [(country, number.strip()) for country, _, number in found]


def tax_number_violations(text: str) -> list[Violation]:
    told = _(
        "%(given)s is no tax number: the country that issued it, a blank, then the number; "
        "commas between several."
    )
    return [
        Violation(
            "tax_numbers",
            "invalid_tax_number",
            told % {"given": f"{country} {number}".strip()},
            RULE,
        )
        for country, number in tax_numbers_in(text)
        if country_violations("tax_numbers", country, RULE) or not _TAX_NUMBER.fullmatch(number)
    ]


def is_locked(consecutive_rejections: int) -> bool:
    return consecutive_rejections >= MOST_REJECTIONS


def _country(content: Mapping[str, Any]) -> list[Violation]:
    given = content["country"]
    return country_violations("country", given, RULE) if given else []


def _contact_violations(content: Mapping[str, Any]) -> list[Violation]:
    found = []
    if content["contact_email"] and not is_mail_address(content["contact_email"]):
        told = _("This is no e-mail address.")
        found.append(Violation("contact_email", "invalid_email", told, RULE))
    if content["contact_phone"] and not _PHONE.fullmatch(content["contact_phone"]):
        told = _("This is no telephone number: digits, with + and the country's code first.")
        found.append(Violation("contact_phone", "invalid_phone", told, RULE))
    return found
