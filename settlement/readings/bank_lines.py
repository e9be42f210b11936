"""Whose a line in suspense may be, and why it is thought so: for people to decide (R8.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from koogallery.kit.figures import money_text
from koogallery.kit.money import ZERO
from koogallery.kit.names import plain_text
from sellers.models import Seller
from settlement.choices import LinePurpose, PayoutState, ReceivableState
from settlement.models import BankLine, Payout, Receivable

from .payouts import left_the_bank

#: Of one kind; more are no help.
MOST = 5
#: Of one kind, to choose from while one types.
MOST_OFFERED = 300

_OUT = (PayoutState.SENT, PayoutState.PAID)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`to` is what the line would be attributed to, as the act takes it."""

    to: str
    seller: Seller | None
    amount: Decimal
    reasons: tuple[str, ...]


def suggestions_for(line: BankLine) -> list[Suggestion]:
    """The likeliest first: those with the most reasons."""
    if line.amount < ZERO:
        found = [*_payouts(line), *_unknown(line)]
    else:
        found = [*_receipts(line), *_returns(line)]
    return sorted(found, key=lambda each: -len(each.reasons))[: 2 * MOST]


def all_open(line: BankLine) -> Iterator[tuple[str, str]]:
    """Whatever a line in its currency may be attributed to, as the act takes it, with its words."""
    is_out = line.amount < ZERO
    payouts = Payout.objects.with_names().filter(state__in=_OUT, currency=line.currency)
    told = left_the_bank(payouts) if is_out else payouts.filter(bank_lines__purpose="return")
    for payout in payouts.exclude(pk__in=told.values("pk")).order_by("-pk")[:MOST_OFFERED]:
        yield payout.number, _told(payout.amount, payout.currency, payout.seller)
    if is_out:
        came = BankLine.objects.in_suspense().filter(currency=line.currency, amount=-line.amount)
        for each in came.order_by("-pk")[:MOST_OFFERED]:
            yield each.number, money_text(each.amount, each.currency)
        yield "charges", _("Bank charges")
        return
    open_ = Receivable.objects.select_related("seller", "recovery")
    open_ = open_.filter(currency=line.currency, state=ReceivableState.OPEN)
    for receivable in open_.order_by("due_at")[:MOST_OFFERED]:
        outstanding = receivable.recovery.outstanding
        yield receivable.number, _told(outstanding, receivable.currency, receivable.seller)
    sellers = Seller.objects.filter(settlement_currency=line.currency, left_at=None)
    for seller in sellers.order_by("number")[:MOST_OFFERED]:
        yield f"deposit:{seller.number}", _("Deposit of %(seller)s") % {"seller": seller}


def _told(amount: Decimal, currency: str, seller: Seller) -> str:
    return _(", ").join([money_text(amount, currency), str(seller)])


def _payouts(line: BankLine) -> Iterator[Suggestion]:
    yield from _of_payouts(line, LinePurpose.PAYOUT)


def _returns(line: BankLine) -> Iterator[Suggestion]:
    yield from _of_payouts(line, LinePurpose.RETURN)


def _of_payouts(line: BankLine, purpose: LinePurpose) -> Iterator[Suggestion]:
    """What left is of the exact amount, and may have been said to have failed."""
    is_out, paid = purpose == LinePurpose.PAYOUT, abs(line.amount - line.charges)
    failed = Q(state=PayoutState.FAILED, sent_at__isnull=False) if is_out else Q(pk=None)
    part = Q(pk=None) if is_out else Q(number__in=_said(line).split(), amount__gt=paid)
    expected = Payout.objects.with_names().filter(
        Q(state__in=_OUT) | failed, Q(amount=paid) | part, currency=line.currency
    )
    told = left_the_bank(expected) if is_out else expected.filter(bank_lines__purpose=purpose)
    for payout in expected.exclude(pk__in=told.values("pk")).order_by("pk")[:MOST]:
        is_whole = payout.amount == paid
        reasons = [_("the same amount") if is_whole else _("all but what banks may have kept")]
        if payout.state == PayoutState.FAILED:
            reasons.append(_("it was said to have failed"))
        if payout.number in _said(line):
            reasons.append(_("it is named"))
        account = payout.bank_account
        if account and plain_text(account.account_number) == plain_text(line.counterparty_account):
            reasons.append(_("the same bank account"))
        reasons += _same_name(line, payout.seller)
        yield Suggestion(payout.number, payout.seller, payout.amount, tuple(reasons))


def _unknown(line: BankLine) -> Iterator[Suggestion]:
    """What came in, is nobody's, and may have gone back to its payer by this line."""
    came = BankLine.objects.in_suspense().filter(
        currency=line.currency, amount=-line.amount, charges=0, booked_on__lte=line.booked_on
    )
    for each in came.order_by("pk")[:MOST] if not line.charges else ():
        reasons = [_("the same amount came in")]
        account = plain_text(each.counterparty_account)
        if account and account == plain_text(line.counterparty_account):
            reasons.append(_("the same bank account"))
        yield Suggestion(each.number, None, each.amount, tuple(reasons))


def _receipts(line: BankLine) -> Iterator[Suggestion]:
    """What its payer owes first, then the deposit of whoever seems to be the payer."""
    paid = line.amount - line.charges
    open_ = Receivable.objects.select_related("seller", "recovery").filter(
        Q(recovery__outstanding=paid) | Q(seller__in=_payers(line)),
        currency=line.currency,
        state=ReceivableState.OPEN,
        recovery__outstanding__gte=paid,
    )
    for receivable in open_.order_by("due_at")[:MOST]:
        outstanding = receivable.recovery.outstanding
        told = money_text(outstanding, receivable.currency)
        reasons = [_("%(outstanding)s is open") % {"outstanding": told}]
        if outstanding == paid:
            reasons.append(_("the same amount"))
        reasons += _same_name(line, receivable.seller)
        yield Suggestion(receivable.number, receivable.seller, paid, tuple(reasons))
    for seller in _payers(line)[:MOST]:
        reasons = _same_name(line, seller)
        if seller.number in _said(line):
            reasons.append(_("the seller is named"))
        yield Suggestion(f"deposit:{seller.number}", seller, paid, tuple(reasons))


def _payers(line: BankLine) -> list[Seller]:
    """Sellers whose name or number the line says; in another currency none can have it."""
    name = line.counterparty_name
    named = Q(company_name__contains_name=name) if plain_text(name) else Q(pk=None)
    words = {word.strip(".,;:()") for word in _said(line).split()}
    sellers = Seller.objects.filter(settlement_currency=line.currency)
    return list(sellers.filter(named | Q(number__in=words)).order_by("pk")[:MOST])


def _same_name(line: BankLine, seller: Seller) -> list[str]:
    name = plain_text(line.counterparty_name)
    return [_("the same name")] if name and name in plain_text(seller.company_name) else []


def _said(line: BankLine) -> str:
    return f"{line.end_to_end_id} {line.text}".upper()
