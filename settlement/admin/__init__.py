"""The operators' side: the refund desk, and the books to read."""

from settlement.admin import bills, deposits, ledger, recoveries, refunds, runs, working_days

__all__ = ["bills", "deposits", "ledger", "recoveries", "refunds", "runs", "working_days"]
