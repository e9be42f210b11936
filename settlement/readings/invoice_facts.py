"""What is known of a seller that an invoice has to say, so that nobody types it again (R8.1)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koogallery.dates import cycle_label
from koogallery.kit.figures import money_text
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


def said_by(bill: Bill, known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an invoice for the bill has to say, in words; what is `known` of the seller filled in.

    What only its seller can say is asked for.
    """
    settled = {"cycle": cycle_label(bill.cycle), "number": bill.number}
    account = [
        (_("Account holder"), known.get("account_holder", "")),
        (_("Account number"), known.get("account_number", "")),
        (_("Bank"), known.get("bank_name", "")),
        (_("Bank address"), known.get("bank_address", "")),
        (_("SWIFT code"), known.get("swift_code", "")),
    ]
    asked = _("your certified bank account: holder, number, bank, address, SWIFT code")
    rows = [
        (_("Company"), known["company_name"]),
        (_("Your VAT number"), known.get("vat_number", "")),
        (_("Bill to"), known["bill_to"]),
        (_("Their address"), bill.issuer_address),
        (_("Their VAT number"), bill.issuer_tax_number),
        (pgettext("invoice", "For"), _("Settlement of %(cycle)s, bill %(number)s") % settled),
        (_("Net amount"), money_text(bill.net_payable, bill.currency)),
        (_("VAT"), _("per rate, as your tax law asks; it is paid on top of the net amount")),
        *(account if known.get("account_number") else [(_("Bank account"), asked)]),
        (_("Also"), _("your invoice No. and date, and your stamp or signature")),
    ]
    return [row for row in rows if row[1]]


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
