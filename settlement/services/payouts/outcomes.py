"""How payouts end: the bank has paid them, could not, or sent them back (R8.2).

By a bank statement, or by a person's word where none comes. What is not paid is paid by another
payout, once what stood in its way is cleared up.
"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.acts import Said, TwoPeople, act, act_of_two
from koogallery.approvals import Facts
from koogallery.asks import REASON_FOR_SELLER, Asks, Instant, Line, Prose, reason
from koogallery.kit.errors import Conflict, InvalidInput, refuse
from koogallery.kit.language import Sentence
from koogallery.kit.names import TEXT_LENGTH
from koogallery.kit.seen import Fact, money
from koogallery.models import ApprovalRequest, User
from koogallery.notices import anew, tell
from koogallery.second_person import NeedsSecondPerson, approval_under_way, is_rehearsal
from koogallery.settlement_time import cycle_of
from sellers.rules.figures import future_violations
from settlement.choices import UNDONE_PAYOUTS, BatchState, BillState, MoneyAct, PayoutState
from settlement.models import Authorisation, Bill, Payout, PayoutBatch, PayoutItem
from settlement.readings.payouts import bank_lines_of
from settlement.rules.bank_reasons import NOT_PAID
from settlement.services.authorisations import Moved, authorise
from settlement.services.payouts.batches import PAYERS, RULE, record_payout, settle_if_done
from settlement.services.payouts.planning import (
    plan_bill,
    plan_return,
    post_payout,
    restore_payout,
    reverse_payout,
)
from settlement.services.validation import optional_text, require_reference, require_text

PAYOUTS = Payout.objects.with_names()
#: As ISO 20022 has them (external status reasons), or a word of our own.
CODE_LENGTH = 10


def record_paid(
    payout: Payout, at: datetime, reference: str = "", *, paid_by: User | None = None
) -> None:
    """The money has left our account. The caller holds the seller's lock."""
    columns = post_payout(payout, at) if payout.sent_at is None else {}
    payout.move_to(
        PayoutState.PAID, paid_at=at, bank_reference=reference, paid_by=paid_by, **columns
    )
    _move_bills(payout, BillState.PAID)
    record_payout(payout, "paid", paid_by, reference=reference)
    tell("payout_paid", payout, anew(payout), reference=payout.bank_reference)
    settle_if_done(payout.batch)


def record_undone(payout: Payout, code: str, detail: str, *, actor: User | None = None) -> None:
    """The bank could not pay it, or has sent it back: its bills are to be paid again.

    `code` is the bank's reason (ISO 20022, such as AC04). The caller holds the seller's lock.
    """
    was_paid = payout.state == PayoutState.PAID
    state = PayoutState.RETURNED if was_paid else PayoutState.FAILED
    detail = detail[:TEXT_LENGTH]
    _undo(payout, state, code, detail)
    record_payout(payout, state, actor, code=code, detail=detail)
    assert payout.failed_at is not None, "what is undone says when"
    tell(
        f"payout_{payout.state}",
        payout,
        f"{payout.number}:{payout.failed_at.isoformat()}",
        code=payout.failure_code,
        reason=payout.failure_detail,
    )
    settle_if_done(payout.batch)


def _undo(
    payout: Payout, state: PayoutState, code: str, detail: str, **columns: str | None
) -> None:
    now, told = timezone.now(), f"{code}: {detail}" if detail else code
    reverse_payout(payout, now)
    payout.move_to(state, failure_code=code, failure_detail=detail, failed_at=now, **columns)
    payout.items.update(is_open=False)
    _move_bills(payout, BillState.PAYMENT_FAILED, state_reason=told[:TEXT_LENGTH])


def take_back_paid(payout: Payout, reason: str, *, actor: User) -> None:
    """Nothing says any more that it is paid: it is on its way. The seller is locked.

    What no bank ever got was to be paid otherwise: it ends, and another payout is planned.
    """
    never = {"paid_at": None, "paid_by": None, "bank_reference": ""}
    if payout.sent_at:
        _open_again(payout.batch)
        payout.move_to(PayoutState.SENT, **never)
        _move_bills(payout, BillState.PAYMENT_PROCESSING)
    else:
        _undo(payout, PayoutState.FAILED, NOT_PAID, reason[:TEXT_LENGTH], **never)
    _say_corrected(payout, reason, actor)
    if payout.state == PayoutState.FAILED:
        _plan_again(payout, actor)


