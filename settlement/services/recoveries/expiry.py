"""What recoveries do once their window has passed: the deposit, then a receivable (R5.3)."""

from collections.abc import Sequence

from django.conf import settings

from koogallery.statements import MINOR_UNITS, run_statement


def settle_expired_recoveries(seller_ids: Sequence[int]) -> None:
    """Draw on the deposit up to its balance, oldest refund first; the rest is receivable at once.

    For recoveries whose window has passed for their seller, or whose seller has left. The caller
    holds the sellers' locks. Repeating it changes nothing: only what is outstanding is moved.
    """
    scope = {"sellers": list(seller_ids), "minor_units": MINOR_UNITS}
    run_statement("settlement/draw_deposits", scope)
    due = {"due_days": settings.RECEIVABLE_DUE_DAYS}
    run_statement("settlement/open_receivables", {**scope, **due})
