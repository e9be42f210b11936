"""The platform's bank in the demo: it answers our batches with pain.002 and camt.053 (R8.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from koogallery.kit.money import ZERO, to_minor_unit
from settlement.choices import MovementKind, PayoutState
from settlement.models import BankStatement, DepositMovement, Payout, ReceivablePayment
from settlement.readings.payment_files import PayingAccount, paying_accounts

#: What lies on each account before the first statement.
FIRST_OPENING = {
    "USD": Decimal(1_250_000),
    "EUR": Decimal(640_000),
    "SGD": Decimal(180_000),
    "JPY": Decimal(42_000_000),
}
#: What the bank takes for a payment.
CHARGE = {"USD": Decimal("4.50"), "EUR": Decimal("0.20"), "SGD": Decimal(2), "JPY": Decimal(300)}


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry of a statement; negative went out. `family` is its code in ISO 20022."""

    amount: Decimal
    text: str
    reference: str
    name: str = ""
    end_to_end_id: str = "NOTPROVIDED"
    family: str = "PMNT"

    def xml(self, currency: str, day: date) -> str:
        sign, party = ("DBIT", "Cdtr") if self.amount < ZERO else ("CRDT", "Dbtr")
        amount = f'<Amt Ccy="{currency}">{abs(self.amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        parties = f"<{party}><Pty><Nm>{escape(self.name)}</Nm></Pty></{party}>"
        return (
            f"<Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{self.reference}</AcctSvcrRef>"
            f"<BkTxCd><Prtry><Cd>{self.family}</Cd></Prtry></BkTxCd><NtryDtls><TxDtls>"
            f"<Refs><EndToEndId>{self.end_to_end_id}</EndToEndId></Refs>{amount}"
            f"{f'<RltdPties>{parties}</RltdPties>' if self.name else ''}"
            f"<RmtInf><Ustrd>{escape(self.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )


def statements_of(day: date, unknown: Sequence[Movement] = ()) -> Iterator[bytes]:
    """A camt.053 of each account on which something moved; what nobody expects is in US dollars."""
    for account in paying_accounts():
        currency = account.currency
        moved = [*_paid(currency), *_received(currency), *(unknown if currency == "USD" else ())]
        if moved:
            yield _statement(account, day, [*moved, *_charges(currency, moved)])


def rejection_of(payout: Payout, code: str, detail: str) -> bytes:
    """A pain.002: the bank does not carry this payment out."""
    assert payout.batch, "what was sent is in a batch"
    batch = payout.batch.number
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>ST-{payout.number}</MsgId></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId><TxInfAndSts>"
        f"<OrgnlEndToEndId>{payout.end_to_end_id}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf>"
        f"<Rsn><Cd>{code}</Cd></Rsn><AddtlInf>{escape(detail)}</AddtlInf></StsRsnInf>"
        "</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def _paid(currency: str) -> Iterator[Movement]:
    sent = Payout.objects.filter(currency=currency, state=PayoutState.SENT).with_names()
    for payout in sent.order_by("pk"):
        yield Movement(
            -payout.amount,
            f"Settlement {payout.number}",
            f"XB{payout.pk:08}",
            payout.seller.company_name,
            payout.end_to_end_id,
        )


def _received(currency: str) -> Iterator[Movement]:
    """What people have recorded as received since the last statement."""
    top_ups = DepositMovement.objects.filter(
        kind=MovementKind.TOP_UP, seller__settlement_currency=currency, bank_line=None
    )
    payments = ReceivablePayment.objects.filter(receivable__currency=currency, bank_line=None)
    for top_up in top_ups.select_related("seller").order_by("pk"):
        name = top_up.seller.company_name
        yield Movement(top_up.change, top_up.reference, f"XT{top_up.pk:08}", name)
    for payment in payments.select_related("seller").order_by("pk"):
        name = payment.seller.company_name
        yield Movement(payment.amount, payment.reference, f"XR{payment.pk:08}", name)


def _charges(currency: str, moved: Sequence[Movement]) -> Iterator[Movement]:
    if paid := sum(each.amount < ZERO for each in moved):
        yield Movement(-paid * CHARGE[currency], f"{paid} payments", "", family="CHRG")


def _statement(account: PayingAccount, day: date, moved: Sequence[Movement]) -> bytes:
    currency = account.currency
    earlier = BankStatement.objects.filter(account=account.number, currency=currency)
    last = earlier.exclude(closing=None).order_by("closed_on", "pk").last()
    opening = last.closing if last and last.closing is not None else FIRST_OPENING[currency]
    closing = opening + sum((each.amount for each in moved), ZERO)
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{to_minor_unit(abs(amount), currency)}</Amt>'
        f"<CdtDbtInd>{'DBIT' if amount < ZERO else 'CRDT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    entries = "".join(each.xml(currency, day) for each in moved)
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<Stmt><Id>{currency}-{day:%Y%m%d}</Id><Acct><Id><Othr><Id>{account.number}</Id></Othr>"
        f"</Id><Ccy>{currency}</Ccy></Acct>{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()
