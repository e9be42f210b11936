"""What people do in the demo: each act calls the same service as the page or the API would."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, TypedDict, Unpack

from django.utils import timezone

from koogallery.attachments import Document
from koogallery.demo.desk import Desk
from koogallery.demo.histories import OrderHistory
from koogallery.events.readings import mark_read
from koogallery.kit.cycles import Cycle
from koogallery.models import Notice
from koogallery.papers import Paper, Text, write_paper
from koogallery.settlement_time import ZONE
from sellers.models import Member
from sellers.services.companies.sellers import change_seller
from sellers.services.products.catalogue import change_product
from settlement.choices import BillState, DisputeState, RefundState
from settlement.models import Bill, BillLook, Receivable
from settlement.services import deposits
from settlement.services.bills import adjustments, approval, disputes
from settlement.services.closing.bill_reviews import look_at_bill
from settlement.services.recoveries import receivables
from settlement.services.refunds.lifecycle import (
    agree_refund,
    approve_refund,
    complete_refund,
    reject_refund,
    request_refund,
    withdraw_refund,
)


@dataclass(frozen=True, slots=True)
class Act:
    """Done once, by `do` with these facts, when the demo's clock shows `at`."""

    at: datetime
    do: Callable[..., object]
    facts: Mapping[str, Any]


def move_deposit(desk: Desk, *, seller: str, kind: str, amount: Decimal, reference: str) -> object:
    return desk.agree(deposits.move_deposit(seller, kind, amount, reference, actor=desk.first))


def certify(desk: Desk, *, seller: str, certified_at: datetime) -> object:
    """The seller's business information is certified at last (R1.3)."""
    return change_seller(seller, {"certified_at": certified_at}, actor=desk.first)


def change_fee_ratio(desk: Desk, *, product: str, ratio: str) -> object:
    """Orders told from here on get the new ratio; those told before keep theirs (R2.6)."""
    return change_product(product, {"platform_fee_ratio": Decimal(ratio)}, actor=desk.second)


def adjust_bill(
    desk: Desk, *, seller: str, cycle: Cycle, amount: Decimal, reason: str, waits: bool = False
) -> object:
    """A difference found after the bill of `cycle` was issued (R3.2).

    `waits`: it takes a second person, who has not looked at it yet (R4.4).
    """
    bill = Bill.objects.get(seller__number=seller, cycle=cycle)
    came = adjustments.adjust_bill(bill.number, amount, reason, actor=desk.second)
    return came if waits else desk.agree(came)


def approve_bills(desk: Desk, *, cycle: Cycle) -> object:
    """Every bill that waits for it, up to those of `cycle`."""
    waiting = Bill.objects.filter(cycle__lte=cycle, state=BillState.PENDING_APPROVAL)
    for look in BillLook.objects.due().filter(bill__in=waiting).select_related("bill"):
        look_at_bill(look.bill.number, "The orders are right.", actor=desk.second)
    return [desk.agree(approval.approve_bill(bill.number, actor=desk.first)) for bill in waiting]


def read_notices(_: Desk) -> object:
    """Members read what their sellers have been told."""
    members = Member.objects.select_related("user", "seller").order_by("pk")
    told = Notice.objects.of_sellers()
    return [
        mark_read(told.filter(seller_number=member.seller.number), member.user)
        for member in members
    ]


def reject_bill(desk: Desk, *, seller: str, cycle: Cycle, reason: str) -> object:
    bill = Bill.objects.get(seller__number=seller, cycle=cycle)
    return approval.reject_bill(bill.number, reason, actor=desk.second)


class Objection(TypedDict, total=False):
    """The line that is disputed, the document that shows it, and how it is answered."""

    line_no: int
    document: str
    until: str
    answer: str


