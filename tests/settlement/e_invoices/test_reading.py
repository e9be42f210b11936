"""Every public sample is read right, or refused with its reason (R8.3)."""

from datetime import date
from decimal import Decimal

import pytest

from koogallery.kit.errors import InvalidInput
from settlement.e_invoices.reader import read_e_invoice
from tests.settlement.e_invoices.samples import SAMPLES, a_hybrid, a_paper, an_e_invoice, sample

GERMAN = "DE79000000001234567890"
DUTCH = ("NL57 RABO 0107307510", "NL03 INGB 0004489902")

#: number, day, currency, net, tax, gross, payable, seller's VAT number, accounts, rates
READ = {
    "01.01a-INVOICE_ubl.xml": (
        "123456XX", "2016-04-04", "EUR", "314.86", "22.04", "336.90", "336.90", "DE 123456789",
        (GERMAN,), {"0.07": "22.04"},
    ),
    "01.01a-INVOICE_uncefact.xml": (
        "123456XX", "2016-04-04", "EUR", "314.86", "22.04", "336.90", "336.90", "DE 123456789",
        (GERMAN,), {"0.07": "22.04"},
    ),
    "01.08a-INVOICE_ubl.xml": (
        "R123456789", "2016-01-18", "EUR", "2374.68", "451.19", "2825.87", "2825.87",
        "DE123456789", (GERMAN, "DE16000000002345678901", "DE03000000003456789012"),
        {"0.19": "451.19"},
    ),
    "01.17a-INVOICE_uncefact.xml": (
        "123456XX", "2016-04-04", "EUR", "314.86", "22.04", "336.90", "336.91", "DE 123456789",
        (GERMAN,), {"0.07": "22.04"},
    ),
    "03.03a-INVOICE_ubl.xml": (
        "0000123456", "2017-12-11", "EUR", "8980", "1706.20", "10686.20", "10686.20",
        "DE123456789", (), {"0.19": "1706.20"},
    ),
    "en16931-BIS3_Invoice_positive.xml": (
        "12345", "2019-01-25", "DKK", "625743.54", "156435.89", "782179.43", "782179.43",
        "DK12345678", ("1234567891234",), {"0.25": "156435.89"},
    ),
    "en16931-CII-BR-CO-10-RoundingIssue.xml": (
        "0", "2021-03-26", "EUR", "0", "0", "0", "0", "DE 123 456 789", ("IBAN",), {},
    ),
    "en16931-CII_business_example_Z.xml": (
        "2016166", "2015-01-09", "EUR", "11693.87", "0", "11693.87", "11693.87",
        "DE37/302/30168", ("DE12500105170648489890",), {"0": "0"},
    ),
    "en16931-CII_example1.xml": (
        "12115118", "2015-01-09", "EUR", "229.60", "20.73", "250.33", "250.33",
        "NL8200.98.395.B.01", DUTCH[:1], {"0.06": "10.99", "0.21": "9.74"},
    ),
    "en16931-CII_example5.xml": (
        "TOSL110", "2013-04-10", "DKK", "4000", "675", "4675", "2337.50", "NL16356706",
        ("DK1212341234123412", "A"), {"0.25": "375", "0.12": "300"},
    ),
    "en16931-XRechnung-O.xml": (
        "150377292", "2021-01-14", "EUR", "385544.60", "0", "385544.60", "385544.60", "XX", ("XX",),
        {"0": "0"},
    ),
    "en16931-guide-example1.xml": (
        "12115118", "2015-01-09", "EUR", "229.60", "20.73", "250.33", "250.33",
        "NL8200.98.395.B.01", DUTCH, {"0.06": "10.99", "0.21": "9.74"},
    ),
    "en16931-guide-example3.xml": (
        "TOSL108", "2013-04-10", "DKK", "900", "225", "1125", "1125", "DK16356706",
        ("DK1212341234123412",), {"0.25": "225"},
    ),
    "en16931-sample-discount-price.xml": (
        "test decimal 1", "2018-02-05", "EUR", "12.12", "3.03", "15.15", "15.15",
        "HR46830600751", (), {"0.25": "3.03"},
    ),
    "en16931-ubl-tc434-example1.xml": (
        "12115118", "2015-01-09", "EUR", "229.60", "20.73", "250.33", "250.33",
        "NL8200.98.395.B.01", DUTCH, {"0.06": "10.99", "0.21": "9.74"},
    ),
    "en16931-ubl-tc434-example2.xml": (
        "TOSL108", "2013-06-30", "NOK", "1436.50", "365.28", "1801.78", "801.78",
        "NO123456789MVA", ("NO9386011117947",), {"0.25": "365.13", "0.15": "0.15", "0": "0"},
    ),
    "mustang-selfbilled-01.20a.xml": (
        "1234567890", "2021-01-25", "EUR", "300", "57", "357", "357", "DE123456789",
        ("1234 5678 9012 3456 789022",), {"0.19": "57"},
    ),
}  # fmt: skip

REFUSED = {
    "en16931-ubl-tc434-creditnote1.xml": ("BT-3", "credit_note"),
    "mustang-zugferd_invoice.pdf": ("file", "outdated_syntax"),
}


