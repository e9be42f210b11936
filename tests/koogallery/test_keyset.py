"""What a deep page of a long list costs: rows and buffers as the database counts them, no clock."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from koogallery.api.viewsets import InnerViewSet
from koogallery.keyset import Ordering, page_of
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet
from koogallery.statements import columns_of
from sellers.listings.supervisions import SUPERVISIONS
from sellers.models import Order, Product
from sellers.portal.pages import SellerListingPage
from settlement.readings.waiting import unbilled
from tests.callers import seller_caller
from tests.koogallery.api.test_every_filter import LISTS
from tests.settlement.builders import make_member, make_operator
from tests.world import a_product, a_seller, an_order

pytestmark = pytest.mark.django_db

ROWS = 4_000
PAGE = 25

MANY = """
INSERT INTO sellers_order (%(columns)s)
SELECT %(values)s FROM sellers_order, generate_series(1, %(rows)s) AS series
"""
#: What other tests rolled back would lie between the rows, and be touched for nothing.
AS_IF_ALONE = """
SET CONSTRAINTS ALL IMMEDIATE;
CLUSTER sellers_order USING sellers_order_pkey;
ANALYZE sellers_order;
SET CONSTRAINTS ALL DEFERRED;
"""
#: Lists, and pages of the console, that read all rows of a seller for their first page, and why.
READ_WHOLE: dict[str, set[str]] = {
    "a few of each seller": {
        "attachment", "token", "seller-application", "certification",
        "bank-account", "product", "webhook-endpoint", "/products",
    },
    "the seller itself": {"seller", "deposit", "forecast", "/deposits"},
    "written by the close, which no index for lists is to slow down": {
        "event", "bill", "adjustment", "ledger-entry", "/notices",
    },
    "of several sellers, or of none": {"export", "/exports", "seal-root"},
}  # fmt: skip
#: Other orderings that an index serves; of recoveries and receivables a seller's alone.
SERVED = {
    "order": ["placed_at"],
    "usage-record": ["-id"],
    "recovery": ["-refunded_at"],
    "receivable": ["due_at"],
}
IN_ORDER = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off
"""


@pytest.fixture
def product() -> Product:
    """Of which very many orders were placed, some of them at the same instants."""
    product = a_product(a_seller())
    make_member(product.seller, "lina")
    an_order(product, "100", "2024-03-05")
    changed = {
        "number": "'MANY-' || series",
        "placed_at": "placed_at - series / 3 * interval '1 minute'",
    }
    columns = [str(each.column) for each in Order._meta.concrete_fields if not each.primary_key]
    values = [changed.get(each, each) for each in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            MANY % {"columns": ", ".join(columns), "values": ", ".join(values), "rows": ROWS}
        )
        cursor.execute(AS_IF_ALONE)
    return product


def read_in_console(product: Product, place: Order | None) -> str:
    browser = Client()
    browser.force_login(User.objects.get(memberships__seller=product.seller))
    after = f"{place.placed_at.isoformat()}~{place.pk}" if place else ""
    return of_orders(lambda: browser.get("/orders/", {"sort": "-placed_at", "after": after}))


def read_by_api(product: Product, place: Order | None) -> str:
    member = User.objects.get(memberships__seller=product.seller)
    caller = seller_caller(member, product.seller.number)
    asked: dict[str, Any] = {"ordering": "-placed_at", "page_size": PAGE}
    if place:
        content = ["-placed_at", False, place.placed_at.isoformat(), place.pk]
        asked["cursor"] = signing.dumps(content, salt="cursor:/api/v1/orders/")
    return of_orders(lambda: caller.get("/orders/", asked))


def of_orders(read: Callable[[], Any]) -> str:
    """The statement that read the page."""
    with CaptureQueriesContext(connection) as captured:
        read()
    [statement] = [each["sql"] for each in captured if f"LIMIT {PAGE + 1}" in each["sql"]]
    return str(statement)


def cost_of(statement: str) -> tuple[int, int]:
    """Orders that were read for nothing, and the pages in which orders were looked for.

    Read in order, as of many sellers' many orders: of one seller's few all might be sorted.
    """
    with connection.cursor() as cursor:
        cursor.execute(IN_ORDER)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        [[plan]] = cursor.fetchone()
    reads = [each for each in nodes(plan["Plan"]) if each.get("Relation Name") == "sellers_order"]
    return (
        sum(each.get("Rows Removed by Filter", 0) for each in reads),
        sum(each["Shared Hit Blocks"] + each["Shared Read Blocks"] for each in reads),
    )


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from nodes(each)


