"""Who a yearly statement is about: both sides, and the accounts that were paid to.

These are the fields of DAC7 about a seller, as far as they are known (R9.1).

A year as the books have it: twelve cycles in the settlement time zone (R1.1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE
from sellers.choices import CertificationState
from sellers.models import BankAccount, Seller
from sellers.services.companies.bank_accounts import account_in_use
from settlement.models import Bill, Payout


def first_cycle(year: int) -> Cycle:
    return Cycle(f"{year}01")


def last_cycle(year: int) -> Cycle:
    return Cycle(f"{year}12")


def in_cycles(year: int, prefix: str = "") -> Q:
    return Q(**{f"{prefix}cycle__range": (first_cycle(year), last_cycle(year))})


def within_year(year: int, field: str) -> Q:
    start, end = first_cycle(year).start(ZONE), last_cycle(year).end(ZONE)
    return Q(**{f"{field}__gte": start, f"{field}__lt": end})


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    address: str
    country: str
    vat_number: str


@dataclass(frozen=True, slots=True)
class Registration:
    """The seller's business information as it was certified; `since` is None where it was not."""

    party: Party
    registration_number: str = ""
    tax_numbers: str = ""
    since: datetime | None = None


def platform_of(bills: Sequence[Bill]) -> Party:
    """The contracting entity as the last bill of the year names it; without one, today's."""
    country = settings.INVOICE_BILL_TO_COUNTRY
    if bills:
        bill = bills[-1]
        return Party(bill.issuer_name, bill.issuer_address, country, bill.issuer_tax_number)
    return Party(
        settings.INVOICE_BILL_TO,
        settings.INVOICE_BILL_TO_ADDRESS,
        country,
        settings.INVOICE_BILL_TO_TAX_NUMBER,
    )


def registrations_of(seller: Seller, year: int) -> tuple[Registration, ...]:
    """Every one that was in force on some day of the year, the latest first."""
    certified = seller.certifications.filter(
        state=CertificationState.CERTIFIED, decided_at__lt=last_cycle(year).end(ZONE)
    ).order_by("-decided_at", "-pk")
    found: list[Registration] = []
    for each in certified:
        party = Party(each.company_name, each.address, each.country, each.vat_number)
        found.append(
            Registration(party, each.registration_number, each.tax_numbers, each.decided_at)
        )
        if each.decided_at and each.decided_at <= first_cycle(year).start(ZONE):
            break
    return tuple(found) or (Registration(Party(seller.company_name, "", seller.country, "")),)


def accounts_of(
    seller: Seller, year: int, payouts: Iterable[Payout], now: datetime
) -> tuple[BankAccount, ...]:
    """What was paid to in the year, and what was in use at its end, or is now."""
    used = {payout.bank_account for payout in payouts if payout.bank_account}
    in_use = account_in_use(seller, min(now, last_cycle(year).end(ZONE)))
    return tuple(sorted(used | ({in_use} if in_use else set()), key=lambda each: each.version))
