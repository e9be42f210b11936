"""Transaction Details as a file has them: one statement, however many there are."""

import json
from collections.abc import Mapping
from datetime import datetime
from string import Template
from typing import Any

from koogallery.settlement_time import cycle_of
from koogallery.statements import read_statement
from settlement.readings.conditions import REASONS
from settlement.readings.transactions import Wanted, parameters_of, statement_of

STATEMENT = "settlement/transaction_file"
#: What decides of each row; usage took effect when it was consumed (R1.2).
FACTS = {
    "effective_at": "CASE WHEN t.kind = 'usage' THEN %(now)s ELSE o.effective_at END",
    "paid_at": "o.paid_at",
    "supervision_status": "o.supervision_status",
    "certified_at": "s.certified_at",
    "due_cycle": "t.due_cycle",
    "refund_pending": "w.is_pending",
    "now": "%(now)s",
    "this_cycle": "%(this_cycle)s",
}


def transaction_file(wanted: Wanted, now: datetime) -> tuple[str, Mapping[str, Any]]:
    """The statement and its parameters, which hold its words in the language of this moment."""
    parts = {
        "transactions": statement_of("order", falling=True),
        "waits_for": Template(read_statement("settlement/waits_for")).substitute(FACTS),
    }
    return Template(read_statement(STATEMENT)).substitute(parts), {
        **parameters_of(wanted),
        "words": json.dumps({name: str(text) for name, text in REASONS.items()}),
        "now": now,
        "this_cycle": cycle_of(now),
    }
