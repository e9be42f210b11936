"""A refund from application to payout: every step a move of R4.3, decided by the right person."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said, Who, act
from koogallery.asks import COMMENT, Asks, Documents, Instant, Prose
from koogallery.attachments import Upload, attach_all
from koogallery.decided import already_decided
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Forbidden, refuse
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.notices import SELLER, tell
from koogallery.numbering import next_number
from koogallery.settlement_time import ZONE
from sellers.models import Order
from sellers.rules.figures import future_violations
from sellers.services.delivery.queue import release_refunded
from settlement.choices import LineKind, RefundState
from settlement.models import BillLine, Refund, RefundApproval
from settlement.notices import tell_seller_and_customer
from settlement.rules.refunds import needs_seller_review, payout_violations, refund_violations
from settlement.services.authority import REVIEWERS
from settlement.services.recoveries.opening import open_recovery, settle_expired_recoveries
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

#: Who says what the seller thinks of a refund: its member, or an operator who records it.
SPOKESMEN = REVIEWERS | Duty.DECIDE_REFUNDS
REFUNDS = Refund.objects.select_related("seller", "order__product", "requested_by")
by_spokesmen = ActsOn(REFUNDS, by=SPOKESMEN, rule="R4.3")
AGREEMENT = Asks(
    "RefundAgreementInput",
    (
        Prose(
            name="comment",
            label=gettext_lazy("Comment for Huawei’s operations"),
            help=gettext_lazy("Optional."),
            required=False,
            rows=4,
        ),
        Documents(name="documents"),
    ),
)
REJECTION = Asks(
    "RefundRejectionInput",
    (
        Prose(
            name="reason",
            label=gettext_lazy("Reason"),
            help=gettext_lazy("The customer reads it as you write it here."),
            rows=4,
        ),
        Documents(name="documents"),
    ),
)
PAYOUT = Asks(
    "CompletionInput",
    (
        Instant(
            name="refunded_at",
            label=gettext_lazy("Paid out at"),
            help=gettext_lazy("When the customer’s money left, as the payment system says (R4.5)."),
        ),
    ),
)


@act(
    "refund",
    Order.objects.with_names(),
    by=Who(Duty.REQUEST_REFUNDS),
    rule="R4.3",
    in_person=True,
)
def request_refund(
    order: Order, amount: Decimal, reason: str, special_agreement: str = "", *, actor: User
) -> Refund:
    """Record a customer's claim, held against the standards of R4.2 as they stand now.

    Refused above what the customer paid, whatever was agreed (R4.1); refused outside R4.2 unless
    a special agreement admits it. It goes on at once to whoever has to look at it first.
    """
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
        refund.move_to(RefundState.SELLER_REVIEW)
        tell("refund_review", refund, f"{refund.number}:{SELLER}")
    else:
        refund.move_to(RefundState.OPERATOR_REVIEW)


def _by_another(refund: Refund, actor: User) -> None:
    if refund.requested_by_id == actor.pk:
        raise Forbidden(
            _("You applied for this refund; another operator records what the seller said."),
            code="the_requester_does_not_speak_for_the_seller",
            rule="R4.4",
        )


@by_spokesmen(
    "agree",
    when=(RefundState.SELLER_REVIEW,),
    unless=_by_another,
    asks=AGREEMENT,
    said=Said(
        label=gettext_lazy("Agree"),
        question=gettext_lazy("Agree to this refund?"),
        consequence=gettext_lazy(
            "Huawei’s operations then decide. If they approve, the customer gets the money back "
            "and you and the customer are told."
        ),
        done=gettext_lazy("You agreed. Huawei’s operations decide next; you will be told."),
    ),
)
def agree_refund(
    refund: Refund, comment: str = "", *, documents: Iterable[Upload] = (), actor: User
) -> Refund:
    """The seller's review: it agrees, or an operator records that it did (R4.2)."""
    comment = optional_text("comment", comment)
    attach_all("refund", refund.number, documents, actor=actor)
    refund.move_to(
        RefundState.OPERATOR_REVIEW,
        seller_comment=comment,
        agreed_by=actor,
        agreed_at=timezone.now(),
    )
    _record(refund, "agreed", actor, comment=comment)
    return refund


def _by_an_approver(refund: Refund, actor: User) -> None:
    """Who has no other part in it and has not approved it; the standards hold as they are now."""
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
    require_standards(refund)


