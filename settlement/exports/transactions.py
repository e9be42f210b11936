"""Transaction Details: with their bill, or every condition still open; and unsubscriptions."""

from collections.abc import Mapping
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
from sellers.models import Seller
from settlement.listings.transactions import TRANSACTIONS as LISTED
from settlement.portal.forms import KINDS, TransactionFilters
from settlement.readings.transaction_files import transaction_file
from settlement.readings.transactions import Wanted

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
    return _selection(user, query, "query", columns)


def _by_client(user: User, asked: QueryDict) -> Selection:
    names, ordering, filters = asked_of(asked)
    refuse_unknown_names("columns", names, COLUMNS)
    refuse_unknown_names("ordering", [ordering] * bool(ordering), ())
    refuse_unknown(filters, TransactionFilters({}).fields)
    columns = tuple(name for name in COLUMNS if name in names) if names else COLUMNS
    return _selection(user, filters, "filters", columns)


def _selection(
    user: User, asked: Mapping[str, object], where: str, columns: tuple[str, ...]
) -> Selection:
    form = TransactionFilters(asked)
    refuse_unread(form, where)
    sellers = None
    if not user.sees_every_seller:
        numbers = sellers_seen_by(user)
        sellers = list(Seller.objects.filter(number__in=numbers).values_list("pk", flat=True))
    wanted = Wanted(sellers, **form.wanted())
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
