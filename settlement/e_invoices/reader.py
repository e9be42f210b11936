"""An e-invoice as it is read, or refused with the term that is wrong (R8.3)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO
from settlement.bank_files.hardened_xml import Element, text_of
from settlement.rules.invoice_taxes import TaxedPart

from .files import invoice_of
from .syntaxes import SYNTAXES, Syntax
from .terms import refused

#: UNTDID 1001: what asks to be paid; credit notes, pro-forma and prepayment invoices do not.
INVOICES = frozenset({"80", "82", "326", "380", "383", "384", "388", "389", "393", "751", "935"})
CREDIT_NOTES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
)
SELF_BILLED = "389"

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Account:
    number: str
    holder: str
    swift_code: str


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What an invoice says of itself; a text that it does not say is empty."""

    syntax: str
    type_code: str
    number: str
    issued_on: date
    currency: str
    seller_name: str
    seller_vat: str
    buyer_name: str
    buyer_vat: str
    accounts: tuple[Account, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    prepaid: Decimal
    payable: Decimal
    taxes: tuple[TaxedPart, ...]


def read_e_invoice(data: bytes) -> EInvoice:
    """UBL 2.1, CII, or the PDF that carries it."""
    root = invoice_of(data)
    if root.tag == "CreditNote":
        raise refused("credit_note", _("this is a credit note, not an invoice."), "BT-3")
    if root.tag == "CrossIndustryDocument":
        detail = _("This is ZUGFeRD 1, older than EN 16931; send ZUGFeRD 2 or Factur-X.")
        raise refused("outdated_syntax", detail)
    if root.tag not in SYNTAXES:
        detail = _("The file is no e-invoice in UBL 2.1 or UN/CEFACT CII: it begins with %(root)s.")
        raise refused("unknown_syntax", detail % {"root": repr(str(root.tag)[:40])})
    return _Reader(root, SYNTAXES[root.tag]).read()


class _Reader:
    def __init__(self, root: Element, syntax: Syntax) -> None:
        self.root, self.syntax = root, syntax

    def read(self) -> EInvoice:
        self.currency = self._currency()
        net, gross = self._amount("BT-109"), self._amount("BT-112")
        # In the currency of the invoice; it may be said once more in that of the books.
        said = self.root.findall(self.syntax.terms["BT-110"])
        ours = [each for each in said if each.get("currencyID", self.currency) == self.currency]
        return EInvoice(
            syntax=self.syntax.name,
            type_code=self._type_code(),
            number=self._required("BT-1"),
            issued_on=self._day(),
            currency=self.currency,
            seller_name=self._required("BT-27"),
            seller_vat=self._text("BT-31") or self._text("BT-32"),
            buyer_name=self._required("BT-44"),
            buyer_vat=self._text("BT-48"),
            accounts=self._accounts(),
            net=net,
            tax=self._read_amount(ours[0] if ours else None, "BT-110", ZERO),
            gross=gross,
            prepaid=self._amount("BT-113", default=ZERO),
            payable=self._amount("BT-115"),
            taxes=self._taxes(),
        )

    def _text(self, term: str) -> str:
        said: Any = self.root.xpath(self.syntax.terms[term])
        texts = (" ".join((each.text or "").split()) for each in said)
        return next(filter(None, texts), "")

    def _required(self, term: str) -> str:
        text = self._text(term)
        if not text:
            raise refused("required", _("it is missing."), term)
        return text

    def _type_code(self) -> str:
        code = self._required("BT-3")
        if code in CREDIT_NOTES:
            raise refused("credit_note", _("this is a credit note, not an invoice."), "BT-3")
        if code not in INVOICES:
            detail = _("%(code)s is no kind of invoice that is paid.") % {"code": repr(code[:10])}
            raise refused("not_an_invoice", detail, "BT-3")
        return code

    def _currency(self) -> str:
        code = self._required("BT-5").upper()
        if not _CURRENCY.fullmatch(code):
            detail = _("%(text)s is no currency.") % {"text": repr(code[:10])}
            raise refused("no_currency", detail, "BT-5")
        return code

    def _day(self) -> date:
        text = self._required("BT-2")
        for form in ("%Y-%m-%d", "%Y%m%d"):
            try:
                return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day alone
            except ValueError:
                continue
        raise refused("no_day", _("%(text)s is no day.") % {"text": repr(text[:40])}, "BT-2")

    def _amount(self, term: str, default: Decimal | None = None) -> Decimal:
        return self._read_amount(self.root.find(self.syntax.terms[term]), term, default)

    def _read_amount(
        self, element: Element | None, term: str, default: Decimal | None = None
    ) -> Decimal:
        text = "" if element is None else (element.text or "").strip()
        if element is None or not text:
            if default is None:
                raise refused("required", _("it is missing."), term)
            return default
        if not _AMOUNT.fullmatch(text):
            detail = _("%(text)s is no amount.") % {"text": repr(text[:40])}
            raise refused("no_amount", detail, term)
        said = element.get("currencyID", self.currency)
        if said != self.currency:
            detail = _("it is in %(said)s, the invoice in %(currency)s.")
            detail %= {"said": said, "currency": self.currency}
            raise refused("other_currency", detail, term)
        return Decimal(text)

    def _taxes(self) -> tuple[TaxedPart, ...]:
        """Per rate: categories of one rate together; a category of nothing says nothing."""
        found: dict[Decimal, TaxedPart] = {}
        for group in self.root.findall(self.syntax.rates):
            said = {
                term: self._read_amount(group.find(path), term, ZERO if term == "BT-119" else None)
                for term, path in self.syntax.of_rate.items()
            }
            rate, net, tax = said["BT-119"] / _HUNDRED, said["BT-116"], said["BT-117"]
            if net or tax:
                earlier = found.get(rate, TaxedPart(rate, ZERO, ZERO))
                found[rate] = TaxedPart(rate, earlier.net + net, earlier.tax + tax)
        return tuple(found.values())

    def _accounts(self) -> tuple[Account, ...]:
        paths = self.syntax.of_account
        said = (
            Account(*(text_of(group, *paths[term]) for term in ("BT-84", "BT-85", "BT-86")))
            for group in self.root.findall(self.syntax.accounts)
        )
        return tuple(dict.fromkeys(account for account in said if account.number))
