"""How many queries each page takes: as many as stored, however many rows there are.

A page that needs one more is a change to be seen: `QUERY_COUNTS=write` stores the counts anew.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koogallery.urls import console
from sellers.choices import Role
from settlement.services.previews.kept import renew
from tests.settlement.portal.marketplace import Marketplace, a_marketplace
from tests.world import a_pay_per_use_order, a_refund, an_order, close, some_usage

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db

STORED = Path(__file__).with_name("query_counts.json")
PAGES = sorted({str(page.name) for page in console})


@pytest.fixture
def marketplace() -> Marketplace:
    return a_marketplace()


def counts_of(marketplace: Marketplace) -> dict[str, int]:
    """By page, for the company's owner; pages that only take acts answer no GET."""
    counts: dict[str, int] = {}
    browser = Client()
    browser.force_login(marketplace.members[Role.OWNER])
    renew(marketplace.seller)
    renew(marketplace.seller, marketplace.refund)
    for page in PAGES:
        address = marketplace.address(page)
        first = browser.get(address)  # what is only read once, such as permissions, is read now
        if first.streaming:
            assert first.getvalue()  # a file read to its end is closed
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address)
            if answer.streaming:
                assert answer.getvalue()
        if answer.status_code == 200:
            counts[page] = len(queries)
    return counts


def grow(marketplace: Marketplace, *months: str) -> None:
    """Many more of all that pages list: orders, usage, bills, refunds, recoveries, notices."""
    seller, product = marketplace.seller, marketplace.product
    done = {"supervision": "completed", "completed": "2024-05-07"}
    for month in months:
        sold = [an_order(product, "100", f"{month}-05", **done) for _ in range(3)]
        usage = a_pay_per_use_order(marketplace.usage.product)
        for day in (6, 7):
            some_usage(usage, "1.5", f"{month}-{day:02}")
        close(month.replace("-", ""), seller)
        for order in sold[:2]:
            a_refund(order, "50", paid_out=f"{month}-20")
    for _ in range(3):
        an_order(product, "240", None, supervision="waiting_for_acceptance")


def test_every_page_takes_the_queries_that_are_stored(marketplace: Marketplace) -> None:
    counts = counts_of(marketplace)
    if os.environ.get("QUERY_COUNTS") == "write":
        STORED.write_text(json.dumps(counts, indent=2) + "\n")
    stored: Mapping[str, int] = json.loads(STORED.read_text())
    assert counts == stored


def test_more_rows_take_no_more_queries(marketplace: Marketplace) -> None:
    """A month in which nothing is to be done is not closed by itself, so each has something."""
    grow(marketplace, "2024-05", "2024-06")
    few = counts_of(marketplace)
    grow(marketplace, "2024-07")
    assert counts_of(marketplace) == few
