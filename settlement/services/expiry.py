"""What recoveries do once their window has passed: the deposit, then a receivable (R5.3)."""

import json
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import MINOR_UNITS
from koogallery.statements import run_statement
from sellers.services.closing import lock_sellers
from settlement.choices import RecoveryState
from settlement.models import Recovery

SQL = Path(__file__).resolve().parent.parent / "sql"
CURRENCIES = json.dumps(dict(MINOR_UNITS))


def settle_expired_recoveries(seller_ids: Sequence[int]) -> None:
    """Draw on the deposit up to its balance, oldest refund first; the rest is receivable at once.

    For recoveries whose window has passed for their seller, or whose seller has left. The caller
    holds the sellers' locks. Repeating it changes nothing: only what is outstanding is moved.
    """
    scope = {"sellers": list(seller_ids), "minor_units": CURRENCIES}
    run_statement(SQL / "draw_deposits.sql", scope)
    run_statement(SQL / "open_receivables.sql", {**scope, "due_days": settings.RECEIVABLE_DUE_DAYS})


def sellers_with_expired_recoveries(cycle: Cycle) -> list[int]:
    """Sellers who closed `cycle` and still have an open recovery whose window ended by then."""
    expired = Recovery.objects.filter(
        state=RecoveryState.OPEN, window_end__lte=cycle, seller__open_cycle__gt=F("window_end")
    )
    return sorted(set(expired.values_list("seller_id", flat=True)))


@transaction.atomic
def settle_recoveries_of(seller_id: int) -> None:
    """The same for one seller, as an act of its own: takes the seller's lock."""
    lock_sellers([seller_id])
    settle_expired_recoveries([seller_id])
