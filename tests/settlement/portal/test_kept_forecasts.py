"""No page closes a month: it shows what a worker computed, until the facts are others (R1.6)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from sellers.models import Order, Seller
from sellers.services.orders.recording import change_order
from settlement.models import KeptForecast, Refund
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.previews import kept
from settlement.services.previews.forecasts import outlook_of
from settlement.services.previews.kept import facts_of, kept_outlook, kept_simulation, renew
from settlement.services.previews.refunds import simulate_refund
from tests.books import snapshot
from tests.eagerly import tasks_at_once
from tests.settlement.builders import make_member
from tests.world import (
    a_deposit,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 5, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def _workers() -> Iterator[None]:
    cache.clear()
    with tasks_at_once():
        yield


@pytest.fixture
def seller() -> Seller:
    """April is billed, May has sold 100, and one order of May waits for its service."""
    seller = a_seller()
    product = a_product(seller, delivery="license", supervised=True)
    done = {"supervision": "completed", "completed": "2024-04-06"}
    an_order(product, "1000", "2024-04-05", **done)
    close("202404", seller)
    an_order(product, "100", "2024-05-05", supervision="completed", completed="2024-05-06")
    an_order(product, "50", "2024-05-07", supervision="waiting_for_acceptance")
    seller.refresh_from_db()
    return seller


@pytest.fixture
def refund(seller: Seller) -> Refund:
    order = Order.objects.get(sales_amount=1000)
    return a_refund(order, "300")


@pytest.fixture
def browser(client: Client, seller: Seller) -> Client:
    client.force_login(make_member(seller, "lina"))
    return client


def test_R1_6_no_page_locks_a_seller_or_writes_anything(browser: Client, refund: Refund) -> None:
    before = snapshot()
    for path in ("/overview/", f"/unsubscriptions/{refund.number}/"):
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(path)
        assert "It is being computed and appears here in a moment." in page.text
        assert not [each["sql"] for each in asked if "FOR NO KEY UPDATE" in each["sql"]]
        assert not [each["sql"] for each in asked if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert snapshot() == before


@pytest.mark.usefixtures("_workers")
def test_R1_6_the_first_page_asks_a_worker_and_the_next_one_shows_it(
    browser: Client, refund: Refund
) -> None:
    assert 'hx-trigger="every 2s"' in browser.get("/overview/").text
    page = browser.get("/overview/")
    assert [bill.preview for bill in page.context["coming"]] == [
        each.preview for each in outlook_of(refund.seller).bills
    ]
    assert "As of <time" in page.text and "hx-trigger" not in page.text

    browser.get(f"/unsubscriptions/{refund.number}/")
    shown = browser.get(f"/unsubscriptions/{refund.number}/").context["kept"].shown
    assert shown == simulate_refund(refund)


@pytest.mark.usefixtures("_workers")
def test_R1_6_what_is_out_of_date_is_shown_with_its_time_and_renewed(
    browser: Client, seller: Seller
) -> None:
    renew(seller)
    an_order(
        seller.products.get(), "7", "2024-05-08", supervision="completed", completed="2024-05-09"
    )

    old = browser.get("/overview/")
    assert old.context["coming"][0].preview.line_count == 1
    assert "Something changed since; it is computed anew." in old.text
    assert browser.get("/overview/").context["coming"][0].preview.line_count == 2


def sells(seller: Seller) -> None:
    product = seller.products.get()
    an_order(product, "7", "2024-05-08", supervision="completed", completed="2024-05-09")


def completes(seller: Seller) -> None:
    waiting = Order.objects.get(seller=seller, sales_amount=50)
    changes = {
        "supervision_status": "completed",
        "supervision_completed_at": datetime(2024, 5, 9, tzinfo=UTC),
    }
    change_order(waiting.number, changes, actor=an_operator())


def uses(seller: Seller) -> None:
    some_usage(a_pay_per_use_order(a_product(seller)), "1.5", "2024-05-09")


def applies(seller: Seller) -> None:
    a_refund(Order.objects.get(sales_amount=1000), "20")


def pays_out(seller: Seller) -> None:
    a_refund(Order.objects.get(sales_amount=1000), "20", paid_out="2024-05-10")


def pays_in(seller: Seller) -> None:
    a_deposit(seller, "10")


def adjusts(seller: Seller) -> None:
    bill = the_bill(seller, "202404")
    adjust_bill(bill.number, Decimal(-5), "twice", actor=an_operator())


def is_no_longer_certified(seller: Seller) -> None:
    Seller.objects.filter(pk=seller.pk).update(certified_at=None)


@pytest.mark.parametrize(
    "change",
    [sells, completes, uses, applies, pays_out, pays_in, adjusts, is_no_longer_certified],
)
def test_R1_6_each_fact_that_moves_a_bill_makes_its_forecast_old(
    seller: Seller, change: Callable[[Seller], None]
) -> None:
    renew(seller)
    assert kept_outlook(seller).is_current
    change(seller)
    assert not kept_outlook(seller).is_current
    renew(seller)
    assert kept_outlook(seller).is_current


def test_R1_6_a_day_later_it_is_computed_anew(seller: Seller) -> None:
    renew(seller)
    with time_machine.travel(NOW + timedelta(days=1)):
        assert not kept_outlook(seller).is_current


def test_R1_6_a_closed_month_is_none_that_comes(browser: Client, seller: Seller) -> None:
    with time_machine.travel(datetime(2024, 6, 8, tzinfo=UTC)):
        browser.force_login(make_member(seller, "lin"))
        renew(seller)
        close("202405", seller)
        page = browser.get("/overview/")
    assert [bill.cycle for bill in page.context["coming"]] == ["202406", "202407"]
    assert page.context["coming"][1].preview is None


def test_another_sellers_sale_changes_nothing(seller: Seller) -> None:
    renew(seller)
    other = a_seller("S-OTHER")
    an_order(a_product(other), "7", "2024-05-08")
    assert kept_outlook(seller).is_current
    assert kept_outlook(other).shown is None


def test_what_still_holds_is_not_computed_again(seller: Seller) -> None:
    renew(seller)
    with CaptureQueriesContext(connection) as asked:
        renew(seller)
    assert len(asked) == 2


def test_R4_3_what_is_kept_reads_as_it_was_computed(seller: Seller, refund: Refund) -> None:
    """A bill, the deposit and the seller pay; amounts, months and reasons come back exactly."""
    a_deposit(seller, "100")
    Seller.objects.filter(pk=seller.pk).update(certified_at=None)
    outlook = outlook_of(seller)
    assert outlook.bills[0].preview.held
    renew(seller)
    assert kept_outlook(seller).shown == outlook
    Seller.objects.filter(pk=seller.pk).update(certified_at=datetime(2024, 1, 1, tzinfo=UTC))
    simulation = simulate_refund(refund)
    assert {step.source for step in simulation.steps} == {"bill", "deposit", "receivable"}
    renew(seller, refund)
    assert kept_simulation(refund).shown == simulation


def test_R1_6_a_reason_is_worded_in_the_language_of_who_reads_it(seller: Seller) -> None:
    Seller.objects.filter(pk=seller.pk).update(certified_at=None)
    renew(seller)
    shown = kept_outlook(seller).shown
    assert shown
    texts = set()
    for language in ("en", "zh-hans"):
        with override(language):
            texts.add(str(shown.bills[0].preview.held[0]))
    assert len(texts) == 2


@pytest.mark.usefixtures("_workers")
def test_R1_6_very_many_transactions_are_computed_when_somebody_asks(
    browser: Client, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "QUICK", 0)
    assert not facts_of(seller.pk).are_few
    assert "Compute both bills" in browser.get("/overview/").text
    assert not KeptForecast.objects.exists()
    browser.get("/overview/?forecast=1")
    assert browser.get("/overview/").context["coming"][0].preview.line_count == 1


def test_R1_6_what_was_refused_is_tried_again_after_a_minute(
    browser: Client, seller: Seller
) -> None:
    row = {"facts": facts_of(seller.pk).digest, "refused": "busy", "computed_at": NOW}
    KeptForecast.objects.create(seller=seller, **row)
    assert "It cannot be computed just now." in browser.get("/overview/").text
    with time_machine.travel(NOW + timedelta(minutes=2)):
        renew(seller)
        assert kept_outlook(seller).shown and not kept_outlook(seller).refused


@pytest.mark.django_db(transaction=True)
def test_R1_7_beside_a_run_that_has_the_seller_it_stays_as_it_is(seller: Seller) -> None:
    parts: Any = connection.get_connection_params()
    with psycopg.connect(host=parts["host"], user=parts["user"], dbname=parts["dbname"]) as holder:
        holder.execute("SELECT FROM sellers_seller WHERE id = %s FOR NO KEY UPDATE", [seller.pk])
        renew(seller)
        assert not KeptForecast.objects.exists()
        holder.rollback()
    renew(seller)
    assert kept_outlook(seller).is_current
