"""Files that mean harm, or are broken: refused, whatever else they hold."""

import time
from pathlib import Path

import pytest

from koogallery.kit.errors import InvalidInput
from settlement.bank_files.reading import read

from .files import balance, camt, only

PLAIN = camt(balance("OPBD", "10.00"))


def refusal_of(data: bytes) -> str:
    with pytest.raises(InvalidInput) as refusal:
        read(data)
    assert refusal.value.rule == "R8.2"
    return refusal.value.code


def with_doctype(declarations: str, inner: str = "") -> str:
    return f'<?xml version="1.0"?><!DOCTYPE a [{declarations}]>{PLAIN.replace("S1", inner or "S1")}'


LAUGHS = '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        with_doctype(""),
        with_doctype('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;"),
        with_doctype('<!ENTITY x SYSTEM "http://169.254.169.254/">', "&x;"),
        with_doctype('<!ENTITY % x SYSTEM "http://127.0.0.1/a.dtd"> %x;'),
        with_doctype(LAUGHS, "&l9;"),
        with_doctype(f'<!ENTITY q "{"q" * 60_000}">', "&q;" * 50_000),
        f'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">{PLAIN}',
    ],
    ids=["doctype", "file", "network", "parameter", "laughs", "quadratic", "external"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_R8_2_a_document_type_is_refused_in_any_encoding(text: str, encoding: str) -> None:
    declared = text.replace('<?xml version="1.0"?>', "")
    assert refusal_of(declared.encode(encoding)) == "document_type"


def test_R8_2_fifty_megabytes_are_refused_unread() -> None:
    began = time.process_time()
    assert refusal_of(PLAIN.encode() + b" " * 50_000_000) == "too_large"
    assert time.process_time() - began < 1


def test_R8_2_a_file_of_blanks_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    assert only(PLAIN + " " * 9_000_000).reference == "S1"
    assert time.process_time() - began < 20


def test_R8_2_a_flood_of_elements_is_refused() -> None:
    assert refusal_of(b"<a>" + b"<b/>" * 3_100_000 + b"</a>") == "too_many_elements"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\x00\x01\x02", "no_xml"),
        (b"PK\x03\x04", "no_xml"),
        (b"%PDF-1.7", "no_xml"),
        (b"{}", "no_xml"),
        (b"<Document>", "no_xml"),
        (b"<a>" * 300 + b"</a>" * 300, "no_xml"),
        (b"<Document/>", "unknown_message"),
        (b"<BkToCstmrStmt/>", "no_statement"),
        (PLAIN.replace("</Document>", "<CstmrPmtStsRpt/></Document>").encode(), "several_messages"),
        (b"<CstmrPmtStsRpt><GrpHdr/></CstmrPmtStsRpt>", "no_status"),
        (b'<?xml version="1.0" encoding="punycode"?><a/>', "unknown_encoding"),
        (b'<?xml version="1.0" encoding="bz2"?><a/>', "unknown_encoding"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "unknown_encoding"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>', "wrong_encoding"),
    ],
)
def test_R8_2_what_is_no_bank_file_is_refused(data: bytes, code: str) -> None:
    assert refusal_of(data) == code


def test_R8_2_the_name_of_a_file_is_no_statement(tmp_path: Path) -> None:
    """The library for MT940 opens a file whose name is the text it is given."""
    secret = tmp_path / ":20:"
    secret.write_text(":20:X\n:25:1\n:60F:C260302EUR1,00\n:62F:C260302EUR1,00\n")
    with pytest.raises(InvalidInput):
        read(b":20:")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16", "gb18030", "utf-8"])
def test_R8_2_a_declared_encoding_is_honoured(encoding: str) -> None:
    text = PLAIN.replace("S1", "Überweisung")
    data = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert only(data).reference == "Überweisung"


@pytest.mark.parametrize("many", ["statements", "payments"])
def test_R8_2_many_of_anything_cost_no_more_than_their_number(many: str) -> None:
    """Each once looked for its place in the file, which counts what lies before it."""
    account = "<Acct><Id><IBAN>1</IBAN></Id><Ccy>USD</Ccy></Acct>"
    parts = '<TxDtls><Amt Ccy="USD">0</Amt></TxDtls>' * 20_000
    entry = (
        '<Ntry><Amt Ccy="USD">1</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<NtryDtls>{parts}</NtryDtls></Ntry>"
    )
    inside = (
        f"<Ntfctn>{account}</Ntfctn>" * 20_000
        if many == "statements"
        else f"<Ntfctn>{account}{entry}</Ntfctn>"
    )
    message = f"<Document><BkToCstmrDbtCdtNtfctn>{inside}</BkToCstmrDbtCdtNtfctn></Document>"
    began = time.process_time()
    assert read(message.encode())
    assert time.process_time() - began < 15
