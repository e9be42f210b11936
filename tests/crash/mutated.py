"""The Celery application as the workers of these tests start it: whole, or with a guard taken out.

MUTATION names what is missing. That a test fails without it shows what the guard is for.
"""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from inspect import unwrap
from types import SimpleNamespace

import django

from koogallery.celery import app

django.setup()

from koogallery.kit.cycles import Cycle  # noqa: E402
from sellers.models import Seller  # noqa: E402
from sellers.services import closing as facts  # noqa: E402
from settlement.services.closing import attempts, cycles, runs  # noqa: E402

__all__ = ["app"]


def without_the_sellers_lock() -> None:
    """Whoever comes second no longer waits to see what the first one closed."""
    facts.lock_sellers = _open_cycles
    vars(runs)["lock_sellers"] = _open_cycles


def without_the_batchs_transaction() -> None:
    """Every statement commits by itself."""
    unwrapped = unwrap(cycles.close_through)
    untied = SimpleNamespace(atomic=nullcontext)
    vars(attempts).update({"transaction": untied})
    without_the_sellers_lock()
    vars(runs).update({"transaction": untied, "close_through": unwrapped})


def _open_cycles(seller_ids: Sequence[int]) -> dict[int, Cycle | None]:
    rows = Seller.objects.filter(id__in=seller_ids).order_by("id")
    return {
        id_: Cycle(open_cycle) if open_cycle else None
        for id_, open_cycle in rows.values_list("id", "open_cycle")
    }


MUTATIONS = {
    "": lambda: None,
    "no lock": without_the_sellers_lock,
    "no transaction": without_the_batchs_transaction,
}
MUTATIONS[os.environ.get("MUTATION", "")]()
