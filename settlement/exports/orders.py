"""Orders with their billing: on which bill, or what keeps them from one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import attrgetter

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from koogallery.exports.kinds import ROWS_A_CHUNK, Selection, Values
from koogallery.models import User
from sellers.models import Order
from settlement.listings.orders import ORDERS as LISTED
from settlement.readings.billing import reasons_of

READ = attrgetter(*(each.lookup.replace("__", ".") for each in LISTED.exported.values()))


def _in_console(user: User, query: QueryDict) -> Selection:
    return _selection(LISTED.console_rows(user, query))


def _by_client(user: User, filters: Mapping[str, str]) -> Selection:
    return _selection(LISTED.client_rows(user, filters))


def _selection(orders: QuerySet[Order]) -> Selection:
    return Selection(lambda: _rows(orders), orders.count)


def _rows(orders: QuerySet[Order]) -> Iterator[Values]:
    now = timezone.now()
    for order in orders.iterator(chunk_size=ROWS_A_CHUNK):
        yield (*READ(order), " ".join(reasons_of(order, now)))


ORDERS = replace(
    LISTED.kind(),
    columns=(*LISTED.exported, "unbilled_reasons"),
    in_console=_in_console,
    by_client=_by_client,
)