def dispute_bill(
    desk: Desk,
    *,
    seller: str,
    cycle: Cycle,
    reason: str,
    amount: Decimal | None = None,
    **told: Unpack[Objection],
) -> object:
    """Opened by the seller's own accountant, and answered unless it stays open (R3.4)."""
    bill = Bill.objects.get(seller__number=seller, cycle=cycle)
    today = timezone.now().astimezone(ZONE).date()
    names = [told["document"]] if "document" in told else []
    papers = [paper(f"{name}.pdf", name.capitalize(), [reason], day=today) for name in names]
    by = desk.accountant_for(seller)
    dispute = disputes.open_dispute(
        bill.number, told.get("line_no"), reason, amount, documents=papers, actor=by
    )
    desk.later(hours=22)
    until, answer = told.get("until"), told.get("answer", "")
    if until == DisputeState.ACCEPTED:
        came = disputes.accept_dispute(dispute.number, answer, amount, actor=desk.second)
        return desk.agree(came)
    if until == DisputeState.DECLINED:
        return disputes.decline_dispute(dispute.number, answer, actor=desk.second)
    return dispute


class Outcome(TypedDict, total=False):
    """Why it is rejected and by whom; how many approve it; when the customer has the money."""

    because: str
    by_seller: bool
    approvals: int
    refunded_at: datetime


def refund(
    desk: Desk,
    *,
    order: OrderHistory,
    until: str,
    amount: Decimal | None = None,
    reason: str = "The customer has unsubscribed.",
    agreement: str = "",
    **told: Unpack[Outcome],
) -> object:
    """Asked for by the trading system, in full unless told otherwise, and carried on to `until`.

    The seller takes two hours to answer, the operators three.
    """
    claim = request_refund(
        order.number, amount or order.paid_amount, reason, agreement, actor=desk.trading
    )
    if until == RefundState.WITHDRAWN:
        return withdraw_refund(claim.number, actor=desk.trading)
    reviewer = desk.reviewer_for(order.seller)
    desk.later(hours=2)
    if until == RefundState.REJECTED:
        decider = reviewer if told.get("by_seller") else desk.second
        return reject_refund(claim.number, told["because"], actor=decider)
    if until == RefundState.SELLER_REVIEW:
        return claim
    if claim.state == RefundState.SELLER_REVIEW:
        agree_refund(claim.number, "Agreed with the customer.", actor=reviewer)
    desk.later(hours=3)
    for operator in desk.operators[: told.get("approvals", 2)]:
        claim = approve_refund(claim.number, "Meets the standards.", actor=operator)
        if claim.state == RefundState.APPROVED:
            break
    if until != RefundState.REFUNDED:
        return claim
    desk.wait_until(told["refunded_at"])
    return complete_refund(claim.number, told["refunded_at"], actor=desk.trading)


def pay_receivable(desk: Desk, *, order: OrderHistory, amount: Decimal, reference: str) -> object:
    """The seller transfers a part, or all, of what its recovery left open (R5.7)."""
    number = _receivable_of(order)
    return desk.agree(receivables.pay_receivable(number, amount, reference, actor=desk.first))


def move_receivable(desk: Desk, *, order: OrderHistory, reason: str) -> object:
    number = _receivable_of(order)
    return desk.agree(receivables.move_receivable_to_next_bill(number, reason, actor=desk.second))


def _receivable_of(order: OrderHistory) -> str:
    return Receivable.objects.get(recovery__refund__order__number=order.number).number


#: Acts that `data/stories.toml` may name.
NAMED: Mapping[str, Callable[..., object]] = {
    act.__name__: act
    for act in (
        move_deposit,
        certify,
        change_fee_ratio,
        adjust_bill,
        reject_bill,
        dispute_bill,
        refund,
        pay_receivable,
        move_receivable,
    )
}


def paper(name: str, title: str, lines: Sequence[str], *, day: date) -> Document:
    page = BytesIO()
    write_paper(page, Paper(title, "", day, parts=[Text("\n".join(lines))]))
    return Document(name, page.getvalue())
