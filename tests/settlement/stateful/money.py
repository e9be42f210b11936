"""Money moves outside the bill run: refunds, deposits, receivables, adjustments."""

from decimal import Decimal
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.choices import RefundState
from settlement.models import Receivable, Refund
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.deposits import move_deposit
from settlement.services.recoveries.receivables import move_receivable_to_next_bill, pay_receivable
from settlement.services.refunds import lifecycle
from tests.settlement.stateful import model
from tests.settlement.stateful.facts import FactsArrive
from tests.settlement.stateful.sellers import (
    MOMENTS,
    OPERATORS,
    SPOKESMAN,
    UNITS,
    Moment,
    Owed,
    Placed,
    instant,
    money,
    units,
)
from tests.world import an_operator

Claim = tuple[model.Seller, model.Order, Refund]


class Claimed(NamedTuple):
    """All that is left of an order, or part of it; preferably one billed already, or not yet."""

    whole: bool
    billed: bool


CLAIMED = st.builds(Claimed, st.booleans(), st.sampled_from([True, True, False]))


class MoneyMoves(FactsArrive):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Claim] = []
        self.approved: list[Claim] = []

    @precondition(lambda self: self._refundable())
    @rule(data=st.data(), claimed=CLAIMED)
    def ask_for_refund(self, data: st.DataObject, claimed: Claimed) -> None:
        self.asked.append(self._ask(data, claimed))

    def ask_for_too_much(self, data: st.DataObject) -> None:
        seller, order = self.one_of(data, self.orders(lambda order: order.paid_at is not None))
        amount = order.paid - order.claimed + money(seller, 1)
        args = (order.number, amount, "not needed", "contract 7")
        code = "pay_per_use_carries_no_amount" if order.metered else "within_amount_paid"  # R4.8
        self.refused(code, lifecycle.request_refund, *args)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), is_withdrawn=st.booleans())
    def decide(self, data: st.DataObject, is_withdrawn: bool) -> None:
        claim = self.one_of(data, self.asked)
        self.asked.remove(claim)
        _, order, refund = claim
        if is_withdrawn:
            lifecycle.withdraw_refund(refund.number, actor=an_operator())
            order.claimed -= refund.amount
        else:
            self._approve(claim)
            self.approved.append(claim)

    @precondition(lambda self: self.approved)
    @rule(data=st.data(), moment=MOMENTS)
    def pay_refund_out(self, data: st.DataObject, moment: Moment) -> None:
        """Of an order billed or not, reported in time or months later."""
        claim = self.one_of(data, self.approved)
        self.approved.remove(claim)
        self._pay_out(claim, moment)

    @precondition(lambda self: self._refundable())
    @rule(data=st.data(), claimed=CLAIMED, moment=MOMENTS)
    def refund_at_once(self, data: st.DataObject, claimed: Claimed, moment: Moment) -> None:
        claim = self._ask(data, claimed)
        self._approve(claim)
        self._pay_out(claim, moment)

    def approve_at_once(self, data: st.DataObject, claimed: Claimed) -> None:
        claim = self._ask(data, claimed)
        self._approve(claim)
        self.approved.append(claim)

    @rule(data=st.data(), amount=UNITS)
    def top_up_the_deposit(self, data: st.DataObject, amount: int) -> None:
        self.top_up(self.any_seller(data), amount)

    def top_up(self, seller: model.Seller, amount: int) -> None:
        self._move_deposit(seller, "top_up", money(seller, amount))
        seller.top_up(money(seller, amount))

    @precondition(lambda self: self._with_deposit())
    @rule(data=st.data(), kind=st.sampled_from(["penalty", "return"]), whole=st.booleans())
    def take_from_the_deposit(self, data: st.DataObject, kind: str, whole: bool) -> None:
        seller = self.one_of(data, self._with_deposit())
        amount = self._part(data, seller, seller.deposit, whole)
        self._move_deposit(seller, kind, amount)
        seller.deposit -= amount

    def overdraw_the_deposit(self, data: st.DataObject) -> None:
        seller = self.any_seller(data)
        args = (seller.number, "return", seller.deposit + money(seller, 1), "too much")
        self.refused("deposit_too_low", move_deposit, *args)

    def _move_deposit(self, seller: model.Seller, kind: str, amount: Decimal) -> None:
        reference = f"transfer {next(self.serial)}"
        move_deposit(seller.number, kind, amount, reference, actor=an_operator())

    @precondition(lambda self: self._receivables())
    @rule(data=st.data(), whole=st.booleans())
    def pay_a_receivable(self, data: st.DataObject, whole: bool) -> None:
        seller, recovery = self.one_of(data, self._receivables())
        amount = self._part(data, seller, recovery.outstanding, whole)
        reference = f"transfer {next(self.serial)}"
        pay_receivable(_receivable_of(recovery), amount, reference, actor=an_operator())
        recovery.take(amount)

    @precondition(lambda self: self._receivables())
    @rule(data=st.data())
    def move_a_receivable_to_the_next_bill(self, data: st.DataObject) -> None:
        seller, recovery = self.one_of(data, self._receivables())
        move_receivable_to_next_bill(_receivable_of(recovery), "agreed", actor=an_operator())
        seller.move_to_next_bill(recovery)

    @precondition(lambda self: any(seller.bills for seller in self.sellers))
    @rule(data=st.data(), amount=UNITS, sign=st.sampled_from([1, -1]))
    def adjust(self, data: st.DataObject, amount: int, sign: int) -> None:
        seller = self.one_of(data, [seller for seller in self.sellers if seller.bills])
        cycle = self.one_of(data, sorted(seller.bills))
        signed = sign * money(seller, amount)
        adjustment = adjust_bill(
            f"B{cycle}-{seller.number}", signed, "measured wrongly", actor=an_operator()
        )
        seller.waiting[adjustment.number] = signed

    def _ask(self, data: st.DataObject, claimed: Claimed) -> Claim:
        refundable = self._refundable()
        preferred = [one for one in refundable if bool(one[1].billed_on) == claimed.billed]
        seller, order = self.one_of(data, preferred or refundable)
        amount = self._part(data, seller, order.paid - order.claimed, claimed.whole)
        refund = lifecycle.request_refund(
            order.number, amount, "not needed", "contract 7", actor=an_operator()
        )
        order.claimed += amount
        return seller, order, refund

    def _approve(self, claim: Claim) -> None:
        _, order, refund = claim
        if refund.state == RefundState.SELLER_REVIEW:
            lifecycle.agree_refund(refund.number, actor=an_operator(SPOKESMAN))
        for approver in OPERATORS[1 : 1 + refund.approvals_needed]:
            lifecycle.approve_refund(refund.number, actor=an_operator(approver))
        order.pending += 1

    def _pay_out(self, claim: Claim, moment: Moment) -> None:
        seller, order, refund = claim
        when = instant(seller, moment)
        when = max(when, order.paid_at or when)
        lifecycle.complete_refund(refund.number, when, actor=an_operator())
        order.returned_at = min(when, order.returned_at or when)
        recovery = f"RC{refund.number.removeprefix('RF')}"
        seller.refund(order, recovery, refund.amount, when)

    def _part(
        self, data: st.DataObject, seller: model.Seller, amount: Decimal, whole: bool
    ) -> Decimal:
        if whole:
            return amount
        return money(seller, data.draw(st.integers(1, units(seller, amount)), label="part"))

    def _refundable(self) -> list[Placed]:
        return self.orders(lambda order: order.paid_at is not None and order.paid > order.claimed)

    def _with_deposit(self) -> list[model.Seller]:
        return [seller for seller in self.sellers if seller.deposit]

    def _receivables(self) -> list[Owed]:
        return [
            (seller, recovery)
            for seller in self.sellers
            for recovery in seller.recoveries
            if recovery.state == "receivable"
        ]


def _receivable_of(recovery: model.Recovery) -> str:
    return Receivable.objects.get(recovery__number=recovery.number).number
