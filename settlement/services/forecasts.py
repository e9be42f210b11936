"""Previews that a page may compute while somebody waits for it: bounded, and never in the way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F, Q

from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from sellers.models import Order, Seller, UsageRecord
from settlement.models import Refund
from settlement.services.preview import SellerPreview, preview_batch
from settlement.services.simulation import Simulation, simulate_refund

#: So many due transactions are closed and rolled back in well under a second.
QUICK = 20_000
#: A page does not wait for a bill run that holds the seller; it says so instead.
PATIENCE = "1s"


def is_quick(sellers: Sequence[int]) -> bool:
    """Whether these sellers' unbilled transactions are few enough to be previewed at once."""
    return sum(_unbilled(facts, sellers) for facts in (Order, UsageRecord)) <= QUICK


def _unbilled(facts: type[Order] | type[UsageRecord], sellers: Sequence[int]) -> int:
    """How many are due from the sellers' open cycles on; counted no further than needed."""
    rows = facts.objects.filter(seller__in=sellers, due_cycle__isnull=False)
    due = rows.filter(Q(seller__open_cycle=None) | Q(due_cycle__gte=F("seller__open_cycle")))
    return due.order_by()[: QUICK + 1].count()


def forecast(seller: Seller, cycle: Cycle) -> SellerPreview:
    """What the bill of this cycle would be as things stand, the ones before it closed first."""
    with _impatient():
        [preview] = preview_batch([seller.pk], cycle)
    return preview


def effect_of(refund: Refund) -> Simulation:
    with _impatient():
        return simulate_refund(refund)


@contextmanager
def _impatient() -> Iterator[None]:
    with as_refusals(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        yield
