"""Sellers invoice their bills: verified, in two parts, under review, rejected, waited for."""

from collections.abc import Iterator, Sequence

from koogallery.demo.acts import Act, Story
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.invoicing import DecideInvoices, InvoiceBill
from koogallery.demo.stories.certifications import PAID_TO

#: Seller and month of the bill -> in how many invoices, where it is not one.
PARTS = {("S000004", 2): 2, ("S000017", 5): 2}
#: Of these the invoices come late, as of today, and the last one leaves a part to come.
LATE = {("S000004", 5), ("S000010", 5), ("S000012", 4), ("S000012", 5), ("S000017", 5)}
IN_PART = ("S000010", 5)
#: Nobody has decided about this one yet; that one is refused.
REVIEWED, REJECTED = ("S000017", 5), ("S000012", 5)
WRONG = "The invoice is made out to another company; please see the invoicing list for ours."


def invoices(calendar: Calendar) -> Sequence[Story]:
    return [Story(acts=list(_invoices(calendar)))]


def _invoices(calendar: Calendar) -> Iterator[Act]:
    """On the third working day after the run day, decided on the fourth."""
    for month in range(1, CLOSED_MONTHS):
        for place, seller in enumerate(PAID_TO):
            of, cycle = (seller, month), calendar.cycle(month)
            asked, decided = (calendar.after_closing(month, day, 10, 7 * place) for day in (3, 4))
            if of in LATE:
                asked = decided = calendar.latest
            yield InvoiceBill(asked, seller, cycle, PARTS.get(of, 1), more_follow=of == IN_PART)
            if of != REVIEWED:
                yield DecideInvoices(decided, seller, cycle, WRONG if of == REJECTED else "")