@pytest.mark.parametrize("read", [read_in_console, read_by_api])
def test_a_deep_page_costs_what_the_first_costs(
    product: Product, read: Callable[[Product, Order | None], str]
) -> None:
    place = Order.objects.order_by("-placed_at", "-pk")[ROWS - 3 * PAGE]
    statements = [read(product, each) for each in (None, place)]
    first, deep, counted = map(cost_of, [*statements, f"{statements[0]} OFFSET {ROWS - 3 * PAGE}"])

    assert deep[0] <= first[0] + 3, "as many as were placed at the instant of the place"
    assert deep[1] <= first[1] + 3
    assert counted[1] > deep[1] + 3, "what a page costs that is found by counting"


@pytest.mark.parametrize("read", [read_in_console, read_by_api])
def test_a_page_is_read_where_its_orders_are(
    product: Product, read: Callable[[Product, Order | None], str]
) -> None:
    """A join with whoever may see them would read and sort all orders of the seller."""
    _, pages = cost_of(read(product, None))
    assert pages < PAGE


def lists() -> Iterator[tuple[str, ScopedQuerySet[Any], str]]:
    """Each by the name of its endpoint or its page, with what its first page is ordered by."""
    for name, viewset in LISTS:
        if viewset.queryset is not None and not issubclass(viewset, InnerViewSet):
            for ordering in [viewset.default_ordering, *SERVED.get(name, [])]:
                yield name, viewset.queryset, ordering
    assert get_resolver().url_patterns, "which loads the pages"
    for page in SellerListingPage.__subclasses__():
        yield f"/{page.listing.export}", page.listing.rows, page.listing.ordering


def test_the_first_page_of_a_list_is_read_in_order() -> None:
    """By an index that leads with the seller where it is one seller's."""
    seller = a_seller()
    member, operator = make_member(seller, "lina"), make_operator()
    member.narrowed_to = seller.number
    found: dict[User, set[str]] = {operator: set(), member: set()}
    with connection.cursor() as cursor:
        cursor.execute(IN_ORDER)
        for reader, whole in found.items():
            for name, rows, ordering in lists():
                seen = rows.all().visible_to(reader).order_by(*Ordering.parse(ordering).columns())
                if seen.query.is_empty():
                    continue
                statement, parameters = seen[:PAGE].query.sql_with_params()
                cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                [[plan]] = cursor.fetchone()
                way = [*way_of(plan["Plan"])]
                is_led_to = reader is operator or "Index Cond" in way[-1]
                if not is_led_to or "Sort" in {each["Node Type"] for each in way}:
                    whole.add(name)
            cursor.execute("DROP INDEX IF EXISTS order_placed")  # as good for the only seller
    assert found[operator] == {"recovery", "receivable"}
    assert found[member] == set().union(*READ_WHOLE.values())


def test_the_few_orders_that_wait_are_found_by_an_index(product: Product) -> None:
    with CaptureQueriesContext(connection) as captured:
        unbilled(product.seller, timezone.now())
        list(SUPERVISIONS.rows.order_by("placed_at", "pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement, index in zip(captured, ("order_not_due", "order_supervised"), strict=True):
            cursor.execute(f"EXPLAIN (ANALYZE) {statement['sql']}")
            plan = "\n".join(columns_of(cursor.fetchall()))
            assert index in plan
            assert "Rows Removed by Filter" not in plan


def way_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes that give the rows of the list themselves, down to where they are read."""
    yield node
    for each in node.get("Plans", ()):
        if each["Parent Relationship"] == "Outer":
            yield from way_of(each)


@pytest.mark.parametrize("sort", ["paid_at", "-paid_at"])
def test_what_is_null_is_the_greatest_on_every_page(sort: str) -> None:
    product = a_product(a_seller())
    for paid in ("2024-03-05", None, "2024-03-04", None, "2024-03-04", None):
        order = an_order(product, "100", "2024-03-03")
        Order.objects.filter(pk=order.pk).update(paid_at=paid and f"{paid}T00:00Z")
    rows, ordering = Order.objects.all(), Ordering.parse(sort)
    every = list(rows.order_by(*ordering.columns()))
    for place, row in enumerate(every):
        position = ordering.position_of(row)
        after = page_of(rows, ordering, 2, position)
        before = page_of(rows, ordering, 2, position, backwards=True)
        assert after.rows == every[place + 1 : place + 3]
        assert before.rows == every[max(place - 2, 0) : place]
        assert after.has_next == (place + 3 < len(every))
