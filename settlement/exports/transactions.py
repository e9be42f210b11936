"""Transaction Details: with their bill, or every condition still open; and unsubscriptions."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery.exports.kinds import (
    ExportKind,
    Selection,
    refuse_unknown,
    refuse_unread,
)
from koogallery.exports.lines import lines_of, values_of
from koogallery.models import User
from koogallery.models.exports import sellers_seen_by
from sellers.models import Seller
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
    return Selection(
        lambda: values_of(*transaction_file(wanted, timezone.now())),
        lambda: None,
        lambda: lines_of(*transaction_file(wanted, timezone.now()), COLUMNS, AMOUNTS),
    )


TRANSACTIONS = ExportKind(
    name="transactions",
    label=_("Transaction Details"),
    columns=COLUMNS,
    amounts=AMOUNTS,
    in_console=_in_console,
    by_client=_by_client,
    words={"kind": dict(KINDS)},
)
