"""A refund from application to payout: every step a move of R4.3, decided by the right person."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.attachments import Upload, attach_all
from koogallery.decided import already_decided
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, refuse
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from koogallery.settlement_time import ZONE
from sellers.models import Order
from sellers.rules.figures import future_violations
from sellers.services.delivery.queue import release_refunded
from settlement import notices
from settlement.choices import LineKind, RefundState
from settlement.models import BillLine, Refund, RefundApproval
from settlement.rules.refunds import needs_seller_review, payout_violations, refund_violations
from settlement.services.authority import require_reviewer
from settlement.services.locked import read_locked
from settlement.services.recoveries.expiry import settle_expired_recoveries
from settlement.services.recoveries.opening import open_recovery
from settlement.services.refunds.approvals import (
    is_approved_by_enough,
    keep_approvals_needed,
    require_two_besides_the_spokesman,
)
from settlement.services.refunds.standards import (
    checks_of,
    facts_of,
    require_paid,
    require_standards,
)
from settlement.services.validation import optional_text, require_text


@as_refusals()
@transaction.atomic
def request_refund(
    order_number: str, amount: Decimal, reason: str, special_agreement: str = "", *, actor: User
) -> Refund:
    """Record a customer's claim, held against the standards of R4.2 as they stand now.

    Refused above what the customer paid, whatever was agreed (R4.1); refused outside R4.2 unless
    a special agreement admits it. It goes on at once to whoever has to look at it first.
    """
    order = read_locked(Order.objects.with_names(), order_number, actor=actor)
    require_duty(actor, Duty.REQUEST_REFUNDS, _("apply for a customer's refund"), rule="R4.3")
    require_own_hand(actor)
    reason, agreement = (
        require_text("reason", reason, rule="R4.3"),
        optional_text("special_agreement", special_agreement),
    )
    facts, now = facts_of(order, amount), timezone.now()
    refuse(refund_violations(facts, now, special_agreement=bool(agreement), zone=ZONE))
    refund = Refund.objects.create(
        number=next_number("RF"),
        seller=order.seller,
        order=order,
        currency=order.currency,
        amount=amount,
        customer_account=order.customer_account,
        reason=reason,
        special_agreement=agreement,
        checks=checks_of(facts, now),
        requested_by=actor,
    )
    keep_approvals_needed(refund)
    _record(refund, "requested", actor, reason=reason, special_agreement=agreement)
    _send_on(refund, to_seller=needs_seller_review(facts))
    return refund


def _send_on(refund: Refund, *, to_seller: bool) -> None:
    """To whoever has to look at it first (R4.3)."""
    if to_seller:
        _move(refund, RefundState.SELLER_REVIEW)
        notices.refund_review(refund)
    else:
        _move(refund, RefundState.OPERATOR_REVIEW)


@as_refusals()
@transaction.atomic
def agree_refund(
    number: str, comment: str = "", *, documents: Iterable[Upload] = (), actor: User
) -> Refund:
    """The seller's review: it agrees, or an operator records that it did (R4.2)."""
    refund = _locked(number, actor)
    require_reviewer(actor, refund.seller)
    _require_another_spokesman(refund, actor)
    comment = optional_text("comment", comment)
    attach_all("refund", number, documents, actor=actor)
    _move(
        refund,
        RefundState.OPERATOR_REVIEW,
        seller_comment=comment,
        agreed_by=actor,
        agreed_at=timezone.now(),
    )
    _record(refund, "agreed", actor, comment=comment)
    return refund


def _require_another_spokesman(refund: Refund, actor: User) -> None:
    if refund.requested_by_id == actor.pk:
        raise Forbidden(
            _("You applied for this refund; another operator records what the seller said."),
            code="the_requester_does_not_speak_for_the_seller",
            rule="R4.4",
        )


@as_refusals()
@transaction.atomic
def approve_refund(number: str, comment: str = "", *, actor: User) -> Refund:
    """One operator's approval; with the last one due, seller and customer are told (R4.4, R4.5).

    The standards are held against the order as it is now, not as it was at the application (R4.3).
    """
    refund = _locked(number, actor)
    require_approver(refund, actor)
    comment = optional_text("comment", comment)
    RefundApproval.objects.create(
        refund=refund,
        operator=actor,
        requested_by=refund.requested_by,
        comment=comment,
        checks=checks_of(facts_of(refund.order, refund.amount, refund), timezone.now()),
    )
    if is_approved_by_enough(refund):
        _move(refund, RefundState.APPROVED, approved_at=timezone.now())
        notices.refund_confirmed(refund)
    _record(refund, "approved", actor, comment=comment)
    return refund


