"""Money at the bank: paid month by month, refused and paid again, refused and waiting, in a batch.

Invoices are verified on the fourth working day after the run day, so that they are paid on the
ninth, and the bank's statement of the tenth says so.

Sellers of the demo are paid: a batch, its approvals, its file, and what the bank says (R8.2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from xml.sax.saxutils import escape

from django.utils import timezone

from koogallery.demo.acts import Act
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.desk import Desk
from koogallery.demo.stories.certifications import move_bank_account
from koogallery.duties import Duty
from koogallery.kit.money import ZERO, to_minor_unit
from koogallery.models import User
from koogallery.settlement_time import ZONE
from settlement.choices import UNDONE_PAYOUTS, BatchState, MovementKind, PayoutState
from settlement.models import BankStatement, DepositMovement, Payout, PayoutBatch, ReceivablePayment
from settlement.readings.payment_files import PayingAccount, paying_accounts
from settlement.services.banking.taking import take_statement
from settlement.services.payouts import outcomes
from settlement.services.payouts.batches import approve_batch, create_batch, due_payouts, send_batch

# The platform's bank in the demo: it answers our batches with pain.002 and camt.053 (R8.2).

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


def put_together(desk: Desk, *, by: date | None, sellers: Sequence[str] | None = None) -> object:
    """A batch a currency of what is to be paid by then."""
    return [
        create_batch(account.currency, by, sellers, actor=desk.first)
        for account in paying_accounts()
        if due_payouts(account.currency, by, sellers)[0]
    ]


def approve_batches(desk: Desk) -> object:
    """By as many as each needs, the second operator first."""
    others = User.objects.filter(is_staff=True).exclude(pk__in=[desk.first.pk, desk.second.pk])
    paying = [desk.second, *(each for each in others.order_by("pk") if each.may(Duty.PAY_OUT))]
    return [
        approve_batch(batch.number, actor=operator)
        for batch in PayoutBatch.objects.filter(state=BatchState.DRAFT).order_by("pk")
        for operator in paying[: batch.approvals_needed]
    ]


def send_batches(desk: Desk) -> object:
    approved = PayoutBatch.objects.filter(state=BatchState.APPROVED).order_by("pk")
    return [send_batch(batch.number, actor=desk.first) for batch in approved]


def bank_rejects(desk: Desk, *, reasons: Mapping[str, tuple[str, str]]) -> object:
    """Seller -> the bank's reason: ISO 20022, and its own words."""
    sent = Payout.objects.filter(state=PayoutState.SENT, seller__number__in=reasons)
    return [
        take_statement(rejection_of(payout, *reasons[payout.seller.number]), actor=desk.first)
        for payout in sent.select_related("seller", "batch").order_by("pk")
    ]


def bank_states(desk: Desk, *, day: date, unknown: Sequence[Movement] = ()) -> object:
    """Of a banking day, taken on the next; `unknown` is what nobody here expects."""
    day = min(day, timezone.now().astimezone(ZONE).date())
    files = list(statements_of(day, unknown))
    return [take_statement(file, actor=desk.first) for file in files]


def pay_again(desk: Desk, *, seller: str, reason: str) -> object:
    """What failed is planned once more, now that nothing stands in its way."""
    undone = Payout.objects.filter(seller__number=seller, state__in=UNDONE_PAYOUTS)
    return outcomes.pay_again(undone.latest("pk").number, reason, actor=desk.second)


PAYMENT = 9
#: The bill of the second month finds the account closed; the seller names another one.
CLOSED, CLOSED_AFTER = "S000004", 2
#: That of the fourth finds it blocked; the seller has not answered yet.
BLOCKED, BLOCKED_AFTER = "S000010", 4
REASONS = {
    CLOSED_AFTER: {CLOSED: ("AC04", "Closed at the request of its holder.")},
    BLOCKED_AFTER: {BLOCKED: ("AC06", "Blocked while the bank reviews it.")},
}
#: Nobody has found out yet whose it is.
UNKNOWN = Movement(
    Decimal("480.00"), "INV 88121 THANK YOU", "XU00088121", "Riverside Imaging Partners"
)


def payouts(calendar: Calendar) -> Iterator[Act]:
    """What sellers have paid in, as the bank says it the day after; then what they are paid."""
    for month, day in ((1, 3), (2, 3), (5, 24)):
        paid_in = {"day": calendar.at(month, day).date()}
        yield Act(calendar.at(month, day + 1, 8), bank_states, paid_in)
    for month in range(1, CLOSED_MONTHS):
        yield from _payment(calendar, month, PAYMENT)
    yield Act(calendar.latest, put_together, {"by": None, "sellers": ["S000012"]})
    yield from _repaired(calendar)


def _payment(calendar: Calendar, month: int, day: int) -> Iterator[Act]:
    """So many working days after the run day; the bank answers on the next two."""
    after = partial(calendar.after_closing, month)
    due = {"by": calendar.day_after_closing(month, day)}
    yield Act(after(day, 9, 20), put_together, due)
    yield Act(after(day, 11, 5), approve_batches, {})
    yield Act(after(day, 14, 40), send_batches, {})
    if day == PAYMENT and month in REASONS:
        yield Act(after(day + 1, 8, 15), bank_rejects, {"reasons": REASONS[month]})
    unknown = [UNKNOWN] if month == BLOCKED_AFTER else ()
    stated = {"day": calendar.day_after_closing(month, day + 1), "unknown": unknown}
    yield Act(after(day + 2, 8), bank_states, stated)


def _repaired(calendar: Calendar) -> Iterator[Act]:
    """A day after the bank's answer the seller asks for another account, which cools down.

    What failed is paid five banking days after it was planned again.
    """
    account = ("Siam Commercial Bank", "SICOTHBK", "TH", "4051882093")
    yield Act(
        calendar.after_closing(CLOSED_AFTER, PAYMENT + 2, 11, 30),
        move_bank_account,
        {"seller": CLOSED, "bank": account, "owner": "nok"},
    )
    why = "The seller has named another account, and it is approved."
    yield Act(
        calendar.after_closing(CLOSED_AFTER, PAYMENT + 4, 15),
        pay_again,
        {"seller": CLOSED, "reason": why},
    )
    yield from _payment(calendar, CLOSED_AFTER, PAYMENT + 9)
