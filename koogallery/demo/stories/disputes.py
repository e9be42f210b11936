"""Bills that sellers object to: one difference found, one bill that was right, one still open.

A seller of the demo objects to a bill, and an operator answers (R3.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from koogallery.attachments import Document
from koogallery.demo.acts import Story
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
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


def disputes(calendar: Calendar) -> Sequence[Story]:
    """The difference of month 4 is paid on the bill of month 5 (R3.2)."""
    return [
        Story(
            acts=[
                DisputeBill(
                    calendar.after_closing(4, 2),
                    "S000012",
                    calendar.cycle(4),
                    1,
                    "Two of the seats were bought at the list price and billed at the "
                    "promotional one. Our contract with the customer is attached.",
                    "37.60",
                    DisputeState.ACCEPTED,
                    "You are right: the promotion had ended two days before. 18.80 a seat, for "
                    "two seats.",
                    "contract",
                ),
                DisputeBill(
                    calendar.after_closing(5, 2),
                    "S000010",
                    calendar.cycle(5),
                    None,
                    "The last six hours of the month are missing.",
                    until=DisputeState.DECLINED,
                    answer="They were consumed after midnight in the settlement time zone, so "
                    "they are on the next bill.",
                ),
                DisputeBill(
                    calendar.latest,
                    "S000004",
                    calendar.cycle(CLOSED_MONTHS),
                    1,
                    "The fee ratio was lowered before this order was placed.",
                    "12.40",
                ),
            ]
        )
    ]
