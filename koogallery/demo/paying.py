"""Operators of the demo pay sellers: a batch, its approvals, its file, how it ends (R8.2)."""

from dataclasses import dataclass

from django.utils import timezone

from koogallery.demo.desk import Desk
from koogallery.duties import Duty
from koogallery.models import User
from settlement.choices import BatchState, PayoutState
from settlement.models import Payout, PayoutBatch
from settlement.services.payouts.batches import approve_batch, create_batch, send_batch
from settlement.services.payouts.outcomes import fail_by_hand, pay_again, pay_by_hand


@dataclass(frozen=True, slots=True)
class PayOut:
    """What is planned for a seller, `until` a state; `again`: what failed is planned once more."""

    month: int
    seller: str
    until: PayoutState
    again: bool = False

    def do(self, desk: Desk) -> object:
        payout = Payout.objects.planned().filter(seller__number=self.seller).first()
        if payout is None:
            return None
        batch = create_batch(payout.currency, sellers=[self.seller], actor=desk.first)
        if self.until == PayoutState.IN_BATCH:
            return batch
        self._approve(batch, desk)
        send_batch(batch.number, actor=desk.first)
        if self.until == PayoutState.PAID:
            reference, now = f"TT-{payout.number}", timezone.now()
            return desk.agree(pay_by_hand(payout.number, reference, now, actor=desk.first))
        if self.until == PayoutState.FAILED:
            why = "The account is closed."
            desk.agree(fail_by_hand(payout.number, "AC04", why, actor=desk.first))
            if self.again:
                pay_again(payout.number, "The bank has opened the account.", actor=desk.second)
        return batch

    def _approve(self, batch: PayoutBatch, desk: Desk) -> None:
        """By as many as it needs, the second operator first."""
        others = User.objects.filter(is_staff=True).exclude(pk__in=[desk.first.pk, desk.second.pk])
        paying = [desk.second, *(each for each in others.order_by("pk") if each.may(Duty.PAY_OUT))]
        for operator in paying:
            batch.refresh_from_db()
            if batch.state == BatchState.DRAFT:
                approve_batch(batch.number, actor=operator)
