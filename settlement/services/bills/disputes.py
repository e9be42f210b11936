"""Disputes: a seller objects to a bill, an operator answers, a difference is adjusted (R3.4)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act, act_of_two
from koogallery.asks import Amount, Asks, Documents, Prose
from koogallery.attachments import Upload, attach_all
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from sellers.services.authority import FINANCE, OPERATIONS
from settlement.choices import DisputeState, MoneyAct
from settlement.models import Adjustment, Bill, Dispute
from settlement.services.bills.adjustments import record_adjustment
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import require_signed, require_text

RULE = "R3.4"
DISPUTES = Dispute.objects.select_related("seller", "bill__seller")
#: A seller's own, or recorded by an operator as the seller said it.
OBJECTORS = Who(
    Duty.ANSWER_DISPUTES,
    FINANCE | OPERATIONS,
    gettext_lazy("an owner or a member for finance or operations"),
    "objector_only",
)

OBJECTION = Asks(
    "DisputeForm",
    (
        Prose(
            name="reason",
            label=gettext_lazy("What is wrong"),
            help=gettext_lazy("Huawei’s operations read it as you write it here."),
            rows=5,
        ),
        Amount(
            name="amount",
            label=gettext_lazy("What is missing"),
            help=gettext_lazy(
                "If you know it, in the bill’s currency; below 0 if you got too much."
            ),
            required=False,
        ),
        Documents(name="documents"),
    ),
)
ANSWER = Asks(
    "AnswerInput",
    (
        Prose(
            name="answer",
            label=gettext_lazy("Answer"),
            help=gettext_lazy("The seller reads it."),
        ),
    ),
)
ACCEPTANCE = Asks(
    "AcceptanceInput",
    (
        *ANSWER,
        Amount(
            name="amount",
            label=gettext_lazy("Difference"),
            help=gettext_lazy(
                "For the seller’s next bill, in the currency of this one; below 0 it is taken "
                "from the seller. Leave it empty if nothing is to be paid."
            ),
            required=False,
            rule="R3.2",
        ),
    ),
)


@act(
    "dispute",
    Bill.objects.select_related("seller"),
    by=OBJECTORS,
    rule=RULE,
    asks=OBJECTION,
    said=Said(
        label=gettext_lazy("Send the dispute"),
        consequence=gettext_lazy(
            "Huawei’s operations look into it and answer; you are told. The bill stays as it is: a "
            "difference they find comes onto your next bill."
        ),
        done=gettext_lazy("Your dispute is with Huawei’s operations. You will be told the answer."),
    ),
)
def open_dispute(
    bill: Bill,
    line_no: int | None,
    reason: str,
    amount: Decimal | None = None,
    *,
    documents: Iterable[Upload] = (),
    actor: User,
) -> Dispute:
    """Object to a whole bill, or to one line; `amount` is what the seller says is missing."""
    reason = require_text("reason", reason, rule=RULE)
    if amount is not None:
        require_signed(amount, bill.currency, rule=RULE)
    _require_disputable(bill, line_no)
    dispute = Dispute.objects.create(
        number=next_number("DP"),
        seller=bill.seller,
        bill=bill,
        line_no=line_no,
        reason=reason,
        amount=amount,
        opened_by=actor,
    )
    claimed = {"amount": _written(amount, bill)} if amount is not None else {}
    _record(dispute, "opened", actor, reason=reason, **claimed)
    attach_all("dispute", dispute.number, documents, actor=actor)
    return dispute


def _require_disputable(bill: Bill, line_no: int | None) -> None:
    """The line exists, and nobody is looking at the same objection already."""
    if line_no is not None and not bill.lines.filter(line_no=line_no).exists():
        detail = _("Bill %(bill)s has no line %(line_no)s.") % {"bill": bill, "line_no": line_no}
        raise InvalidInput(detail, code="unknown_line", rule=RULE, field="line_no")
    waiting = bill.disputes.filter(state=DisputeState.OPEN, line_no=line_no).first()
    if waiting:
        raise Conflict(
            _("Dispute %(waiting)s of the same is not answered yet.") % {"waiting": waiting},
            code="one_open_dispute_per_bill_and_line",
            rule=RULE,
        )


def _by_another(dispute: Dispute, actor: User) -> None:
    if dispute.opened_by_id == actor.pk:
        raise Forbidden(
            _("You opened this dispute; another operator has to answer it."),
            code="the_opener_does_not_answer",
            rule=RULE,
        )


@act_of_two(
    "accept",
    DISPUTES,
    TwoPeople("dispute", gettext_lazy("Accept a dispute"), on_the_seller),
    by=Who(Duty.ANSWER_DISPUTES),
    rule=RULE,
    to=DisputeState.ACCEPTED,
    unless=_by_another,
    asks=ACCEPTANCE,
    said=Said(
        label=gettext_lazy("Accept"),
        question=gettext_lazy("Is the seller right?"),
        done=gettext_lazy("The dispute is accepted."),
    ),
)
def accept_dispute(
    dispute: Dispute, answer: str, amount: Decimal | None = None, *, actor: User
) -> Dispute:
    """The seller is right; a difference comes onto the next bill, never this one (R3.2)."""
    answer = require_text("answer", answer, rule=RULE)
    adjusted: dict[str, Any] = {}
    if amount is not None:
        adjusted = {"difference": amount, "adjustment": _adjust(dispute, amount, answer, actor)}
    return _answer(dispute, DisputeState.ACCEPTED, answer, actor, **adjusted)


@act(
    "decline",
    DISPUTES,
    by=Who(Duty.ANSWER_DISPUTES),
    rule=RULE,
    to=DisputeState.DECLINED,
    unless=_by_another,
    asks=ANSWER,
    said=Said(
        label=gettext_lazy("Decline"),
        question=gettext_lazy("Was the bill right?"),
        done=gettext_lazy("The dispute is declined."),
        is_final=True,
    ),
)
def decline_dispute(dispute: Dispute, answer: str, *, actor: User) -> Dispute:
    """The bill was right; the answer says why."""
    answer = require_text("answer", answer, rule=RULE)
    return _answer(dispute, DisputeState.DECLINED, answer, actor)


@act(
    "withdraw",
    DISPUTES,
    by=OBJECTORS,
    rule=RULE,
    to=DisputeState.WITHDRAWN,
    said=Said(
        label=gettext_lazy("Withdraw"),
        question=gettext_lazy("Withdraw this dispute?"),
        consequence=gettext_lazy(
            "Nobody answers it then. You may dispute the same again later if something is wrong."
        ),
        done=gettext_lazy("The dispute is withdrawn."),
        is_final=True,
    ),
)
def withdraw_dispute(dispute: Dispute, *, actor: User) -> Dispute:
    """The seller no longer objects; possible until it is answered."""
    dispute.move_to(DisputeState.WITHDRAWN)
    _record(dispute, "withdrawn", actor)
    return dispute


def _adjust(dispute: Dispute, amount: Decimal, answer: str, actor: User) -> Adjustment:
    return record_adjustment(
        dispute.bill,
        amount,
        f"Dispute {dispute}: {answer}",
        actor=actor,
        by=MoneyAct.DISPUTE,
        about=("dispute", dispute.number),
    )


def _answer(
    dispute: Dispute, target: DisputeState, answer: str, actor: User, **adjusted: Any
) -> Dispute:
    now = timezone.now()
    dispute.move_to(target, answer=answer, answered_by=actor, answered_at=now, **adjusted)
    _record(dispute, target, actor, answer=answer, **_difference(dispute))
    tell(
        "dispute_answered",
        dispute,
        outcome=dispute.state,
        line=dispute.line_no,
        currency=dispute.bill.currency,
    )
    return dispute


def _difference(dispute: Dispute) -> dict[str, str]:
    if dispute.adjustment is None or dispute.difference is None:
        return {}
    return {
        "adjustment": dispute.adjustment.number,
        "difference": _written(dispute.difference, dispute.bill),
    }


def _written(amount: Decimal, bill: Bill) -> str:
    return format_amount(amount, bill.currency)


def _record(dispute: Dispute, verb: str, actor: User, **facts: str) -> None:
    if dispute.line_no is not None:
        facts["line_no"] = str(dispute.line_no)
    audit.note(
        actor, verb, dispute, bill=dispute.bill.number, currency=dispute.bill.currency, **facts
    )