def test_R8_3_every_sample_has_its_place_in_the_tables() -> None:
    files = {path.name for path in SAMPLES.iterdir() if path.suffix in {".xml", ".pdf"}}
    assert files == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_R8_3_a_sample_is_read_right(name: str) -> None:
    number, day, currency, net, tax, gross, payable, vat, accounts, rates = READ[name]
    read = read_e_invoice(sample(name))
    assert (read.number, read.issued_on, read.currency) == (
        number, date.fromisoformat(day), currency,
    )  # fmt: skip
    amounts = (read.net, read.tax, read.gross, read.payable)
    assert amounts == tuple(map(Decimal, (net, tax, gross, payable)))
    assert (read.seller_vat, tuple(each.number for each in read.accounts)) == (vat, accounts)
    assert {part.rate: part.tax for part in read.taxes} == {
        Decimal(rate): Decimal(amount) for rate, amount in rates.items()
    }
    assert read.seller_name
    assert read.buyer_name


def refusal(data: bytes) -> tuple[str, str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_e_invoice(data)
    return refused.value.field, refused.value.code, refused.value.rule


@pytest.mark.parametrize("name", REFUSED)
def test_R8_3_a_sample_is_refused_with_its_reason(name: str) -> None:
    assert refusal(sample(name)) == (*REFUSED[name], "R8.3")


def test_R8_3_a_hybrid_pdf_says_what_it_carries() -> None:
    xml = sample("01.01a-INVOICE_uncefact.xml")
    assert read_e_invoice(a_hybrid(xml)) == read_e_invoice(xml)


def test_R8_3_a_file_in_another_encoding_says_the_same() -> None:
    text = sample("01.01a-INVOICE_uncefact.xml").decode().replace("UTF-8", "utf-16")
    assert read_e_invoice(text.encode("utf-16")) == read_e_invoice(
        sample("01.01a-INVOICE_uncefact.xml")
    )


BOMB = "<!DOCTYPE b [" + "".join(
    f'<!ENTITY b{each + 1} "{f"&b{each};" * 10}">' for each in range(9)
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_document"),
        (b" \n", "empty_document"),
        (b"%PDF-1.7 broken", "unreadable_pdf"),
        (b"no invoice", "no_xml"),
        (b"<Invoice>", "no_xml"),
        (b"<Order/>", "unknown_syntax"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Invoice>&x;</Invoice>',
         "document_type"),
        (f"{BOMB}]><Invoice>&b9;</Invoice>".encode(), "document_type"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><Invoice/>'.encode("utf-16"),
         "document_type"),
        (b"<Invoice>" + b"x" * (50 * 1024 * 1024), "document_too_large"),
        (b"<a>" * 100_000, "no_xml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_R8_3_what_is_no_e_invoice_is_refused_before_anything_is_done(
    data: bytes, code: str
) -> None:
    assert refusal(data) == ("file", code, "R8.3")


def test_R8_3_a_pdf_that_carries_nothing_is_refused() -> None:
    assert refusal(a_paper()) == ("file", "no_invoice_in_pdf", "R8.3")


def test_R8_3_what_a_pdf_carries_is_refused_as_a_file_is() -> None:
    assert refusal(a_paper(b"<!DOCTYPE a><a/>")) == ("file", "document_type", "R8.3")
    assert refusal(a_paper(b" " * 20_000_000 + b"<a/>")) == ("file", "document_too_large", "R8.3")
    assert refusal(a_paper(b" " * 200_000_000)) == ("file", "unreadable_pdf", "R8.3")


@pytest.mark.parametrize(
    ("said", "term", "code"),
    [
        ({"number": ""}, "BT-1", "required"),
        ({"day": "soon"}, "BT-2", "no_day"),
        ({"day": "2026-02-30"}, "BT-2", "no_day"),
        ({"kind": "381"}, "BT-3", "credit_note"),
        ({"kind": "325"}, "BT-3", "not_an_invoice"),
        ({"kind": "386"}, "BT-3", "not_an_invoice"),
        ({"kind": ""}, "BT-3", "required"),
        ({"currency": "Dollar"}, "BT-5", "no_currency"),
        ({"seller": ""}, "BT-27", "required"),
        ({"buyer": " "}, "BT-44", "required"),
        ({"net": "1e3"}, "BT-109", "no_amount"),
        ({"gross": "NaN"}, "BT-112", "no_amount"),
        ({"payable": ""}, "BT-115", "required"),
        ({"percent": "nineteen"}, "BT-119", "no_amount"),
    ],
)
def test_R8_3_a_refusal_names_its_term(said: dict[str, str], term: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_e_invoice(an_e_invoice(**said))
    assert (refused.value.field, refused.value.code) == (term, code)
    assert refused.value.detail.startswith(f"{term} (")


def test_R8_3_an_amount_in_another_currency_is_refused() -> None:
    mixed = an_e_invoice().replace(
        b'<cbc:PayableAmount currencyID="USD">', b'<cbc:PayableAmount currencyID="EUR">'
    )
    assert refusal(mixed) == ("BT-115", "other_currency", "R8.3")