@act(
    "approve",
    REFUNDS,
    by=Who(Duty.DECIDE_REFUNDS),
    rule="R4.3",
    to=RefundState.APPROVED,
    unless=_by_an_approver,
    in_person=True,
    asks=COMMENT,
    said=Said(
        label=gettext_lazy("Approve"),
        question=gettext_lazy("Approve this refund?"),
        done=gettext_lazy("Your approval is recorded."),
    ),
)
def approve_refund(refund: Refund, comment: str = "", *, actor: User) -> Refund:
    """One operator's approval; with the last one due, seller and customer are told (R4.4, R4.5).

    The standards are held against the order as it is now, not as it was at the application (R4.3).
    """
    comment = optional_text("comment", comment)
    RefundApproval.objects.create(
        refund=refund,
        operator=actor,
        requested_by=refund.requested_by,
        comment=comment,
        checks=checks_of(facts_of(refund.order, refund.amount, refund), timezone.now()),
    )
    if is_approved_by_enough(refund):
        refund.move_to(RefundState.APPROVED, approved_at=timezone.now())
        tell_seller_and_customer("refund_confirmed", refund)
    _record(refund, "approved", actor, comment=comment)
    return refund


def _while_the_review_is_due(refund: Refund, actor: User) -> None:
    if not actor.is_operator and refund.state != RefundState.SELLER_REVIEW:
        raise already_decided(refund, "refund", actor, rule="R4.3")


@by_spokesmen(
    "reject",
    to=RefundState.REJECTED,
    unless=_while_the_review_is_due,
    asks=REJECTION,
    said=Said(
        label=gettext_lazy("Reject"),
        question=gettext_lazy("Reject this refund?"),
        consequence=gettext_lazy(
            "The customer keeps the order and is told your reason. The customer may apply again."
        ),
        done=gettext_lazy("You rejected the refund. The customer is told your reason."),
        is_final=True,
    ),
)
def reject_refund(
    refund: Refund, reason: str, *, documents: Iterable[Upload] = (), actor: User
) -> Refund:
    """By an operator, or by the seller while its review is due; with a reason (R4.3)."""
    reason = require_text("reason", reason, rule="R4.3")
    attach_all("refund", refund.number, documents, actor=actor)
    refund.move_to(
        RefundState.REJECTED,
        rejected_by=actor,
        rejection_reason=reason,
        closed_at=timezone.now(),
    )
    _record(refund, "rejected", actor, reason=reason)
    tell_seller_and_customer("refund_rejected", refund, reason=reason)
    return refund


@act(
    "withdraw",
    REFUNDS,
    by=Who(Duty.REQUEST_REFUNDS),
    rule="R4.3",
    to=RefundState.WITHDRAWN,
    said=Said(
        label=gettext_lazy("Withdraw"),
        question=gettext_lazy("Has the customer withdrawn this refund?"),
        done=gettext_lazy("The refund is withdrawn."),
        is_final=True,
    ),
)
def withdraw_refund(refund: Refund, *, actor: User) -> Refund:
    """The customer no longer wants it; possible until it is approved."""
    refund.move_to(RefundState.WITHDRAWN, closed_at=timezone.now())
    _record(refund, "withdrawn", actor)
    return refund


@act(
    "complete",
    REFUNDS,
    by=Who(Duty.REPORT_REFUNDS),
    rule="R4.5",
    when=(RefundState.APPROVED, RefundState.REFUNDED),
    asks=PAYOUT,
    said=Said(
        label=gettext_lazy("Report as paid out"),
        question=gettext_lazy("Has the customer been paid?"),
        done=gettext_lazy("The refund is reported as paid out."),
        is_final=True,
    ),
)
def complete_refund(refund: Refund, refunded_at: datetime, *, actor: User) -> Refund:
    """The payment system reports the money as returned; a settled refund is recovered (R5.1).

    Reporting the same instant again changes nothing.
    """
    if refund.state == RefundState.REFUNDED:
        if refund.refunded_at != refunded_at:
            raise Conflict(
                _("This refund was reported as paid out at %(refunded_at)s.")
                % {"refunded_at": f"{refund.refunded_at:%Y-%m-%dT%H:%M:%SZ}"},
                code="refunded_already",
                rule="R4.5",
                field="refunded_at",
            )
        return refund
    require_paid(refund)
    refuse(future_violations("refunded_at", refunded_at, timezone.now()))
    refuse(payout_violations(refunded_at, refund.order.paid_at))
    refund.move_to(RefundState.REFUNDED, refunded_at=refunded_at, closed_at=timezone.now())
    _record(refund, "refunded", actor, refunded_at=refunded_at.isoformat())
    tell_seller_and_customer("refund_paid", refund)
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


def _record(refund: Refund, verb: str, actor: User, **facts: str) -> None:
    audit.note(
        actor,
        verb,
        refund,
        state=refund.state,
        amount=format_amount(refund.amount, refund.currency),
        currency=refund.currency,
        **facts,
    )
