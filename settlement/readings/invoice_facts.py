"""What is known of a seller that an invoice has to say, so that nobody types it again (R8.1)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from sellers.services.companies.bank_accounts import account_in_use
from sellers.services.companies.certifications import stand_of
from settlement.models import Bill, Invoice
from settlement.rules.invoices import InvoiceCheck, InvoiceFacts, invoice_checks

#: What the seller's next invoice has in common with its last one.
KEPT = ("vat_number", "account_number", "bank_name", "bank_address", "swift_code")


def expected_of(bill: Bill) -> dict[str, str]:
    """What an invoice for this bill has to say, as far as it is certified (R9.1)."""
    return certified_of(bill.seller, bill)


def certified_of(seller: Seller, bill: Bill | None = None) -> dict[str, str]:
    """The same of a bill to come: it will be made out as one of today would."""
    return {
        "company_name": seller.company_name,
        "bill_to": bill.issuer_name if bill else settings.INVOICE_BILL_TO,
        **_certified(seller),
        **_bank(seller),
    }


def _certified(seller: Seller) -> dict[str, str]:
    certified = stand_of(seller).certified
    if certified is None:
        return {}
    found = {"company_name": certified.company_name, "vat_number": certified.vat_number}
    return {name: value for name, value in found.items() if value}


def _bank(seller: Seller) -> dict[str, str]:
    """Where money goes today: no version that is still cooling down."""
    account = account_in_use(seller)
    if account is None:
        return {}
    return {
        "account_holder": account.account_holder,
        "account_number": account.account_number,
        "bank_name": account.bank_name,
        "bank_address": account.bank_address,
        "swift_code": account.swift_code,
    }


def invoiced(bill: Bill) -> Decimal:
    """What the invoices that count ask for, net."""
    total: Decimal = bill.invoices.counted().aggregate(total=Sum("amount", default=ZERO))["total"]
    return total


def known_of(bill: Bill) -> dict[str, Any]:
    """The same, completed by what the seller's last invoice said."""
    known: dict[str, Any] = {
        "currency": bill.currency,
        "account_holder": bill.seller.company_name,
        "invoice_date": timezone.now().astimezone(ZONE).date(),
        **(bill.seller.invoices.values(*KEPT).first() or {}),
    }
    return {**known, **{name: value for name, value in expected_of(bill).items() if value}}


def facts_for(bill: Bill, given: Mapping[str, Any]) -> InvoiceFacts:
    """What is given, and for the rest what is known; what nobody knows is empty."""
    said = {name: value for name, value in given.items() if value is not None}
    known = {**known_of(bill), **said}
    return InvoiceFacts(**{name: known.get(name, "") for name in InvoiceFacts.__dataclass_fields__})


def facts_of(invoice: Invoice) -> InvoiceFacts:
    return InvoiceFacts(
        **{name: getattr(invoice, name) for name in InvoiceFacts.__dataclass_fields__}
    )


def checks_of(invoice: Invoice) -> Sequence[InvoiceCheck]:
    return invoice_checks(facts_of(invoice), expected_of(invoice.bill))
