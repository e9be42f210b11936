"""A seller of the demo objects to a bill, and an operator answers (R3.4)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from koogallery.attachments import Document
from koogallery.demo.desk import Desk
from koogallery.demo.papers import paper
from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE
from settlement.choices import DisputeState
from settlement.models import Bill
from settlement.services.bills.disputes import accept_dispute, decline_dispute, open_dispute


@dataclass(frozen=True, slots=True)
class DisputeBill:
    """Opened by the seller's own accountant, and answered unless it stays open."""

    at: datetime
    seller: str
    cycle: Cycle
    line_no: int | None
    reason: str
    amount: str = ""
    until: DisputeState = DisputeState.OPEN
    answer: str = ""
    document: str = ""

    def do(self, desk: Desk) -> object:
        bill = Bill.objects.get(seller__number=self.seller, cycle=self.cycle)
        amount = Decimal(self.amount) if self.amount else None
        by = desk.accountant_for(self.seller)
        dispute = open_dispute(
            bill.number, self.line_no, self.reason, amount, documents=self._documents(), actor=by
        )
        desk.later(hours=22)
        if self.until == DisputeState.ACCEPTED:
            came = accept_dispute(dispute.number, self.answer, amount, actor=desk.second)
            return desk.agree(came)
        if self.until == DisputeState.DECLINED:
            return decline_dispute(dispute.number, self.answer, actor=desk.second)
        return dispute

    def _documents(self) -> list[Document]:
        if not self.document:
            return []
        title, today = self.document.capitalize(), timezone.now().astimezone(ZONE).date()
        return [paper(f"{self.document}.pdf", title, [self.reason], day=today)]
