"""A person says whose money a line in suspense is (R8.2): one alone, or two from the limit on."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act_of_two
from koogallery.approvals import Facts
from koogallery.asks import Asks, Line, Prose
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.kit.figures import money_text
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO, format_amount
from koogallery.kit.seen import Fact, money
from koogallery.models import ApprovalRequest, User
from koogallery.second_person import NeedsSecondPerson, approval_under_way, is_rehearsal
from sellers.models import Seller
from settlement.bank_files.mt940_details import NARRATIVE
from settlement.choices import (
    LinePurpose,
    LineReason,
    LineState,
    MoneyAct,
    MovementKind,
    PayoutState,
)
from settlement.models import BankLine, Bill, Payout
from settlement.readings.payouts import left_the_bank, paid_instead_by
from settlement.services.authorisations import Moved, authorise
from settlement.services.bills.adjustments import record_adjustment
from settlement.services.deposits import move_deposit
from settlement.services.payouts.outcomes import (
    PAYOUTS,
    record_paid,
    record_undone,
    require_owed_then,
    take_back_undone,
)
from settlement.services.recoveries.receivables import RECEIVABLES, pay_receivable
from settlement.services.validation import require_text

from .accounts import RULE
from .booking import instant_of, takes_two_as_said
from .lines import post_cleared
from .matching import Match

LINES = BankLine.objects.with_names()
BILLS = Bill.objects.select_related("seller")
CHARGES = "charges"
_LINE = "BL"
_BILL = "B2"
_DEPOSIT = "deposit:"


def what_it_is(request: ApprovalRequest) -> Facts:
    """What a second person is shown: what the bank said, and whose the first one says it is."""
    line = LINES.get(number=request.object_number)
    yield Fact("amount", money(line.amount, line.currency))
    yield Fact("booked_on", line.booked_on.isoformat())
    yield Fact("counterparty", line.counterparty_name)
    yield Fact("text", line.text)
    yield Fact("to", str(request.arguments["to"]))
    yield Fact("state", line.state)


@act_of_two(
    "attribute",
    LINES,
    TwoPeople("bank_line", gettext_lazy("Attribute a bank line"), what_it_is),
    by=Who(Duty.RECORD_PAYMENTS),
    rule=RULE,
    to=LineState.ATTRIBUTED,
    in_person=True,
    asks=Asks(
        "AttributionInput",
        (
            Line(
                name="to",
                label=gettext_lazy("Attributed to"),
                help=gettext_lazy(
                    "Number of a payout, of a receivable or of the line that went back to its "
                    "payer, deposit:S000001, or charges; of a bill to settle it with the next one."
                ),
                rule=RULE,
                among="candidates",
            ),
            Prose(
                name="comment", label=gettext_lazy("Comment"), help=gettext_lazy("How it is known.")
            ),
        ),
    ),
    said=Said(
        label=gettext_lazy("Attribute"),
        question=gettext_lazy("Whose money is this?"),
        consequence=gettext_lazy("It leaves suspense; each line is attributed once."),
        done=gettext_lazy("The line is attributed."),
        is_final=True,
    ),
)
def attribute_line(line: BankLine, to: str, comment: str, *, actor: User) -> BankLine:
    """To a payout, a receivable, a deposit, what the bank charges, what went back, or a bill.

    A payout left or came back by it; what is missing of one that came back, banks have kept. What
    went back to its payer is named by the line that came in. What is of a bill, and of no payout as
    a whole (it was paid twice, a part came back), is settled with the seller's next one.
    """
    comment = require_text("comment", comment, rule=RULE)
    try:
        columns = _kind_of(to)(line, to, comment, actor)
        _require_two_for_charges(line, columns, actor)
    except NotFound as missing:
        raise NotFound(missing.detail, rule=RULE, field="to") from None
    except NeedsSecondPerson as need:
        need.about = ("bank line", line.number)
        raise
    _leave_suspense(line, comment, actor, **columns)
    if line.sends_back:  # after the line that names it
        _leave_suspense(line.sends_back, comment, actor, purpose=LinePurpose.SENT_BACK)
        _record(line.sends_back, line.number, comment, actor)
    post_cleared(line, Match(LineReason.BY_HAND))
    _record(line, to, comment, actor)
    return line


def _leave_suspense(line: BankLine, comment: str, actor: User, **columns: Any) -> None:
    line.move_to(
        LineState.ATTRIBUTED,
        reason=LineReason.BY_HAND,
        attributed_by=actor,
        attributed_at=timezone.now(),
        comment=comment,
        **columns,
    )


def _kind_of(to: str) -> Callable[[BankLine, str, str, User], dict[str, Any]]:
    if to == CHARGES:
        return _to_charges
    if to.startswith(_DEPOSIT):
        return _to_deposit
    if to.startswith(_LINE):
        return _to_payer
    if to.startswith(_BILL):
        return _to_next_bill
    return _to_receivable if to.startswith("RV") else _to_payout


def _to_payout(line: BankLine, to: str, comment: str, actor: User) -> dict[str, Any]:
    payout, paid = PAYOUTS.held(to, actor=actor), line.amount - line.charges
    _require(line, payout.currency, payout.amount == -paid or ZERO < paid <= payout.amount)
    purpose = LinePurpose.PAYOUT if line.amount < ZERO else LinePurpose.RETURN
    ours = Payout.objects.filter(pk=payout.pk)
    is_out = purpose == LinePurpose.PAYOUT
    came_back = ours.filter(bank_lines__purpose=LinePurpose.RETURN).exists()
    told = left_the_bank(ours).exists() if is_out else came_back
    is_expected = payout.state in {PayoutState.SENT, PayoutState.PAID}
    if is_out and payout.sent_at:
        is_expected |= payout.state == PayoutState.FAILED or came_back
    if told or not is_expected:
        raise Conflict(
            _("%(payout)s is %(state)s; no such line is expected for it.")
            % {"payout": payout.number, "state": payout.state_label},
            code="not_expected",
            rule=RULE,
            field="to",
        )
    about = ("payout", payout.number)
    moved = Moved(
        MoneyAct.ATTRIBUTION, line.number, payout.seller, payout.amount, payout.currency, about
    )
    authorise(moved, actor=actor)
    if purpose == LinePurpose.RETURN:
        record_undone(payout, line.return_reason[:10] or NARRATIVE, comment, actor=actor)
    elif payout.state == PayoutState.FAILED and not came_back:
        _require_paid_by_no_other(payout)
        take_back_undone(payout, comment, actor=actor)
    if is_out and payout.state == PayoutState.SENT:
        require_owed_then(payout, instant_of(line.booked_on))
        record_paid(payout, instant_of(line.booked_on), line.bank_reference)
    return {"purpose": purpose, "payout": payout, "seller": payout.seller}


def _require_paid_by_no_other(payout: Payout) -> None:
    """What was said to have failed has left. Paid twice, it is settled with the next bill."""
    if others := paid_instead_by(payout):
        raise Conflict(
            _(
                "%(others)s pays what %(payout)s was to pay. Record it as failed while it is "
                "planned; else name the bill, and the next one settles what was paid twice."
            )
            % {"others": _(", ").join(map(str, others)), "payout": payout.number},
            code="paid_by_another",
            rule=RULE,
            field="to",
        )


def _to_next_bill(line: BankLine, to: str, comment: str, actor: User) -> dict[str, Any]:
    """What came is owed to the seller, what went is owed by it: an adjustment of this bill."""
    bill = BILLS.held(to, actor=actor)
    _require(line, bill.currency)
    amount, about = line.amount - line.charges, ("bank line", line.number)
    adjustment = record_adjustment(bill, amount, comment, actor=actor, about=about)
    return {
        "purpose": LinePurpose.ADJUSTMENT,
        "adjustment": adjustment,
        "seller": bill.seller,
    }


def _to_receivable(line: BankLine, to: str, _comment: str, actor: User) -> dict[str, Any]:
    _require_credit(line)
    receivable = RECEIVABLES.held(to, actor=actor)
    _require(line, receivable.currency)
    pay_receivable.service(receivable, line.amount - line.charges, line.number, actor=actor)
    payment = receivable.payments.get(reference=line.number)
    return {"purpose": LinePurpose.RECEIVABLE, "payment": payment, "seller": receivable.seller}


def _to_deposit(line: BankLine, to: str, comment: str, actor: User) -> dict[str, Any]:
    _require_credit(line)
    seller = Seller.objects.held(to.removeprefix(_DEPOSIT), actor=actor)
    _require(line, seller.settlement_currency)
    amount = line.amount - line.charges
    movement = move_deposit.service(
        seller, MovementKind.TOP_UP, amount, line.number, comment, actor=actor
    )
    return {"purpose": LinePurpose.DEPOSIT, "movement": movement, "seller": seller}


def _to_charges(_line: BankLine, _to: str, _comment: str, _actor: User) -> dict[str, Any]:
    return {"purpose": LinePurpose.CHARGES}


def _to_payer(line: BankLine, to: str, _comment: str, actor: User) -> dict[str, Any]:
    """What came in leaves suspense with what went out: nothing else is posted."""
    came = LINES.held(to, actor=actor)
    if line.amount > ZERO or came.state != LineState.SUSPENSE or line.charges or came.charges:
        raise Conflict(
            _("%(line)s is not in suspense, or not what %(out)s sends back.")
            % {"line": came.number, "out": line.number},
            code="not_expected",
            rule=RULE,
            field="to",
        )
    _require(line, came.currency, came.amount == -line.amount)
    return {"purpose": LinePurpose.SENT_BACK, "sends_back": came}


#: What a person says to be of no seller.
_OF_NO_SELLER = frozenset({LinePurpose.CHARGES, LinePurpose.SENT_BACK})


def _require_two_for_charges(line: BankLine, columns: dict[str, Any], actor: User) -> None:
    """What the bank kept or sent back is of no seller; so much takes two, as for one (R4.4)."""
    if approval_under_way() or is_rehearsal():
        return
    is_all = columns["purpose"] in _OF_NO_SELLER
    payout = columns["payout"] if columns["purpose"] == LinePurpose.RETURN else None
    kept = line.amount - payout.amount if payout else line.charges
    charges = line.amount if is_all else kept
    if not takes_two_as_said(charges, line.currency, actor):
        return
    seller = columns.get("seller")
    raise NeedsSecondPerson(
        Sentence("With what one person said to be charges before it, so much takes two people."),
        about=("bank line", line.number),
        seller=seller.number if seller else "",
        amount=abs(line.amount if is_all else line.amount - kept),
        currency=line.currency,
    )


def _require_credit(line: BankLine) -> None:
    if line.amount < ZERO:
        raise InvalidInput(
            _("Money that went out pays nothing to us."),
            code="other_direction",
            rule=RULE,
            field="to",
        )


def _require(line: BankLine, currency: str, is_amount: bool = True) -> None:  # noqa: FBT001, FBT002
    if line.currency != currency:
        raise InvalidInput(
            _("The line is in %(currency)s, and that is in %(other)s.")
            % {"currency": line.currency, "other": currency},
            code="other_currency",
            rule=RULE,
            field="to",
        )
    if not is_amount:
        raise InvalidInput(
            _("The line is over %(amount)s, and that is not.")
            % {"amount": money_text(line.amount, line.currency)},
            code="other_amount",
            rule=RULE,
            field="to",
        )


def _record(line: BankLine, to: str, comment: str, actor: User) -> None:
    audit.note(
        actor,
        "attributed",
        line,
        amount=format_amount(line.amount, line.currency),
        currency=line.currency,
        to=to,
        comment=comment,
    )