def take_back_undone(payout: Payout, reason: str, *, actor: User) -> None:
    """It has not failed or come back after all, and pays what it was to pay. The seller is locked.

    No other payout pays that meanwhile.
    """
    came_back = payout.state == PayoutState.RETURNED
    restore_payout(payout, timezone.now())
    if not came_back:
        _open_again(payout.batch)
    state = PayoutState.PAID if came_back else PayoutState.SENT
    payout.move_to(state, failure_code="", failure_detail="", failed_at=None)
    payout.items.update(is_open=True)
    _move_bills(payout, BillState.PAID if came_back else BillState.PAYMENT_PROCESSING)
    _say_corrected(payout, reason, actor)


def _open_again(batch: PayoutBatch | None) -> None:
    if batch is None:
        return
    held = PayoutBatch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if held.state == BatchState.SETTLED:
        held.move_to(BatchState.SENT, settled_at=None)


def _say_corrected(payout: Payout, reason: str, actor: User) -> None:
    record_payout(payout, "corrected", actor, reason=reason)
    tell("payout_corrected", payout, anew(payout), reason=reason)


def what_it_pays(request: ApprovalRequest) -> Facts:
    """What a second person is shown of the payout that is recorded as paid or as failed."""
    payout = PAYOUTS.get(number=request.object_number)
    yield Fact("amount", money(payout.amount, payout.currency))
    for item in payout.items.select_related("bill").order_by("pk"):
        if item.bill:
            yield Fact("bill", item.bill.number)
    yield Fact("state", payout.state)


@act_of_two(
    "paid",
    PAYOUTS,
    TwoPeople("payout", gettext_lazy("Record a payout as paid"), what_it_pays),
    by=PAYERS,
    rule=RULE,
    to=PayoutState.PAID,
    when=(PayoutState.PLANNED, PayoutState.SENT),
    in_person=True,
    asks=Asks(
        "PaidInput",
        (
            Line(name="reference", label=gettext_lazy("Reference of the payment"), longest=100),
            Instant(name="paid_at", label=gettext_lazy("Paid at")),
        ),
    ),
    said=Said(
        label=gettext_lazy("Record as paid"),
        question=gettext_lazy("Has the bank paid this, and no statement says so?"),
        consequence=gettext_lazy("Its bills are paid, and the seller is notified."),
        done=gettext_lazy("The payout is paid."),
        is_final=True,
    ),
)
def pay_by_hand(payout: Payout, reference: str, paid_at: datetime, *, actor: User) -> Payout:
    """Paid in another way than by a batch, or by a bank that sends no statements."""
    reference = require_reference(reference, rule=RULE)
    refuse(future_violations("paid_at", paid_at, timezone.now()))
    require_owed_then(payout, paid_at)
    _authorise(MoneyAct.PAYOUT, payout, "paid", actor)
    record_paid(payout, paid_at, reference, paid_by=actor)
    return payout


def _is_paid_by_hand_alone(payout: Payout, _actor: User) -> None:
    line = bank_lines_of(payout)[:1]
    if line or payout.paid_by_id is None:
        raise Conflict(
            _("A bank statement shows that it was paid: reverse that statement instead."),
            code="left_the_bank",
            rule=RULE,
        )
    if payout.seller.left_at and payout.items.filter(bill__isnull=False).exists():
        raise Conflict(
            _("%(seller)s has left since, as its bills were paid by %(payout)s.")
            % {"seller": payout.seller.number, "payout": payout.number},
            code="seller_has_left",
            rule=RULE,
        )


@act_of_two(
    "not_paid",
    PAYOUTS,
    TwoPeople("payout_correction", gettext_lazy("Record a payout as not paid"), what_it_pays),
    by=PAYERS,
    rule=RULE,
    when=(PayoutState.PAID,),
    unless=_is_paid_by_hand_alone,
    in_person=True,
    asks=REASON_FOR_SELLER,
    said=Said(
        label=gettext_lazy("Record as not paid"),
        question=gettext_lazy("Was this recorded as paid by mistake?"),
        consequence=gettext_lazy(
            "Once another operator has approved it, its bills are not paid any more: what was sent "
            "to the bank is on its way again, what was not is planned as another payout. The "
            "seller is notified."
        ),
        done=gettext_lazy("The payout is not paid any more."),
    ),
)
def unpay_by_hand(payout: Payout, reason: str, *, actor: User) -> Payout:
    """A person said that it was paid, and was wrong. By two, whatever it is over (R4.4)."""
    reason = require_text("reason", reason, rule=RULE)
    if not (approval_under_way() or is_rehearsal()):
        raise NeedsSecondPerson(
            Sentence("That a payout was paid is taken back by two people, whatever it is over."),
            about=("payout", payout.number),
            seller=payout.seller.number,
            amount=payout.amount,
            currency=payout.currency,
        )
    _authorise(MoneyAct.PAYOUT_CORRECTION, payout, "not_paid", actor)
    take_back_paid(payout, reason, actor=actor)
    return payout


