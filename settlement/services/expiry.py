"""What recoveries do once their window has passed: the deposit, then a receivable (R5.3)."""

import json
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from koogallery.kit.money import MINOR_UNITS
from koogallery.statements import run_statement

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
