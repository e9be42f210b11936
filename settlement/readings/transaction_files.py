"""Transaction Details as a file has them: one statement, however many there are."""

from collections.abc import Mapping
from datetime import datetime
from string import Template
from typing import Any

from koogallery.settlement_time import cycle_of
from koogallery.statements import read_statement
from settlement.readings.conditions import REASONS
from settlement.readings.transactions import Wanted, parameters_of, statement_of

STATEMENT = "settlement/transaction_file"


def transaction_file(wanted: Wanted, now: datetime) -> tuple[str, Mapping[str, Any]]:
    """The statement and its parameters, which hold its words in the language of this moment."""
    transactions = statement_of("order", falling=True)
    return Template(read_statement(STATEMENT)).substitute(transactions=transactions), {
        **parameters_of(wanted),
        **{name: str(text) for name, text in REASONS.items()},
        "now": now,
        "this_cycle": cycle_of(now),
    }
