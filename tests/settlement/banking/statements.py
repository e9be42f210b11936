"""Statements as our bank would send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.paying_accounts import NUMBERS


@dataclass(frozen=True)
class Row:
    """One entry of a statement; negative went out."""

    amount: str
    end_to_end_id: str = "NOTPROVIDED"
    text: str = ""
    reason: str = ""
    reference: str = ""
    code: str = "PMNT"
    paid: str = ""
    charges: str = ""
    payment_information_id: str = ""
    is_reversal: bool = False

    def xml(self, currency: str, day: str) -> str:
        sign = "DBIT" if Decimal(self.amount) < 0 else "CRDT"
        amount, paid = self.amount.lstrip("-"), (self.paid or self.amount).lstrip("-")
        charges = f'<Chrgs><Amt Ccy="{currency}">{self.charges}</Amt></Chrgs>'
        returned = f"<RtrInf><Rsn><Cd>{self.reason}</Cd></Rsn></RtrInf>"
        batch = f"<PmtInfId>{self.payment_information_id}</PmtInfId>"
        return (
            f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"<RvslInd>{str(self.is_reversal).lower()}</RvslInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
            f"<AcctSvcrRef>{self.reference}</AcctSvcrRef>"
            f"<BkTxCd><Prtry><Cd>{self.code}</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs>"
            f"{batch if self.payment_information_id else ''}"
            f"<EndToEndId>{self.end_to_end_id}</EndToEndId></Refs>"
            f'<Amt Ccy="{currency}">{paid}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"{charges if self.charges else ''}<RmtInf><Ustrd>{self.text}</Ustrd></RmtInf>"
            f"{returned if self.reason else ''}</TxDtls></NtryDtls></Ntry>"
        )


def statement(
    *rows: Row,
    opening: str = "100000.00",
    currency: str = "USD",
    day: str = "2024-03-05",
    name: str = "1",
    account: str = "",
    off: str = "0",
) -> bytes:
    """A camt.053 of one day; `off` is by how much its closing is wrong."""
    closing = Decimal(opening) + sum((Decimal(row.amount) for row in rows), Decimal(off))
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{abs(amount)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if amount >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        for code, amount in (("OPBD", Decimal(opening)), ("CLBD", closing))
    )
    return _document("053", "BkToCstmrStmt", "Stmt", name, balances, rows, currency, day, account)


def notification(
    *rows: Row, currency: str = "USD", day: str = "2024-03-05", name: str = "N1"
) -> bytes:
    """A camt.054, which says no balances."""
    return _document("054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", name, "", rows, currency, day, "")


def _document(
    kind: str,
    message: str,
    element: str,
    name: str,
    balances: str,
    rows: Sequence[Row],
    currency: str,
    day: str,
    account: str,
) -> bytes:
    entries = "".join(row.xml(currency, day) for row in rows)
    number = account or NUMBERS[currency]
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{message}>'
        f"<{element}><Id>{name}</Id><Acct><Id><Othr><Id>{number}</Id></Othr></Id>"
        f"<Ccy>{currency}</Ccy></Acct>{balances}{entries}</{element}></{message}></Document>"
    ).encode()


def report(message_id: str, status: str, *, reason: str = "", end_to_end_id: str = "") -> bytes:
    """A pain.002 of a whole file, or of one payment in it."""
    said = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    group = "" if end_to_end_id else f"<GrpSts>{status}</GrpSts>{said}"
    payment = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message_id}</OrgnlPmtInfId><TxInfAndSts>"
        f"<OrgnlEndToEndId>{end_to_end_id}</OrgnlEndToEndId><TxSts>{status}</TxSts>{said}"
        "</TxInfAndSts></OrgnlPmtInfAndSts>"
    )
    return (
        "<Document><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{message_id}</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>"
        f"{payment if end_to_end_id else ''}</CstmrPmtStsRpt></Document>"
    ).encode()
