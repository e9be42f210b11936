"""Bills that sellers object to: one difference found, one bill that was right, one still open."""

from collections.abc import Sequence

from koogallery.demo.acts import Story
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.objections import DisputeBill
from settlement.choices import DisputeState


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
