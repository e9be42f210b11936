"""Money at the bank: paid month by month, refused and paid again, refused and waiting, in a batch.

Invoices are verified on the fourth working day after the run day, so that they are paid on the
ninth, and the bank's statement of the tenth says so.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from koogallery.demo.acts import Act, Story
from koogallery.demo.bank import Movement
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.paying import (
    ApproveBatches,
    BankRejects,
    BankStatements,
    PayAgain,
    PutTogether,
    SendBatches,
)
from koogallery.demo.stories.certifications import MoveBankAccount

PAYMENT = 9
#: The bill of the second month finds the account closed; the seller names another one.
CLOSED, CLOSED_AFTER = "S000004", 2
#: That of the fourth finds it blocked; the seller has not answered yet.
BLOCKED, BLOCKED_AFTER = "S000010", 4
REASONS = {
    CLOSED_AFTER: {CLOSED: ("AC04", "Closed at the request of its holder.")},
    BLOCKED_AFTER: {BLOCKED: ("AC06", "Blocked while the bank reviews it.")},
}
#: Nobody has found out yet whose it is.
UNKNOWN = Movement(
    Decimal("480.00"), "INV 88121 THANK YOU", "XU00088121", "Riverside Imaging Partners"
)


def payouts(calendar: Calendar) -> Sequence[Story]:
    return [Story(acts=[*_received(calendar), *_paid(calendar), *_repaired(calendar)])]


def _received(calendar: Calendar) -> Iterator[Act]:
    """What sellers have paid in, as the bank says it the day after."""
    for month, day in ((1, 3), (2, 3), (5, 24)):
        yield BankStatements(calendar.at(month, day + 1, 8), calendar.at(month, day).date())


def _paid(calendar: Calendar) -> Iterator[Act]:
    for month in range(1, CLOSED_MONTHS):
        yield from _payment(calendar, month, PAYMENT)
    yield PutTogether(calendar.latest, None, ["S000012"])


def _payment(calendar: Calendar, month: int, day: int) -> Iterator[Act]:
    """So many working days after the run day; the bank answers on the next two."""
    yield PutTogether(
        calendar.after_closing(month, day, 9, 20), calendar.day_after_closing(month, day)
    )
    yield ApproveBatches(calendar.after_closing(month, day, 11, 5))
    yield SendBatches(calendar.after_closing(month, day, 14, 40))
    if day == PAYMENT and month in REASONS:
        yield BankRejects(calendar.after_closing(month, day + 1, 8, 15), REASONS[month])
    yield BankStatements(
        calendar.after_closing(month, day + 2, 8),
        calendar.day_after_closing(month, day + 1),
        [UNKNOWN] if month == BLOCKED_AFTER else (),
    )


def _repaired(calendar: Calendar) -> Iterator[Act]:
    """A day after the bank's answer the seller asks for another account, which cools down.

    What failed is paid five banking days after it was planned again.
    """
    yield MoveBankAccount(
        calendar.after_closing(CLOSED_AFTER, PAYMENT + 2, 11, 30),
        CLOSED,
        ("Siam Commercial Bank", "SICOTHBK", "TH", "4051882093"),
        "nok",
    )
    yield PayAgain(
        calendar.after_closing(CLOSED_AFTER, PAYMENT + 4, 15),
        CLOSED,
        "The seller has named another account, and it is approved.",
    )
    yield from _payment(calendar, CLOSED_AFTER, PAYMENT + 9)