@act_of_two(
    "failed",
    PAYOUTS,
    TwoPeople("payout_failure", gettext_lazy("Record a payout as failed"), what_it_pays),
    by=PAYERS,
    rule=RULE,
    to=PayoutState.FAILED,
    when=(PayoutState.PLANNED, PayoutState.SENT),
    in_person=True,
    asks=Asks(
        "FailedInput",
        (
            Line(
                name="code",
                label=gettext_lazy("Code of the reason"),
                help=gettext_lazy("As the bank gives it, such as AC04 (ISO 20022)."),
                longest=CODE_LENGTH,
            ),
            Prose(name="detail", label=gettext_lazy("Reason"), required=False),
        ),
    ),
    said=Said(
        label=gettext_lazy("Record as failed"),
        question=gettext_lazy("Is it certain that the bank has not paid this and never will?"),
        consequence=gettext_lazy(
            "Its bills are to be paid again: if the bank paid after all, they would be paid twice."
        ),
        done=gettext_lazy("The payout has failed; its bills can be paid again."),
        is_final=True,
    ),
)
def fail_by_hand(payout: Payout, code: str, detail: str = "", *, actor: User) -> Payout:
    """The bank has said that it did not pay, in another way than by a file."""
    code = require_text("code", code, rule=RULE)
    _authorise(MoneyAct.PAYOUT_FAILURE, payout, "failed", actor)
    record_undone(payout, code, optional_text("detail", detail), actor=actor)
    return payout


def _unpaid_items(payout: Payout) -> QuerySet[PayoutItem]:
    """What it was to pay and no other payout pays, or this one after all."""
    items = payout.items.exclude(bill__payout_items__is_open=True)
    return items.exclude(movement__payout_items__is_open=True)


def _not_paid_by_another(payout: Payout, _actor: User) -> None:
    if not _unpaid_items(payout):
        raise Conflict(
            _("Another payout pays what this one was to pay."), code="paid_by_another", rule=RULE
        )


@act(
    "pay_again",
    PAYOUTS,
    by=PAYERS,
    rule=RULE,
    when=UNDONE_PAYOUTS,
    unless=_not_paid_by_another,
    asks=reason(),
    said=Said(
        label=gettext_lazy("Plan it again"),
        question=gettext_lazy("Is what stood in the way of this payment cleared up?"),
        consequence=gettext_lazy("Another payout to the certified bank account is planned."),
        done=gettext_lazy("Another payout is planned."),
    ),
)
def pay_again(payout: Payout, reason: str, *, actor: User) -> Payout:
    """Plan another payout for what this one was to pay; returns that one."""
    reason = require_text("reason", reason, rule=RULE)
    planned = _plan_again(payout, actor)
    record_payout(payout, "planned_again", actor, reason=reason, another_payout=planned.number)
    return planned


def _plan_again(payout: Payout, actor: User) -> Payout:
    planned = payout
    items = _unpaid_items(payout).select_related("bill__seller", "movement__seller")
    for item in items.order_by("pk"):
        if item.bill:
            item.bill.move_to(BillState.PAYMENT_PROCESSING, state_reason="")
            planned = plan_bill(item.bill, actor)
        elif item.movement:
            planned = plan_return(item.movement, payout.currency, actor)
    return planned


def require_owed_then(payout: Payout, paid_at: datetime) -> None:
    """Nothing is paid before its month has ended (R1.8)."""
    cycles = payout.items.filter(bill__isnull=False).values_list("bill__cycle", flat=True)
    if any(cycle_of(paid_at) <= cycle for cycle in cycles):
        raise InvalidInput(
            _("The bills of %(payout)s were not due then: their month had not ended.")
            % {"payout": payout.number},
            code="paid_before_it_was_owed",
            rule="R1.8",
            field="paid_at",
        )


def _authorise(act: MoneyAct, payout: Payout, verb: str, actor: User) -> None:
    """What was taken back can be said again, each time with an answer of its own."""
    subject, about = f"{payout.number}:{verb}", ("payout", payout.number)
    before = Authorisation.objects.filter(
        act=act, seller=payout.seller, subject__startswith=subject
    ).count()
    subject += f":{before + 1}" if before else ""
    moved = Moved(act, subject, payout.seller, payout.amount, payout.currency, about)
    authorise(moved, actor=actor)


def _move_bills(payout: Payout, state: BillState, *, state_reason: str = "") -> None:
    for bill in Bill.objects.filter(payout_items__payout=payout).order_by("pk"):
        bill.move_to(state, state_reason=state_reason)
