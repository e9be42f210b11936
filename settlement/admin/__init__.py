"""The operators' side: what waits for their decision, and the books to read."""

from settlement.admin import (
    bills,
    books,
    deposits,
    disputes,
    exits,
    holds,
    invoices,
    ledger,
    orders,
    payouts,
    previews,
    receivables,
    recoveries,
    refunds,
    runs,
    working_days,
)

__all__ = [
    "bills",
    "books",
    "deposits",
    "disputes",
    "exits",
    "holds",
    "invoices",
    "ledger",
    "orders",
    "payouts",
    "previews",
    "receivables",
    "recoveries",
    "refunds",
    "runs",
    "working_days",
]
