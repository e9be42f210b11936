"""What people do in the demo: each act calls the same service as the page or the API would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from koogallery.demo.desk import Desk
from koogallery.demo.histories import OrderHistory, Usage
from koogallery.events.readings import mark_read
from koogallery.kit.cycles import Cycle
from koogallery.models import Notice
from sellers.models import Member
from sellers.services.companies.sellers import change_seller
from sellers.services.products.catalogue import change_product
from settlement.choices import BillState, RefundState
from settlement.models import Bill, BillLook, Receivable
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.bills.approval import approve_bill, reject_bill
from settlement.services.closing.bill_reviews import look_at_bill
from settlement.services.deposits import move_deposit
from settlement.services.recoveries.receivables import move_receivable_to_next_bill, pay_receivable
from settlement.services.refunds.lifecycle import (
    agree_refund,
    approve_refund,
    complete_refund,
    reject_refund,
    request_refund,
    withdraw_refund,
)


class Act(Protocol):
    """Done once, when the demo's clock shows `at`."""

    @property
    def at(self) -> datetime: ...

    def do(self, desk: Desk) -> object: ...


@dataclass(frozen=True, slots=True)
class Story:
    """Orders and usage that the feeds tell, and what people do about them."""

    orders: Sequence[OrderHistory] = ()
    usage: Sequence[Usage] = ()
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class MoveDeposit:
    at: datetime
    seller: str
    kind: str
    amount: str
    reference: str

    def do(self, desk: Desk) -> object:
        amount = Decimal(self.amount)
        came = move_deposit(self.seller, self.kind, amount, self.reference, actor=desk.first)
        return desk.agree(came)


@dataclass(frozen=True, slots=True)
class Certify:
    """The seller's business information is certified at last (R1.3)."""

    at: datetime
    seller: str

    def do(self, desk: Desk) -> object:
        return change_seller(self.seller, {"certified_at": self.at}, actor=desk.first)


@dataclass(frozen=True, slots=True)
class ChangeFeeRatio:
    """Orders told from here on get the new ratio; those told before keep theirs (R2.6)."""

    at: datetime
    product: str
    ratio: str

    def do(self, desk: Desk) -> object:
        changes = {"platform_fee_ratio": Decimal(self.ratio)}
        return change_product(self.product, changes, actor=desk.second)


@dataclass(frozen=True, slots=True)
class AdjustBill:
    """A difference found after the bill of `cycle` was issued (R3.2).

    `waits`: it takes a second person, who has not looked at it yet (R4.4).
    """

    at: datetime
    seller: str
    cycle: Cycle
    amount: str
    reason: str
    waits: bool = False

    def do(self, desk: Desk) -> object:
        bill = Bill.objects.get(seller__number=self.seller, cycle=self.cycle)
        came = adjust_bill(bill.number, Decimal(self.amount), self.reason, actor=desk.second)
        return came if self.waits else desk.agree(came)


@dataclass(frozen=True, slots=True)
class ApproveBills:
    """Every bill that waits for it, up to those of `cycle`."""

    at: datetime
    cycle: Cycle

    def do(self, desk: Desk) -> object:
        waiting = Bill.objects.filter(cycle__lte=self.cycle, state=BillState.PENDING_APPROVAL)
        for look in BillLook.objects.due().filter(bill__in=waiting).select_related("bill"):
            look_at_bill(look.bill.number, "The orders are right.", actor=desk.second)
        return [desk.agree(approve_bill(bill.number, actor=desk.first)) for bill in waiting]


@dataclass(frozen=True, slots=True)
class ReadNotices:
    """Members read what their sellers have been told."""

    at: datetime

    def do(self, _: Desk) -> object:
        members = Member.objects.select_related("user", "seller").order_by("pk")
        told = Notice.objects.of_sellers()
        return [
            mark_read(told.filter(seller_number=member.seller.number), member.user)
            for member in members
        ]


@dataclass(frozen=True, slots=True)
class RejectBill:
    at: datetime
    seller: str
    cycle: Cycle
    reason: str

    def do(self, desk: Desk) -> object:
        bill = Bill.objects.get(seller__number=self.seller, cycle=self.cycle)
        return reject_bill(bill.number, self.reason, actor=desk.second)


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund asked for by the trading system, and carried on until it is in `until`.

    `approvals` stops before the last one due; `refunded_at` is when the customer had the money. The
    seller takes two hours to answer, the operators three.
    """

    at: datetime
    order: OrderHistory
    amount: Decimal
    reason: str
    until: RefundState
    agreement: str = ""
    because: str = ""  # of a rejection
    by_seller: bool = False
    approvals: int = 2
    refunded_at: datetime | None = None

    def do(self, desk: Desk) -> object:
        refund = request_refund(
            self.order.number, self.amount, self.reason, self.agreement, actor=desk.trading
        )
        if self.until == RefundState.WITHDRAWN:
            return withdraw_refund(refund.number, actor=desk.trading)
        reviewer = desk.reviewer_for(self.order.seller)
        desk.later(hours=2)
        if self.until == RefundState.REJECTED:
            decider = reviewer if self.by_seller else desk.second
            return reject_refund(refund.number, self.because, actor=decider)
        if self.until == RefundState.SELLER_REVIEW:
            return refund
        if refund.state == RefundState.SELLER_REVIEW:
            agree_refund(refund.number, "Agreed with the customer.", actor=reviewer)
        desk.later(hours=3)
        ends = self.until in (RefundState.APPROVED, RefundState.REFUNDED)
        for operator in desk.operators if ends else desk.operators[: self.approvals]:
            refund = approve_refund(refund.number, "Meets the standards.", actor=operator)
            if refund.state == RefundState.APPROVED:
                break
        return self._pay_out(refund.number, desk)

    def _pay_out(self, number: str, desk: Desk) -> object:
        if self.until != RefundState.REFUNDED:
            return None
        assert self.refunded_at, "a refund paid out has its instant"
        desk.wait_until(self.refunded_at)
        return complete_refund(number, self.refunded_at, actor=desk.trading)


@dataclass(frozen=True, slots=True)
class PayReceivable:
    """The seller transfers a part, or all, of what its recovery left open (R5.7)."""

    at: datetime
    order: OrderHistory
    amount: str
    reference: str

    def do(self, desk: Desk) -> object:
        number = _receivable_of(self.order)
        amount = Decimal(self.amount)
        return desk.agree(pay_receivable(number, amount, self.reference, actor=desk.first))


@dataclass(frozen=True, slots=True)
class MoveReceivable:
    at: datetime
    order: OrderHistory
    reason: str

    def do(self, desk: Desk) -> object:
        number = _receivable_of(self.order)
        return desk.agree(move_receivable_to_next_bill(number, self.reason, actor=desk.second))


def _receivable_of(order: OrderHistory) -> str:
    return Receivable.objects.get(recovery__refund__order__number=order.number).number
