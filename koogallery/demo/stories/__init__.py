"""The scripted sellers: each story is one rule one can look at, with figures to check by hand."""

from collections.abc import Sequence

from koogallery.demo.acts import Story
from koogallery.demo.calendar import Calendar
from koogallery.demo.stories.certifications import certifications_and_products
from koogallery.demo.stories.deliveries import deliveries
from koogallery.demo.stories.disputes import disputes
from koogallery.demo.stories.exceptions import exceptions
from koogallery.demo.stories.housekeeping import housekeeping
from koogallery.demo.stories.invoices import invoices
from koogallery.demo.stories.payouts import payouts
from koogallery.demo.stories.recoveries import recoveries
from koogallery.demo.stories.refunds import refunds


def stories(calendar: Calendar) -> Sequence[Story]:
    return [
        *housekeeping(calendar),
        *exceptions(calendar),
        *refunds(calendar),
        *recoveries(calendar),
        *disputes(calendar),
        *invoices(calendar),
        *payouts(calendar),
        *deliveries(calendar),
        *certifications_and_products(calendar),
    ]
