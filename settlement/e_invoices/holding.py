"""An e-invoice held against its bill: what is equal, what differs, what cannot be (R8.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from koogallery.kit.errors import Violation
from koogallery.kit.figures import money_text
from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO
from settlement.rules.invoice_taxes import TaxedPart, tax_violations
from settlement.rules.invoices import same_signs

from .reader import SELF_BILLED, Account, EInvoice
from .terms import named, wrong


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the bill wants; what is not known of the seller is empty."""

    currency: str
    left: Decimal
    more_follow: bool
    buyer_name: str
    buyer_vat: str
    seller_name: str
    seller_vat: str
    account: Account
    today: date


@dataclass(frozen=True, slots=True)
class Compared:
    """One term of the invoice beside what was expected; `refusal` where it cannot be."""

    term: str
    said: str
    expected: str
    refusal: Violation | None = None

    @property
    def label(self) -> str:
        return named(self.term)

    @property
    def holds(self) -> bool:
        return self.refusal is None and (not self.expected or same_signs(self.said, self.expected))


def hold(invoice: EInvoice, awaited: Awaited) -> Sequence[Compared]:
    """Every term in the order of the paper."""
    return [
        _kind(invoice),
        _day(invoice, awaited),
        _currency(invoice, awaited),
        Compared("BT-27", invoice.seller_name, awaited.seller_name),
        Compared("BT-31", invoice.seller_vat, awaited.seller_vat),
        *_buyer(invoice, awaited),
        *_account(invoice, awaited.account),
        *_money(invoice, awaited),
    ]


def refusals(compared: Sequence[Compared]) -> list[Violation]:
    return [each.refusal for each in compared if each.refusal]


def paid_to(invoice: EInvoice, certified: Account) -> Account | None:
    """Of several accounts the certified one, else the first."""
    for account in invoice.accounts:
        if same_signs(account.number, certified.number):
            return account
    return invoice.accounts[0] if invoice.accounts else None


def facts_of(invoice: EInvoice, certified: Account) -> dict[str, Any]:
    """What an invoice of ours takes over; what the file does not say is left to what is known."""
    account = paid_to(invoice, certified) or Account("", "", "")
    said = {
        "invoice_no": invoice.number,
        "invoice_date": invoice.issued_on,
        "currency": invoice.currency,
        "amount": invoice.net,
        "company_name": invoice.seller_name,
        "vat_number": invoice.seller_vat,
        "bill_to": invoice.buyer_name,
        "account_number": account.number,
        "account_holder": account.holder,
        "swift_code": account.swift_code,
    }
    return {name: value for name, value in said.items() if value != ""}


#: Which term of the file says what of an invoice of ours.
TERM_OF: Mapping[str, str] = {
    "invoice_no": "BT-1",
    "invoice_date": "BT-2",
    "currency": "BT-5",
    "amount": "BT-109",
    "company_name": "BT-27",
    "vat_number": "BT-31",
    "bill_to": "BT-44",
    "account_number": "BT-84",
    "account_holder": "BT-85",
    "swift_code": "BT-86",
    "taxes": "BG-23",
}


def contradictions(
    facts: Mapping[str, Any], taxes: Sequence[TaxedPart], given: Mapping[str, Any]
) -> list[Violation]:
    """Where somebody says otherwise than the file that goes with it."""
    said = {**facts, "taxes": _sorted(taxes)}
    found = []
    for name, value in said.items():
        other = given.get(name)
        other = _sorted(other) if name == "taxes" and other else other
        if other and not _same_value(value, other):
            detail = _("%(term)s of the e-invoice says: %(said)s.")
            shown = {"term": named(TERM_OF[name]), "said": _shown(value)}
            found.append(Violation(name, "differs_from_e_invoice", detail % shown, "R8.3"))
    return found


def _sorted(taxes: Sequence[TaxedPart]) -> list[TaxedPart]:
    return sorted(taxes, key=lambda part: part.rate)


def _same_value(one: Any, other: Any) -> bool:
    if isinstance(one, str):
        return " ".join(one.split()) == " ".join(str(other).split())
    return bool(one == other)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(f"{part.rate:f}: {part.net:f} + {part.tax:f}" for part in value)
    return str(value)


