"""An invoice as UBL 2.1 by the rules of EN 16931 (R8.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from koogallery.kit.money import ZERO, format_amount
from settlement.rules.invoice_taxes import TaxedPart

from .reader import Account

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f"{UBL}Invoice-2"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"
GUIDELINE = "urn:cen.eu:en16931:2017"

#: UNTDID 4461: credit transfer. UN/ECE 20: one.
CREDIT_TRANSFER, ONE = "30", "C62"
STANDARD, EXEMPT = "S", "E"
SELLER, BUYER = "AccountingSupplierParty", "AccountingCustomerParty"
#: Of a tax number without the prefix of its country.
OTHER_TAX = "TAX"


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    country: str
    address: str = ""
    vat_number: str = ""
    identifier: str = ""

    @property
    def has_prefix(self) -> bool:
        """Only a number that begins with its country is a VAT number to EN 16931 (BR-CO-09)."""
        prefix = {"GR": "EL"}.get(self.country, self.country)
        return self.vat_number.upper().startswith(prefix)


@dataclass(frozen=True, slots=True)
class Written:
    """What the invoice says; `exemption` why a part at rate 0 is not taxed."""

    type_code: str
    number: str
    issued_on: date
    currency: str
    seller: Party
    buyer: Party
    buyer_reference: str
    period: tuple[date, date]
    item: str
    account: Account
    terms: str
    taxes: Sequence[TaxedPart]
    exemption: str = ""
    note: str = ""


def write_e_invoice(invoice: Written) -> bytes:
    return _Writer(invoice).write()


class _Writer:
    """The elements in the order of the schema."""

    def __init__(self, invoice: Written) -> None:
        self.invoice = invoice
        names: Any = {None: INVOICE, "cac": CAC, "cbc": CBC}
        self.root = etree.Element(f"{{{INVOICE}}}Invoice", nsmap=names)

    def write(self) -> bytes:
        said = self.invoice
        for name, text in (
            ("CustomizationID", GUIDELINE),
            ("ID", said.number),
            ("IssueDate", said.issued_on.isoformat()),
            ("InvoiceTypeCode", said.type_code),
            ("Note", said.note),
            ("DocumentCurrencyCode", said.currency),
            ("BuyerReference", said.buyer_reference),
        ):
            self._text(self.root, name, text)
        period = self._group(self.root, "InvoicePeriod")
        self._text(period, "StartDate", said.period[0].isoformat())
        self._text(period, "EndDate", said.period[1].isoformat())
        self._party(SELLER, said.seller)
        self._party(BUYER, said.buyer)
        self._payment()
        self._taxes()
        self._total()
        for place, part in enumerate(said.taxes, start=1):
            self._line(place, part)
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _group(self, parent: etree._Element, *names: str) -> etree._Element:
        for name in names:
            parent = etree.SubElement(parent, f"{{{CAC}}}{name}")
        return parent

    def _text(self, parent: etree._Element, name: str, text: str, **attributes: str) -> None:
        """What has nothing to say is left out: EN 16931 knows no empty elements."""
        if text:
            etree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = text

    def _amount(self, parent: etree._Element, name: str, amount: Decimal) -> None:
        currency = self.invoice.currency
        self._text(parent, name, format_amount(amount, currency), currencyID=currency)

    def _party(self, role: str, said: Party) -> None:
        party = self._group(self.root, role, "Party")
        if said.identifier:
            self._text(self._group(party, "PartyIdentification"), "ID", said.identifier)
        address = self._group(party, "PostalAddress")
        self._text(address, "StreetName", said.address)
        self._text(self._group(address, "Country"), "IdentificationCode", said.country)
        scheme = "VAT" if said.has_prefix else "" if role == BUYER else OTHER_TAX
        if said.vat_number and scheme:
            registered = self._group(party, "PartyTaxScheme")
            self._text(registered, "CompanyID", said.vat_number)
            self._text(self._group(registered, "TaxScheme"), "ID", scheme)
        legal = self._group(party, "PartyLegalEntity")
        self._text(legal, "RegistrationName", said.name)
        if not scheme:
            self._text(legal, "CompanyID", said.vat_number)

    def _payment(self) -> None:
        account = self.invoice.account
        means = self._group(self.root, "PaymentMeans")
        self._text(means, "PaymentMeansCode", CREDIT_TRANSFER)
        payee = self._group(means, "PayeeFinancialAccount")
        self._text(payee, "ID", account.number)
        self._text(payee, "Name", account.holder)
        self._text(self._group(payee, "FinancialInstitutionBranch"), "ID", account.swift_code)
        self._text(self._group(self.root, "PaymentTerms"), "Note", self.invoice.terms)

    def _taxes(self) -> None:
        total = self._group(self.root, "TaxTotal")
        self._amount(total, "TaxAmount", sum((part.tax for part in self.invoice.taxes), ZERO))
        for part in self.invoice.taxes:
            subtotal = self._group(total, "TaxSubtotal")
            self._amount(subtotal, "TaxableAmount", part.net)
            self._amount(subtotal, "TaxAmount", part.tax)
            reason = "" if part.rate else self.invoice.exemption
            self._category(self._group(subtotal, "TaxCategory"), part, reason)

    def _category(self, category: etree._Element, part: TaxedPart, reason: str = "") -> None:
        self._text(category, "ID", STANDARD if part.rate else EXEMPT)
        self._text(category, "Percent", f"{(part.rate * 100).normalize():f}")
        self._text(category, "TaxExemptionReason", reason)
        self._text(self._group(category, "TaxScheme"), "ID", "VAT")

    def _total(self) -> None:
        net = sum((part.net for part in self.invoice.taxes), ZERO)
        gross = sum((part.gross for part in self.invoice.taxes), ZERO)
        total = self._group(self.root, "LegalMonetaryTotal")
        self._amount(total, "LineExtensionAmount", net)
        self._amount(total, "TaxExclusiveAmount", net)
        self._amount(total, "TaxInclusiveAmount", gross)
        self._amount(total, "PayableAmount", gross)

    def _line(self, place: int, part: TaxedPart) -> None:
        line = self._group(self.root, "InvoiceLine")
        self._text(line, "ID", str(place))
        self._text(line, "InvoicedQuantity", "1", unitCode=ONE)
        self._amount(line, "LineExtensionAmount", part.net)
        item = self._group(line, "Item")
        self._text(item, "Name", self.invoice.item)
        self._category(self._group(item, "ClassifiedTaxCategory"), part)
        self._amount(self._group(line, "Price"), "PriceAmount", part.net)
