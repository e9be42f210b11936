"""E-invoices for a bill of the tests, as a seller's program writes them."""

from io import BytesIO
from pathlib import Path
from typing import Any

from facturx import generate_from_binary
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

SAMPLES = Path(__file__).parents[2] / "data" / "einvoice"

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{day}</cbc:IssueDate>
<cbc:InvoiceTypeCode>{kind}</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party>
<cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>{seller}</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
<cac:PartyLegalEntity><cbc:RegistrationName>{buyer}</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>
<cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="{currency}">{net}</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>{percent}</cbc:Percent></cac:TaxCategory>
</cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal>
<cbc:TaxExclusiveAmount currencyID="{currency}">{net}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="{currency}">{gross}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="{currency}">{payable}</cbc:PayableAmount>
</cac:LegalMonetaryTotal>
</Invoice>"""

SAYS = {
    "number": "EI-1",
    "day": "2026-02-09",
    "kind": "380",
    "currency": "USD",
    "vat": "SG 2012 3456 7",
    "seller": "Contoso Cloud",
    "buyer": "Sparkoo Technologies Singapore Pte. Ltd.",
    "account": "003-912345-6",
    "net": "1000.00",
    "percent": "9",
    "tax": "90.00",
    "gross": "1090.00",
    "payable": "1090.00",
}


def an_e_invoice(**said: str) -> bytes:
    return UBL.format(**SAYS | said).encode()


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def a_paper(carried: bytes | None = None) -> bytes:
    """A PDF of one empty page, and within it a file, deflated."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if carried is not None:
        content = DecodedStreamObject()
        content.set_data(carried)
        writer.add_attachment("factur-x.xml", b"")
        names: Any = writer.root_object["/Names"]
        specification = names["/EmbeddedFiles"]["/Names"][1].get_object()
        specification["/EF"][NameObject("/F")] = content.flate_encode()
    paper = BytesIO()
    writer.write(paper)
    return paper.getvalue()


def a_hybrid(xml: bytes) -> bytes:
    made: bytes = generate_from_binary(
        a_paper(), xml, check_xsd=False, check_schematron=False, level="en16931"
    )
    return made
