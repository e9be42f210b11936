"""A statement that should not have been taken is reversed, by two people (R8.2, R4.4).

What its lines did is undone as it was done: journals are turned round, payouts and bills stand as
before, receivables are open again, deposits lower. What something later builds on stays, and says
what that is. The same file can then be taken anew.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act_of_two
from koogallery.approvals import Facts
from koogallery.asks import REASON_FOR_SELLER
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Violation
from koogallery.kit.figures import money_text
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO
from koogallery.kit.seen import Fact, money
from koogallery.models import ApprovalRequest, User
from koogallery.second_person import (
    NeedsSecondPerson,
    approval_under_way,
    is_rehearsal,
    rehearsal,
)
from sellers.services.closing import lock_sellers
from settlement.choices import (
    LinePurpose,
    LineReason,
    LineState,
    PayoutState,
    StatementState,
)
from settlement.models import BankLine, BankStatement, DepositMovement, Payout, ReceivablePayment
from settlement.readings.payouts import paid_instead_by
from settlement.services import ledger
from settlement.services.deposits import balance_of, reverse_top_up
from settlement.services.payouts.outcomes import PAYOUTS, take_back_paid, take_back_undone
from settlement.services.recoveries.opening import settle_expired_recoveries
from settlement.services.recoveries.receivables import reverse_payment
from settlement.services.validation import require_text

from .accounts import RULE
from .booking import balance_key, bookings_of, payouts_cleared_by, post_what_is_left
from .taking import wait_for_others

STATEMENTS = BankStatement.objects.all()


@dataclass(slots=True)
class _Done:
    """What a statement did. Payouts: those that it showed leaving, and those it said to be undone.

    Payments and top-ups are those that came about by its lines; what a person had recorded before
    is theirs still.
    """

    paid: dict[int, Payout] = field(default_factory=dict)
    undone: dict[int, Payout] = field(default_factory=dict)
    payments: list[ReceivablePayment] = field(default_factory=list)
    top_ups: list[DepositMovement] = field(default_factory=list)
    cleared_for: dict[int, list[str]] = field(default_factory=dict)
    adjusted: list[BankLine] = field(default_factory=list)

    @property
    def sellers(self) -> set[int]:
        rows: Iterable[Payout | ReceivablePayment | DepositMovement] = [
            *self.paid.values(),
            *self.undone.values(),
            *self.payments,
            *self.top_ups,
        ]
        return {row.seller_id for row in rows}


def what_is_undone(request: ApprovalRequest) -> Facts:
    """What a second person is shown: how all of it would stand then, tried now."""
    statement = STATEMENTS.get(number=request.object_number)
    done = _what_was_done(statement, _lines_of(statement))
    reason = str(request.arguments["reason"])
    with transaction.atomic(), rehearsal():
        reverse_statement(statement.number, reason, actor=request.requested_by)
        facts = [Fact("lines", statement.lines.count()), *_how_it_stands(done, statement.currency)]
        transaction.set_rollback(True)
    return facts


@act_of_two(
    "reverse",
    STATEMENTS,
    TwoPeople("statement_reversal", gettext_lazy("Reverse a bank statement"), what_is_undone),
    by=Who(Duty.RECORD_PAYMENTS),
    rule=RULE,
    to=StatementState.REVERSED,
    in_person=True,
    before=lambda _number, _actor: wait_for_others(),
    asks=REASON_FOR_SELLER,
    said=Said(
        label=gettext_lazy("Reverse"),
        question=gettext_lazy("Was this never said by the bank, or not of us?"),
        consequence=gettext_lazy(
            "What it booked, paid and returned is taken back, once another operator has approved "
            "it; sellers are notified. The file can then be taken again."
        ),
        done=gettext_lazy("The statement is reversed."),
        is_final=True,
    ),
)
def reverse_statement(statement: BankStatement, reason: str, *, actor: User) -> BankStatement:
    """Take back what it did, as it was done; refused where something later builds on it."""
    reason = require_text("reason", reason, rule=RULE)
    lines = _lines_of(statement, locked=True)
    lock_sellers(sorted(_what_was_done(statement, lines).sellers))
    done = _what_was_done(statement, lines)
    if refused := list(_built_on(statement, done)):
        raise Conflict.of(refused)
    if not (approval_under_way() or is_rehearsal()):
        raise NeedsSecondPerson(
            Sentence("A bank statement is reversed by two people, whatever it is over."),
            about=("bank statement", statement.number),
            seller="",
        )
    statement.move_to(
        StatementState.REVERSED,
        reversed_by=actor,
        reversed_at=timezone.now(),
        reversal_reason=reason,
    )
    # What was of somebody each with its act, the rest at once.
    booked = [key for line in lines for key in bookings_of(line, done.cleared_for[line.pk])]
    ledger.reverse_each([*booked, balance_key(statement)], kind="bank_line_reversed")
    for line in lines:
        if line.state in {LineState.MATCHED, LineState.ATTRIBUTED}:
            _forget(line, actor)
    rest = statement.lines.filter(state__in=[LineState.SUSPENSE, LineState.REPEATED])
    rest.update(state=LineState.REVERSED, modified_at=timezone.now())
    _undo(done, reason, actor)
    settle_expired_recoveries(sorted(done.sellers))
    post_what_is_left(statement)
    audit.note(actor, "reversed", statement, reason=reason)
    return statement


def _lines_of(statement: BankStatement, *, locked: bool = False) -> Sequence[BankLine]:
    """Line by line as attributing holds them, before any seller."""
    lines = statement.lines.with_names().order_by("pk")
    return list(lines.select_for_update(of=("self",)) if locked else lines)


def _what_was_done(statement: BankStatement, lines: Sequence[BankLine]) -> _Done:
    done = _Done()
    for line in lines:
        payouts = [line.payout] if line.payout else payouts_cleared_by(line) if line.batch else []
        sellers = {each.seller for each in payouts} | ({line.seller} if line.seller else set())
        done.cleared_for[line.pk] = [seller.number for seller in sellers]
        if line.purpose == LinePurpose.RETURN:
            done.undone.update((each.pk, each) for each in payouts if _is_undone_by(each, line))
        else:
            done.paid.update((each.pk, each) for each in payouts)
        if line.payment and line.payment.reference == line.number:
            done.payments.append(line.payment)
        if line.movement and line.movement.reference == line.number:
            done.top_ups.append(line.movement)
        if line.adjustment:
            done.adjusted.append(line)
    failed = {number for status in statement.statuses for number in status["failed"]}
    rejected = PAYOUTS.filter(number__in=failed, state=PayoutState.FAILED)
    done.undone.update((each.pk, each) for each in rejected)
    for named in (done.paid, done.undone):
        named.update(PAYOUTS.in_bulk(named))
    return done


def _is_undone_by(payout: Payout, line: BankLine) -> bool:
    """Not where it had failed before the line was seen to bring it back."""
    failed_at = payout.failed_at
    return payout.state == PayoutState.RETURNED or bool(failed_at and failed_at >= line.taken_at)


def _built_on(statement: BankStatement, done: _Done) -> Iterator[Violation]:
    """What has come since and would not be so without this statement."""
    yield from _told_again(statement)
    for payout in done.paid.values():
        yield from _came_back_later(payout, statement)
    for payout in done.undone.values():
        for other in paid_instead_by(payout):
            told = _(
                "%(other)s pays since what %(payout)s was to pay; it has to be recorded as failed "
                "first."
            )
            yield _violation("paid_by_another", told % {"other": other, "payout": payout.number})
    for payout in {**done.paid, **done.undone}.values():
        yield from _left_since(payout)
    yield from _spent(done.top_ups)
    for line in done.adjusted:
        yield _violation(
            "adjusted",
            _("%(line)s is settled with the next bill, by adjustment %(adjustment)s.")
            % {"line": line.number, "adjustment": line.adjustment},
        )


def _told_again(statement: BankStatement) -> Iterator[Violation]:
    repeating = BankLine.objects.filter(repeats__statement=statement, state=LineState.REPEATED)
    others = repeating.exclude(statement=statement).order_by("statement")
    for number in others.values_list("statement__number", flat=True).distinct():
        told = _("%(statement)s says the same again, and booked it no more: reverse that first.")
        yield _violation("told_again", told % {"statement": number})


def _came_back_later(payout: Payout, statement: BankStatement) -> Iterator[Violation]:
    back = payout.bank_lines.filter(purpose=LinePurpose.RETURN).exclude(statement=statement)
    for number in back.values_list("statement__number", flat=True):
        told = _("%(payout)s came back by %(statement)s: reverse that first.")
        yield _violation("came_back_later", told % {"payout": payout.number, "statement": number})


def _left_since(payout: Payout) -> Iterator[Violation]:
    """Whose bills were paid could leave."""
    by_the_bank = payout.paid_by_id is None and payout.items.filter(bill__isnull=False).exists()
    if payout.seller.left_at and by_the_bank:
        told = _("%(seller)s has left since, as its bills were paid by %(payout)s.")
        yield _violation(
            "seller_has_left", told % {"seller": payout.seller.number, "payout": payout.number}
        )


def _spent(top_ups: Collection[DepositMovement]) -> Iterator[Violation]:
    """The deposit is not what came in any more: what was taken out since is named."""
    for seller in {movement.seller for movement in top_ups}:
        came = [movement for movement in top_ups if movement.seller == seller]
        amount = sum((movement.change for movement in came), ZERO)
        balance, currency = balance_of(seller.pk), seller.settlement_currency
        if balance < amount:
            first = min(movement.pk for movement in came)
            since = seller.deposit_movements.filter(pk__gt=first, change__lt=0)
            told = _(
                "The deposit of %(seller)s holds %(balance)s, and %(amount)s came in by this "
                "statement; since then it paid %(since)s."
            ) % {
                "seller": seller.number,
                "balance": money_text(balance, currency),
                "amount": money_text(amount, currency),
                "since": _(", ").join(since.order_by("pk").values_list("reference", flat=True)),
            }
            yield _violation("deposit_was_used", told)


def _violation(code: str, told: str) -> Violation:
    return Violation("", code, told, RULE)


def _forget(line: BankLine, actor: User) -> None:
    """It names nothing any more; the act says what it was."""
    if line.purpose == LinePurpose.SENT_BACK:
        _put_back(line, actor)
    line.move_to(
        LineState.REVERSED,
        **dict.fromkeys(("seller", "payout", "batch", "payment", "movement", "sends_back")),
        purpose="",
        attributed_by=None,
        attributed_at=None,
    )
    audit.note(actor, "reversed", line, state=line.state)


def _put_back(line: BankLine, actor: User) -> None:
    """Of what came in and went back the other half is nobody's again, if it still counts."""
    other = line.sends_back or BankLine.objects.filter(sends_back=line).first()
    if other is None or other.statement_id == line.statement_id:
        return
    other.move_to(
        LineState.SUSPENSE,
        reason=LineReason.UNKNOWN,
        purpose="",
        sends_back=None,
        attributed_by=None,
        attributed_at=None,
    )
    audit.note(actor, "put back", other, state=other.state)


def _undo(done: _Done, reason: str, actor: User) -> None:
    """The last first: what was said to come back had been said to go."""
    for payout in done.undone.values():
        take_back_undone(payout, reason, actor=actor)
    for payout in PAYOUTS.filter(pk__in=done.paid).order_by("seller_id", "pk"):
        if payout.state == PayoutState.PAID and payout.paid_by_id is None:
            take_back_paid(payout, reason, actor=actor)
    for payment in done.payments:
        reverse_payment(payment, reason, actor=actor)
    for movement in done.top_ups:
        reverse_top_up(movement, reason, actor=actor)


def _how_it_stands(done: _Done, currency: str) -> Facts:
    for payout in PAYOUTS.filter(pk__in={**done.paid, **done.undone}).order_by("pk"):
        yield Fact("payout_is_then", payout.state, payout.number)
    for payment in done.payments:
        receivable = payment.receivable
        receivable.recovery.refresh_from_db()
        outstanding = money(receivable.recovery.outstanding, currency)
        yield Fact("receivable_still_open", outstanding, receivable.number)
    for movement in done.top_ups:
        balance = money(balance_of(movement.seller_id), currency)
        yield Fact("deposit_is_then", balance, movement.seller.number)
