"""Another seller's rows do not exist: proven by walking every address there is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koogallery.api.urls import router
from koogallery.api.viewsets import ScopedViewSet
from koogallery.scoping import ScopedQuerySet
from tests.settlement.api.world import World
from tests.tables import every_table

#: The word of a `Holding` that stands for each resource's number.
WORDS = {
    "sellers": "seller",
    "members": "member",
    "tokens": "token",
    "products": "product",
    "orders": "settled",
    "attachments": "attachment",
    "seller-applications": "application",
    "certifications": "certification",
    "bank-accounts": "bank_account",
    "product-applications": "product_application",
    "usage-records": "usage",
    "bills": "bill",
    "adjustments": "adjustment",
    "disputes": "dispute",
    "invoices": "invoice",
    "self-billing-consents": "consent",
    "exit-requests": "wish",
    "exports": "export",
    "refunds": "refund",
    "recoveries": "recovery",
    "deposits": "seller",
    "receivables": "receivable",
    "payouts": "payout",
    "events": "event",
    "webhook-endpoints": "endpoint",
    "deliveries": "delivery",
    "delivery-messages": "message",
    "invitations": "",
    "forecasts": "seller",
}


def routes() -> Iterator[tuple[str, str, bool]]:
    """Every method and path below the base, and whether it names a row that has a seller."""
    for prefix, viewset, _ in router.registry:
        resource = prefix.partition("/")[0]
        word = WORDS.get(resource, "")
        inner = WORDS.get(prefix.rpartition("/")[2], word)
        for route in router.get_routes(viewset):
            path = re.sub(r"\(\?P<.+?}\)", f"{{{word}}}", prefix)
            lookup = "1" if getattr(viewset, "lookup_field", "") == "line_no" else f"{{{inner}}}"
            path = route.url.replace("{prefix}", path).replace("{lookup}", lookup)
            path = re.sub(r"\(\?P<year>.+?\)", "2026", path)
            path = "/" + path.strip("^$").replace("{trailing_slash}", "/")
            for method in router.get_method_map(viewset, route.mapping):
                yield method.upper(), path, "{" in path and bool(word)


ROUTES = list(routes())
OF_A_ROW = [(method, path) for method, path, names_one in ROUTES if names_one]
#: Addresses that answer one object without naming it, or need to be told what is asked.
SINGLE = {"/me/", "/search/"}
LISTS = [
    path for method, path, _ in ROUTES if method == "GET" and "{" not in path and path not in SINGLE
]
#: What the world has nothing of.
EMPTY = {"/platform-events/", "/seals/roots/"}
#: Without pages; forecasts close the sellers' next months, which is work for each of them.
WHOLE = {"/ledger/balances/", "/ledger/invariants/", "/working-days/", "/forecasts/"}
PAGED = [path for path in LISTS if path not in WHOLE | EMPTY]


@pytest.mark.parametrize("viewset", [viewset for _, viewset, _ in router.registry])
def test_every_endpoint_is_scoped(viewset: Any) -> None:
    assert issubclass(viewset, ScopedViewSet)
    assert isinstance(viewset.queryset, ScopedQuerySet)


def test_another_sellers_row_is_not_found(world: World) -> None:
    before = every_table()
    for method, path in OF_A_ROW:
        body: Any = None if method == "GET" else {}
        answer = world.writer.send(method, world.theirs.fill(path.replace("{}", "1")), body)
        assert (method, path, answer.status) == (method, path, 404)
        assert answer.media_type == "application/problem+json"
    assert every_table() == before


def test_no_list_shows_another_seller(world: World) -> None:
    for path in LISTS:
        answer = world.reader.get(path)
        assert answer.status in (200, 403)
        assert world.theirs.seller.number not in answer.response.content.decode()


#: The refunds of the unsubscriptions on a page are read at once; its first row is an order.
READ_BESIDE = {"/transactions/": 1}


def test_a_longer_page_costs_no_more_queries(world: World) -> None:
    for path in PAGED:
        one, all_ = queries_of(world, path, 1), queries_of(world, path, 500)
        assert (path, one + READ_BESIDE.get(path, 0)) == (path, all_)


def queries_of(world: World, path: str, page_size: int) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = world.operator.get(path, {"page_size": page_size})
    assert answer.body["results"], path
    noted = "INSERT INTO koogallery_tokenuse"  # once a minute, however long the page
    return sum(noted not in query["sql"] for query in queries)
