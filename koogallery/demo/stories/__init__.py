"""The scripted sellers: each story is one rule one can look at, with figures to check by hand."""

from collections.abc import Sequence

from koogallery.demo.acts import Act, approve_bills, read_notices
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.stories.certifications import certifications_and_products
from koogallery.demo.stories.deliveries import deliveries
from koogallery.demo.stories.exceptions import exceptions
from koogallery.demo.stories.invoices import invoices
from koogallery.demo.stories.payouts import payouts
from koogallery.demo.stories.script import Script, Story


def stories(calendar: Calendar) -> Sequence[Story]:
    script = Script(calendar)
    # Month by month; the bills of the last closed month still wait.
    acts = []
    for month in range(1, CLOSED_MONTHS):
        approved_at = calendar.after_closing(month, 1)
        acts.append(Act(approved_at, approve_bills, {"cycle": calendar.cycle(month)}))
        acts.append(Act(calendar.after_closing(month, 11, 17), read_notices, {}))
    return [
        Story(acts=acts),
        *script.written(),
        *exceptions(script),
        Story(acts=list(invoices(calendar))),
        Story(acts=list(payouts(calendar))),
        Story(acts=deliveries(calendar)),
        Story(acts=certifications_and_products(calendar)),
    ]