def _kind(invoice: EInvoice) -> Compared:
    refusal = None
    if invoice.type_code == SELF_BILLED:
        detail = _("a self-billed invoice is issued by the platform itself, with your consent.")
        refusal = wrong("self_billed_elsewhere", detail, "BT-3")
    return Compared("BT-3", invoice.type_code, "", refusal)


def _day(invoice: EInvoice, awaited: Awaited) -> Compared:
    refusal = None
    if invoice.issued_on > awaited.today:
        refusal = wrong("in_the_future", _("An invoice is not dated later than today."), "BT-2")
    return Compared("BT-2", invoice.issued_on.isoformat(), "", refusal)


def _currency(invoice: EInvoice, awaited: Awaited) -> Compared:
    refusal = None
    if invoice.currency != awaited.currency:
        detail = _("it is %(said)s; the bill is in %(expected)s.")
        detail %= {"said": invoice.currency, "expected": awaited.currency}
        refusal = wrong("other_currency", detail, "BT-5")
    return Compared("BT-5", invoice.currency, awaited.currency, refusal)


def _buyer(invoice: EInvoice, awaited: Awaited) -> Iterator[Compared]:
    """By the VAT number where both say one, else by the name."""
    numbers = invoice.buyer_vat and awaited.buyer_vat
    is_ours = (
        same_signs(invoice.buyer_vat, awaited.buyer_vat)
        if numbers
        else same_signs(invoice.buyer_name, awaited.buyer_name)
    )
    said, expected = (
        (invoice.buyer_vat, awaited.buyer_vat)
        if numbers
        else (invoice.buyer_name, awaited.buyer_name)
    )
    refusal = None
    if not is_ours:
        detail = _("it says “%(said)s”; the bill is to be invoiced to “%(expected)s”.")
        detail %= {"said": said, "expected": expected}
        refusal = wrong("other_buyer", detail, "BT-48" if numbers else "BT-44")
    yield Compared("BT-44", invoice.buyer_name, awaited.buyer_name, None if numbers else refusal)
    if awaited.buyer_vat:
        yield Compared("BT-48", invoice.buyer_vat, awaited.buyer_vat, refusal if numbers else None)


def _account(invoice: EInvoice, certified: Account) -> Iterator[Compared]:
    account = paid_to(invoice, certified)
    if account:
        yield Compared("BT-84", account.number, certified.number)
        if account.holder:
            yield Compared("BT-85", account.holder, certified.holder)
        if account.swift_code:
            yield Compared("BT-86", account.swift_code, certified.swift_code)


def _money(invoice: EInvoice, awaited: Awaited) -> Iterator[Compared]:
    currency = awaited.currency
    if invoice.currency != currency:
        return
    is_part = awaited.more_follow and 0 < invoice.net <= awaited.left
    left = invoice.net if is_part else awaited.left
    detail = _("it is %(said)s; %(expected)s of the bill is still to be invoiced.")
    yield _amounts(
        invoice.net, left, currency, wrong("invoices_differ_from_net_payable", detail, "BT-109")
    )
    detail = _("it is %(said)s; the invoice's own figures make %(expected)s.")
    taxed = sum((part.tax for part in invoice.taxes), ZERO)
    yield _amounts(invoice.tax, taxed, currency, wrong("totals_differ", detail, "BT-110"))
    for violation in tax_violations(invoice.taxes, invoice.net, currency):
        yield Compared("BG-23", "", "", wrong(violation.code, violation.detail, "BG-23"))
    total = invoice.net + invoice.tax
    yield _amounts(invoice.gross, total, currency, wrong("totals_differ", detail, "BT-112"))
    detail = _("it is %(said)s; what is paid is the total with VAT, %(expected)s.")
    refusal = wrong("paid_otherwise", detail, "BT-115")
    yield _amounts(invoice.payable, invoice.gross, currency, refusal)


def _amounts(said: Decimal, expected: Decimal, currency: str, refusal: Violation) -> Compared:
    """`refusal` where they differ, its detail still without the two."""
    shown = {"said": money_text(said, currency), "expected": money_text(expected, currency)}
    told = replace(refusal, detail=refusal.detail % shown) if said != expected else None
    return Compared(refusal.field, shown["said"], shown["expected"], told)
