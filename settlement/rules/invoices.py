"""What a seller's invoice to Huawei has to say, and when it is due (R8.1)."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from koogallery.kit.errors import Violation
from koogallery.kit.figures import money_text
from koogallery.kit.language import gettext as _
from koogallery.kit.language import marked
from sellers.rules.bank_accounts import swift_code_violation

RULE = "R8.1"

#: What an invoice cannot lack: how it is called, and how long it may be.
TEXTS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "company_name": (marked("Company"), 200),
        "vat_number": (marked("VAT number"), 40),
        "account_number": (marked("Account number"), 50),
        "account_holder": (marked("Account holder"), 200),
        "bank_name": (marked("Bank"), 200),
        "bank_address": (marked("Address of the bank"), 300),
        "swift_code": (marked("SWIFT code"), 11),
        "invoice_no": (marked("Invoice No."), 60),
        "bill_to": (marked("Bill to"), 300),
    }
)


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What stands on an invoice, as its seller wrote it."""

    company_name: str
    vat_number: str
    account_number: str
    account_holder: str
    bank_name: str
    bank_address: str
    swift_code: str
    invoice_no: str
    invoice_date: date
    currency: str
    bill_to: str
    amount: Decimal


def tidied(facts: InvoiceFacts) -> InvoiceFacts:
    """Without blanks around its texts; codes of banks and currencies in capitals."""
    texts = {
        field.name: " ".join(value.split())
        for field in fields(facts)
        if isinstance(value := getattr(facts, field.name), str)
    }
    texts["swift_code"] = texts["swift_code"].replace(" ", "").upper()
    return InvoiceFacts(**texts, invoice_date=facts.invoice_date, amount=facts.amount)


def invoice_due(opened_on: date) -> date:
    """One month later: the same day, or the last of a shorter month (31 Jan → 28 or 29 Feb)."""
    year, month = divmod(opened_on.year * 12 + opened_on.month, 12)
    return date(year, month + 1, min(opened_on.day, monthrange(year, month + 1)[1]))


def invoice_violations(facts: InvoiceFacts, *, currency: str, today: date) -> list[Violation]:
    """Everything wrong with what a tidied invoice says; how much is asked is looked at apart."""
    found = [violation for name in TEXTS if (violation := _text_violation(facts, name))]
    if wrong := swift_code_violation(facts.swift_code, RULE):
        found.append(wrong)
    if facts.currency != currency:
        detail = _("The bill is in %(currency)s, so its invoices are, too.")
        detail %= {"currency": currency}
        found.append(Violation("currency", "other_currency", detail, RULE))
    if facts.invoice_date > today:
        detail = _("An invoice is not dated later than today.")
        found.append(Violation("invoice_date", "in_the_future", detail, RULE))
    return found


def _text_violation(facts: InvoiceFacts, name: str) -> Violation | None:
    text = getattr(facts, name)
    label, longest = TEXTS[name]
    if not text:
        detail = _("An invoice cannot do without: %(field)s.") % {"field": _(label)}
        return Violation(name, "required", detail, RULE)
    if len(text) > longest:
        detail = _("%(field)s: more than %(longest)s characters.")
        detail %= {"field": _(label), "longest": longest}
        return Violation(name, "too_long", detail, RULE)
    return None


def total_violation(
    amount: Decimal, left: Decimal, currency: str, *, more_follow: bool
) -> Violation | None:
    """`left` is what is still to be invoiced: all of it now, unless more invoices follow."""
    if amount > left or (amount < left and not more_follow):
        detail = _(
            "%(left)s of the bill is still to be invoiced; its invoices add up to exactly what is "
            "payable, to the cent."
        )
        detail %= {"left": money_text(left, currency)}
        return Violation("amount", "invoices_differ_from_net_payable", detail, RULE)
    return None


@dataclass(frozen=True, slots=True)
class InvoiceCheck:
    """Something an operator compares; `detail` says what was expected where it does not hold."""

    field: str
    label: str
    holds: bool
    detail: str = ""


def invoice_checks(facts: InvoiceFacts, expected: Mapping[str, str]) -> Sequence[InvoiceCheck]:
    """`expected` is what is certified of the seller, and to whom it bills; what is known of it."""
    labels = {
        "company_name": _("Company is the certified one"),
        "account_holder": _("Account holder is the company"),
        "vat_number": _("VAT number is the certified one"),
        "account_number": _("Account number is the certified one"),
        "swift_code": _("SWIFT code is the certified one"),
        "bill_to": _("Billed to the right company"),
    }
    wanted = {**expected, "account_holder": facts.company_name}
    return [
        InvoiceCheck(field, label, holds, "" if holds else wanted[field])
        for field, label in labels.items()
        if wanted.get(field)
        for holds in [same_signs(getattr(facts, field), wanted[field])]
    ]


def same_signs(one: str, other: str) -> bool:
    """Blanks, points and capitals make no other company, and no other account."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
