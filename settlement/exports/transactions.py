"""Transaction Details: with their bill, or every condition still open; and unsubscriptions."""

import json
from collections.abc import Mapping
from datetime import datetime
from string import Template
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery.exports.kinds import (
    ExportKind,
    Selection,
    asked_of,
    refuse_unknown,
    refuse_unknown_names,
    refuse_unread,
)
from koogallery.exports.lines import lines_of, types_of, values_of
from koogallery.models import User
from koogallery.models.exports import sellers_seen_by
from koogallery.portal.tables import chosen
from koogallery.settlement_time import cycle_of
from koogallery.statements import read_statement
from sellers.models import Seller
from settlement.listings.transactions import TRANSACTIONS as LISTED
from settlement.portal.forms import KINDS, AskedTransactions, TransactionFilters
from settlement.readings.conditions import REASONS
from settlement.readings.transactions import Wanted, parameters_of, statement_of

# Transaction Details as a file has them: one statement, however many there are.

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


COLUMNS = (
    "kind",
    "order",
    "seller",
    "product",
    "product_name",
    "customer_name",
    "customer_account",
    "records",
    "effective_at",
    "cycle",
    "due_cycle",
    "currency",
    "sales_amount",
    "customer_wht",
    "platform_fee_ratio",
    "bill",
    "line_no",
    "expected_cycle",
    "waiting_for",
    "settlement_amount",
    "refund",
    "refunded_amount",
    "recovery",
)
AMOUNTS = frozenset({"sales_amount", "customer_wht", "settlement_amount", "refunded_amount"})


def _in_console(user: User, query: QueryDict) -> Selection:
    names = {each.name for each in chosen(LISTED, query)}
    columns = tuple(name for name in COLUMNS if name in names)
    return _selection(user, TransactionFilters(query), "query", columns)


def _by_client(user: User, asked: QueryDict) -> Selection:
    names, ordering, filters = asked_of(asked)
    refuse_unknown_names("columns", names, COLUMNS)
    refuse_unknown_names("ordering", [ordering] * bool(ordering), ())
    form = AskedTransactions(filters)
    refuse_unknown(filters, form.fields)
    columns = tuple(name for name in COLUMNS if name in names) if names else COLUMNS
    return _selection(user, form, "filters", columns)


def _selection(
    user: User, form: TransactionFilters, where: str, columns: tuple[str, ...]
) -> Selection:
    refuse_unread(form, where)
    asked, sellers = form.wanted(), Seller.objects.all()
    if not user.sees_every_seller:
        sellers = sellers.filter(number__in=sellers_seen_by(user))
    if seller := asked.pop("seller", ""):
        sellers = sellers.filter(number=seller)
    is_narrowed = seller or not user.sees_every_seller
    wanted = Wanted([*sellers.values_list("pk", flat=True)] if is_narrowed else None, **asked)
    return Selection(
        lambda: values_of(*_statement(wanted, columns)),
        lambda: None,
        lambda: lines_of(*_statement(wanted, columns), columns, AMOUNTS),
        columns,
        lambda: types_of(*_statement(wanted, columns)),
    )


def _statement(wanted: Wanted, columns: tuple[str, ...]) -> tuple[str, Mapping[str, Any]]:
    statement, parameters = transaction_file(wanted, timezone.now())
    if columns == COLUMNS:
        return statement, parameters
    some, every = (", ".join(f'"{name}"' for name in names) for names in (columns, COLUMNS))
    return f"SELECT {some} FROM ({statement}) AS listed ({every})", parameters  # noqa: S608


TRANSACTIONS = ExportKind(
    name="transactions",
    label=_("Transaction Details"),
    columns=COLUMNS,
    amounts=AMOUNTS,
    in_console=_in_console,
    by_client=_by_client,
    words={"kind": dict(KINDS)},
)
