"""Files as banks write them."""

from settlement.bank_files.reading import read
from settlement.bank_files.statements import Entry, Statement, StatusReport

ACCOUNT = "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>"


def balance(code: str, amount: str, sign: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{amount}</Amt>"
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def entry(
    amount: str, inner: str = "", *, sign: str = "CRDT", status: str = "<Cd>BOOK</Cd>"
) -> str:
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>2026-03-02</Dt></BookgDt>{inner}</Ntry>"
    )


def details(*transactions: str) -> str:
    each = "".join(f"<TxDtls>{transaction}</TxDtls>" for transaction in transactions)
    return f"<NtryDtls>{each}</NtryDtls>"


def camt(
    inner: str, *, message: str = "BkToCstmrStmt", name: str = "Stmt", version: int = 8
) -> str:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"><{message}>'
        f"<{name}><Id>S1</Id>{ACCOUNT}{inner}</{name}></{message}></Document>"
    )


def only(text: str | bytes) -> Statement:
    found = read(text.encode() if isinstance(text, str) else text)
    assert not isinstance(found, StatusReport)
    (statement,) = found
    return statement


def entries(*written: str) -> tuple[Entry, ...]:
    """Those of a notification, which has no balances to add up to."""
    inner = "".join(written)
    return only(camt(inner, message="BkToCstmrDbtCdtNtfctn", name="Ntfctn")).entries
