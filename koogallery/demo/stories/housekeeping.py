"""What operators do month by month: approve bills, move deposits, change ratios, correct bills."""

from collections.abc import Iterator, Sequence

from koogallery.demo.acts import (
    Act,
    AdjustBill,
    ApproveBills,
    ChangeFeeRatio,
    MoveDeposit,
    ReadNotices,
    RejectBill,
    Story,
)
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar

#: Seller -> the first top-up of its deposit, with the bank's reference.
DEPOSITS = {
    "S000010": ("5000", "HSBC HK 81-220-4"),
    "S000013": ("10000", "Maybank 5140-77"),
    "S000017": ("3500", "Barclays 20-14-53"),
    "S000020": ("4000", "AIB 93-11-52"),
    "S000022": ("2500", "Hamburger Sparkasse 120"),
    "S000024": ("1500", "Hang Seng 024-390"),
    "S000030": ("1000", "OCBC 501-7"),
    "S000034": ("2000", "RBC 00371"),
    "S000036": ("1000", "Bradesco 237-1"),
    "S000037": ("150000", "Mizuho 0001-9"),
}


def housekeeping(calendar: Calendar) -> Sequence[Story]:
    return [Story(acts=[*_approvals(calendar), *_deposits(calendar), *_corrections(calendar)])]


def _approvals(calendar: Calendar) -> Iterator[Act]:
    """The bills of the last closed month still wait, but for one that was sent back."""
    for month in range(1, CLOSED_MONTHS):
        yield ApproveBills(calendar.after_closing(month, 1), calendar.cycle(month))
        yield ReadNotices(calendar.after_closing(month, 11, 17))
    yield RejectBill(
        calendar.latest,
        "S000011",
        calendar.cycle(CLOSED_MONTHS),
        "The bank details of the seller are being checked.",
    )


def _deposits(calendar: Calendar) -> Iterator[Act]:
    for seller, (amount, reference) in DEPOSITS.items():
        yield MoveDeposit(calendar.at(1, 3), seller, "top_up", amount, reference)
    yield MoveDeposit(
        calendar.at(4, 21),
        "S000024",
        "penalty",
        "150",
        "Penalty notice 2-24: outage not announced",
    )
    yield MoveDeposit(
        calendar.after_closing(4, 4), "S000017", "return", "500", "Return of what exceeds the level"
    )


def _corrections(calendar: Calendar) -> Iterator[Act]:
    yield ChangeFeeRatio(calendar.at(4, 1, 9), "P000018", "0.10")
    yield ChangeFeeRatio(calendar.at(4, 1, 9), "P000074", "0.12")
    yield AdjustBill(
        calendar.after_closing(3, 4),
        "S000034",
        calendar.cycle(3),
        "212.40",
        "Two days of usage were rated at the price of the old plan.",
    )
    yield AdjustBill(
        calendar.after_closing(5, 4),
        "S000030",
        calendar.cycle(5),
        "-96.35",
        "One screening batch was delivered twice by the meter.",
    )
    yield AdjustBill(
        calendar.latest,
        "S000030",
        calendar.cycle(6),
        "-13400.00",
        "A yearly order was billed at the price of two; the seller has agreed by mail.",
        waits=True,
    )
