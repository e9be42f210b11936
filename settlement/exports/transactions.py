"""Transaction Details: with their bill, or every condition still open; and unsubscriptions."""

from collections.abc import Iterator, Mapping

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery.exports.files import Values
from koogallery.exports.kinds import (
    ExportKind,
    Selection,
    refuse_unknown,
    refuse_unread,
)
from koogallery.models import User
from koogallery.models.exports import sellers_seen_by
from sellers.models import Seller
from settlement.choices import TransactionKind
from settlement.portal.forms import TransactionFilters
from settlement.readings.transaction_rows import TransactionRow, recovery_of, rows_of
from settlement.readings.transactions import Wanted, transactions

ROWS_A_PAGE = 1_000
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


def _in_console(user: User, query: QueryDict) -> Selection:
    return _selection(user, query, "query")


def _by_client(user: User, filters: Mapping[str, str]) -> Selection:
    refuse_unknown(filters, TransactionFilters({}).fields)
    return _selection(user, filters, "filters")


def _selection(user: User, chosen: Mapping[str, object], where: str) -> Selection:
    form = TransactionFilters(chosen)
    refuse_unread(form, where)
    sellers = None
    if not user.sees_every_seller:
        numbers = sellers_seen_by(user)
        sellers = list(Seller.objects.filter(number__in=numbers).values_list("pk", flat=True))
    wanted = Wanted(sellers, **form.wanted())
    return Selection(lambda: _rows(wanted), lambda: None)


def _rows(wanted: Wanted) -> Iterator[Values]:
    """Page after page by the last row seen: each costs the same."""
    now, place = timezone.now(), None
    while True:
        page = transactions(wanted, sort="order", falling=True, after=place, size=ROWS_A_PAGE)
        for row in rows_of(page.rows, now):
            yield _values(row)
        if page.after is None:
            return
        place = page.after


def _values(row: TransactionRow) -> Values:
    transaction, order = row.transaction, row.order
    refund = row.refund
    took_effect = refund.refunded_at if refund else order.effective_at
    return (
        transaction.kind,
        order.number,
        order.seller.number,
        order.product.number,
        order.product.name,
        order.customer_name,
        order.customer_account,
        transaction.records,
        None if transaction.kind == TransactionKind.USAGE else took_effect,
        transaction.cycle,
        transaction.due_cycle,
        order.currency,
        transaction.sales_amount,
        transaction.customer_wht,
        order.platform_fee_ratio,
        row.bill,
        row.line_no,
        row.outlook.cycle if row.outlook else None,
        _waiting_for(row),
        row.settlement,
        refund.number if refund else "",
        refund.amount if refund else None,
        recovery_of(refund),
    )


def _waiting_for(row: TransactionRow) -> str:
    if row.outlook is None:
        return ""
    return row.outlook.never or "; ".join(
        str(each.headline or each.missing) for each in row.outlook.open
    )


TRANSACTIONS = ExportKind(
    name="transactions",
    label=_("Transaction Details"),
    columns=COLUMNS,
    amounts=frozenset({"sales_amount", "customer_wht", "settlement_amount", "refunded_amount"}),
    in_console=_in_console,
    by_client=_by_client,
)
