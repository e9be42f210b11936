"""A yearly statement as data: what REST answers and the JSON file holds."""

import json
from datetime import datetime
from typing import IO, Any

from koogallery.kit.instants import utc_text
from koogallery.kit.money import format_amount
from koogallery.settlement_time import ZONE
from sellers.rules.certifications import tax_numbers_in
from settlement.readings.yearly_parties import Party, Registration
from settlement.readings.yearly_statements import QUARTERS, Figures, Part, YearlyStatement
from settlement.readings.yearly_terms import TERMS


def told(statement: YearlyStatement) -> dict[str, Any]:
    """Amounts as strings, instants in UTC."""
    return {
        "seller": statement.seller.number,
        "year": statement.year,
        "is_complete": statement.is_complete,
        "through": statement.through,
        "time_zone": ZONE.key,
        "known_at": _utc(statement.known_at),
        "platform": _told_party(statement.platform),
        "registrations": [_told_registration(each) for each in statement.registrations],
        "bank_accounts": [
            {
                "account_holder": account.account_holder,
                "account_number": statement.number_of(account),
                "bank_name": account.bank_name,
                "bank_country": account.bank_country,
                "swift_code": account.swift_code,
            }
            for account in statement.accounts
        ],
        "parts": [_told_part(part) for part in statement.parts],
        "payouts": [
            {
                "number": payout.number,
                "currency": payout.currency,
                "amount": format_amount(payout.amount, payout.currency),
                "paid_at": _utc(payout.paid_at),
                "bank_account": statement.number_of(account) if account else None,
                "bank_reference": payout.bank_reference or None,
            }
            for payout in statement.payouts
            for account in [payout.bank_account]
        ],
        "paid_out": [
            {"currency": currency, "amount": format_amount(amount, currency)}
            for currency, amount in statement.paid_out.items()
        ],
        "recovered": [
            {
                "currency": each.currency,
                "from_bills": format_amount(each.from_bills, each.currency),
                "from_deposit": format_amount(each.from_deposit, each.currency),
                "from_payments": format_amount(each.from_payments, each.currency),
            }
            for each in statement.recovered
        ],
    }


def _told_party(party: Party) -> dict[str, str]:
    return {
        "name": party.name,
        "address": party.address,
        "country": party.country,
        "vat_number": party.vat_number,
    }


def _told_registration(registration: Registration) -> dict[str, Any]:
    return {
        **_told_party(registration.party),
        "registration_number": registration.registration_number,
        "tax_numbers": [
            {"country": country, "number": number}
            for country, number in tax_numbers_in(registration.tax_numbers)
        ],
        "since": _utc(registration.since),
    }


def _told_part(part: Part) -> dict[str, Any]:
    return {
        "country": part.country,
        "currency": part.currency,
        "total": _told_figures(part.year, part.currency),
        "quarters": [
            {"quarter": quarter, **_told_figures(figures, part.currency)}
            for quarter, figures in zip(QUARTERS, part.quarters, strict=True)
        ],
        "bills": [
            {
                "number": month.bill,
                "cycle": month.cycle,
                **_told_figures(month.figures, part.currency),
            }
            for month in part.months
        ],
    }


def _told_figures(figures: Figures, currency: str) -> dict[str, str | int]:
    amounts = {term.name: format_amount(getattr(figures, term.name), currency) for term in TERMS}
    return {"transactions": figures.transactions, **amounts}


def _utc(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def write_json(file: IO[bytes], statement: YearlyStatement) -> None:
    file.write(json.dumps(told(statement), ensure_ascii=False, indent=2).encode())
