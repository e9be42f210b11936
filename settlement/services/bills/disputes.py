"""Disputes: a seller objects to a bill, an operator answers, a difference is adjusted (R3.4)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.approvals import takes_a_second_person
from koogallery.attachments import Upload, attach_all
from koogallery.decided import already_decided
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.numbering import next_number
from settlement import notices
from settlement.choices import DisputeState, MoneyAct
from settlement.models import Adjustment, Bill, BillLine, Dispute
from settlement.services.authority import require_accountant
from settlement.services.bills.adjustments import record_adjustment
from settlement.services.locked import read_locked
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import require_signed, require_text


@as_refusals()
@transaction.atomic
def open_dispute(
    bill_number: str,
    line_no: int | None,
    reason: str,
    amount: Decimal | None = None,
    *,
    documents: Iterable[Upload] = (),
    actor: User,
) -> Dispute:
    """Object to a whole bill, or to one line; `amount` is what the seller says is missing.

    By a member of the seller, or by an operator who records what the seller said.
    """
    bill = read_locked(Bill.objects.select_related("seller"), bill_number, actor=actor)
    require_accountant(actor, bill.seller)
    reason = require_text("reason", reason, rule="R3.4")
    if amount is not None:
        require_signed(amount, bill.currency, rule="R3.4")
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
    if line_no is not None and not BillLine.objects.filter(bill=bill, line_no=line_no).exists():
        detail = f"Bill {bill} has no line {line_no}."
        raise InvalidInput(detail, code="unknown_line", rule="R3.4", field="line_no")
    waiting = bill.disputes.filter(state=DisputeState.OPEN, line_no=line_no).first()
    if waiting:
        raise Conflict(
            _("Dispute %(waiting)s of the same is not answered yet.") % {"waiting": waiting},
            code="one_open_dispute_per_bill_and_line",
            rule="R3.4",
        )


@takes_a_second_person(
    "dispute", gettext_lazy("Accept a dispute"), Duty.ANSWER_DISPUTES, effect=on_the_seller
)
@as_refusals()
@transaction.atomic
def accept_dispute(
    number: str, answer: str, amount: Decimal | None = None, *, actor: User
) -> Dispute:
    """The seller is right; the difference, if any, comes onto the seller's next bill (R3.2)."""
    dispute = _locked(number, actor)
    require_answerer(dispute, actor)
    answer = require_text("answer", answer, rule="R3.4")
    adjusted: dict[str, Any] = {}
    if amount is not None:
        adjusted = {"difference": amount, "adjustment": _adjust(dispute, amount, answer, actor)}
    return _answer(dispute, DisputeState.ACCEPTED, answer, actor, **adjusted)


@as_refusals()
@transaction.atomic
def decline_dispute(number: str, answer: str, *, actor: User) -> Dispute:
    """The bill was right, and the answer says why."""
    dispute = _locked(number, actor)
    require_answerer(dispute, actor)
    answer = require_text("answer", answer, rule="R3.4")
    return _answer(dispute, DisputeState.DECLINED, answer, actor)


@as_refusals()
@transaction.atomic
def withdraw_dispute(number: str, *, actor: User) -> Dispute:
    """The seller no longer objects; possible until it is answered."""
    dispute = _locked(number, actor)
    require_accountant(actor, dispute.seller)
    _move(dispute, DisputeState.WITHDRAWN)
    _record(dispute, "withdrawn", actor)
    return dispute


def require_answerer(dispute: Dispute, actor: User) -> None:
    """Refuse whoever may not answer this dispute now; pages tell the same reason beforehand."""
    require_duty(actor, Duty.ANSWER_DISPUTES, "answer a dispute", rule="R3.4")
    if dispute.state != DisputeState.OPEN:
        raise already_decided(dispute, "dispute", rule="R3.4")
    if dispute.opened_by_id == actor.pk:
        raise Forbidden(
            _("You opened this dispute; another operator has to answer it."),
            code="the_opener_does_not_answer",
            rule="R3.4",
        )


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
    _move(dispute, target, answer=answer, answered_by=actor, answered_at=timezone.now(), **adjusted)
    _record(dispute, target, actor, answer=answer, **_difference(dispute))
    notices.dispute_answered(dispute)
    return dispute


def _difference(dispute: Dispute) -> dict[str, str]:
    if dispute.adjustment is None or dispute.difference is None:
        return {}
    return {
        "adjustment": dispute.adjustment.number,
        "difference": _written(dispute.difference, dispute.bill),
    }


def _locked(number: str, actor: User) -> Dispute:
    return read_locked(
        Dispute.objects.select_related("seller", "bill__seller"), number, actor=actor
    )


def _move(dispute: Dispute, target: DisputeState, **columns: Any) -> None:
    dispute.move_to(target, modified_at=timezone.now(), **columns)


def _written(amount: Decimal, bill: Bill) -> str:
    return format_amount(amount, bill.currency)


def _record(dispute: Dispute, verb: str, actor: User, **facts: str) -> None:
    if dispute.line_no is not None:
        facts["line_no"] = str(dispute.line_no)
    audit.record(
        actor,
        verb,
        "dispute",
        dispute.number,
        seller=dispute.seller.number,
        row=dispute,
        bill=dispute.bill.number,
        currency=dispute.bill.currency,
        **facts,
    )