def require_approver(refund: Refund, actor: User) -> None:
    """Refuse whoever may not approve this refund now; pages tell the same reason beforehand."""
    require_duty(actor, Duty.DECIDE_REFUNDS, _("approve a refund"), rule="R4.4")
    if refund.state != RefundState.OPERATOR_REVIEW:
        raise already_decided(refund, "refund", rule="R4.3")
    if refund.requested_by_id == actor.pk:
        raise Forbidden(
            _("You applied for this refund; another operator has to approve it."),
            code="requester_is_not_approver",
            rule="R4.4",
        )
    if refund.approvals.filter(operator=actor).exists():
        raise Conflict(
            _("You approved this refund already; a second operator has to approve it."),
            code="approvers_are_different",
            rule="R4.4",
        )
    require_two_besides_the_spokesman(refund, actor)
    require_own_hand(actor)
    require_standards(refund)


@as_refusals()
@transaction.atomic
def reject_refund(
    number: str, reason: str, *, documents: Iterable[Upload] = (), actor: User
) -> Refund:
    """By an operator, or by the seller while its review is due; the customer may apply again."""
    refund = _locked(number, actor)
    require_reviewer(actor, refund.seller)
    if not actor.is_operator:
        _require_state(refund, RefundState.SELLER_REVIEW)
    reason = require_text("reason", reason, rule="R4.3")
    attach_all("refund", number, documents, actor=actor)
    _move(
        refund,
        RefundState.REJECTED,
        rejected_by=actor,
        rejection_reason=reason,
        closed_at=timezone.now(),
    )
    _record(refund, "rejected", actor, reason=reason)
    notices.refund_rejected(refund)
    return refund


@as_refusals()
@transaction.atomic
def withdraw_refund(number: str, *, actor: User) -> Refund:
    """The customer no longer wants it; possible until it is approved."""
    refund = _locked(number, actor)
    require_duty(actor, Duty.REQUEST_REFUNDS, _("withdraw a customer's refund"), rule="R4.3")
    _move(refund, RefundState.WITHDRAWN, closed_at=timezone.now())
    _record(refund, "withdrawn", actor)
    return refund


@as_refusals()
@transaction.atomic
def complete_refund(number: str, refunded_at: datetime, *, actor: User) -> Refund:
    """The payment system reports the money as returned; a settled refund is recovered (R5.1).

    Reporting the same instant again changes nothing.
    """
    refund = _locked(number, actor)
    require_duty(actor, Duty.REPORT_REFUNDS, _("report a refund as paid out"), rule="R4.5")
    if refund.state == RefundState.REFUNDED:
        return _same_report(refund, refunded_at)
    _require_possible(refund, refunded_at)
    _move(refund, RefundState.REFUNDED, refunded_at=refunded_at, closed_at=timezone.now())
    _record(refund, "refunded", actor, refunded_at=refunded_at.isoformat())
    notices.refund_paid(refund)
    _recover_if_settled(refund, actor)
    _release_if_nothing_is_kept(refund, actor)
    return refund


def _release_if_nothing_is_kept(refund: Refund, actor: User) -> None:
    """An order refunded in full ends its service; one refunded in part goes on (R4.7)."""
    refunds = Refund.objects.filter(order=refund.order, state=RefundState.REFUNDED)
    if refunds.aggregate(total=Sum("amount"))["total"] == refund.order.paid_amount:
        release_refunded(refund.order, refund.number, actor)


def _recover_if_settled(refund: Refund, actor: User) -> None:
    """An order not yet billed needs no recovery: the run sees what it retains (R4.6, R5.1)."""
    line = BillLine.objects.filter(order=refund.order, kind=LineKind.ORDER).first()
    if line:
        open_recovery(refund, line, actor=actor)
        settle_expired_recoveries([refund.seller_id])


def _same_report(refund: Refund, refunded_at: datetime) -> Refund:
    if refund.refunded_at != refunded_at:
        raise Conflict(
            _("This refund was reported as paid out at %(refunded_at)s.")
            % {"refunded_at": f"{refund.refunded_at:%Y-%m-%dT%H:%M:%SZ}"},
            code="refunded_already",
            rule="R4.5",
            field="refunded_at",
        )
    return refund


def _require_possible(refund: Refund, refunded_at: datetime) -> None:
    require_paid(refund)
    refuse(future_violations("refunded_at", refunded_at, timezone.now()))
    refuse(payout_violations(refunded_at, refund.order.paid_at))


def _locked(number: str, actor: User) -> Refund:
    return read_locked(
        Refund.objects.select_related("seller", "order__product", "requested_by"),
        number,
        actor=actor,
    )


def _require_state(refund: Refund, state: RefundState) -> None:
    if refund.state != state:
        raise already_decided(refund, "refund", rule="R4.3")


def _move(refund: Refund, target: RefundState, **columns: Any) -> None:
    refund.move_to(target, modified_at=timezone.now(), **columns)


def _record(refund: Refund, verb: str, actor: User, **facts: str) -> None:
    audit.record(
        actor,
        verb,
        "refund",
        refund.number,
        seller=refund.seller.number,
        row=refund,
        state=refund.state,
        amount=format_amount(refund.amount, refund.currency),
        currency=refund.currency,
        **facts,
    )
