"""Three sellers invoice their bills: verified, in two parts, under review, rejected, waited for."""

from collections.abc import Sequence

from koogallery.demo.acts import Story
from koogallery.demo.calendar import RUNNING_MONTH, Calendar
from koogallery.demo.invoicing import InvoiceBill
from settlement.choices import InvoiceState

#: Bills are approved in the month after theirs, and invoiced one month later at the earliest.
_COURSE: dict[str, Sequence[tuple[int, int, InvoiceState, int]]] = {
    "S000004": (
        (3, 1, InvoiceState.VERIFIED, 1),
        (4, 2, InvoiceState.VERIFIED, 2),
    ),
    "S000010": (
        (3, 1, InvoiceState.VERIFIED, 1),
        (4, 2, InvoiceState.VERIFIED, 1),
        (5, 3, InvoiceState.UNDER_REVIEW, 2),
        (RUNNING_MONTH, 5, InvoiceState.RECEIVED, 1),
    ),
    "S000012": (
        (4, 2, InvoiceState.VERIFIED, 1),
        (5, 3, InvoiceState.VERIFIED, 1),
        (6, 4, InvoiceState.UNDER_REVIEW, 1),
        (RUNNING_MONTH, 5, InvoiceState.REJECTED, 1),
    ),
}
WRONG = "The invoice is made out to another company; please see the invoicing list for ours."


def invoices(calendar: Calendar) -> Sequence[Story]:
    return [
        Story(
            acts=[
                InvoiceBill(month, seller, calendar.cycle(of), until, parts, because=WRONG)
                for seller, course in _COURSE.items()
                for month, of, until, parts in course
            ]
        )
    ]
