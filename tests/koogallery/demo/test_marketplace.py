"""The demo's facts, before they are fed in."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from koogallery.demo.acts import refund
from koogallery.demo.calendar import CLOSED_MONTHS, RUNNING_MONTH, Calendar, plus_months
from koogallery.demo.catalogue import companies, offers
from koogallery.demo.marketplace import Marketplace, marketplace
from koogallery.kit.cycles import Cycle
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision
from tests.world import at

CALENDAR = Calendar(Cycle("202405"))
NOW = at("2024-11-18 12:00")


@pytest.fixture(scope="module")
def market() -> Marketplace:
    return marketplace(CALENDAR)


def test_it_is_the_same_at_every_load(market: Marketplace) -> None:
    again = marketplace(CALENDAR)
    assert (again.orders, again.usage, again.acts) == (market.orders, market.usage, market.acts)


def test_it_has_forty_sellers_in_many_countries_and_four_currencies() -> None:
    assert len(companies()) == 40
    assert len({company.feed["country"] for company in companies().values()}) >= 25
    assert {company.currency for company in companies().values()} == {"USD", "EUR", "SGD", "JPY"}
    assert {offer.seller for offer in offers().values()} == set(companies())


def test_it_has_every_delivery_method_order_type_billing_mode_and_supervision(
    market: Marketplace,
) -> None:
    rows = [row for _, *span in CALENDAR.spans(NOW) for row in market.orders_feed(*span)]
    methods = {offers()[str(row["product"])].delivery_method for row in rows}
    assert methods == set(DeliveryMethod.values)
    assert {row["order_type"] for row in rows} == set(OrderType.values)
    assert {row["billing_mode"] for row in rows} == set(BillingMode.values)
    assert {row["supervision_status"] for row in rows} == set(Supervision.values)


def test_numbers_are_unique(market: Marketplace) -> None:
    assert len({order.number for order in market.orders}) == len(market.orders)
    assert len({usage.metering_sn for usage in market.usage}) == len(market.usage)


def test_the_large_seller_has_some_twenty_thousand_records_in_the_last_closed_month(
    market: Marketplace,
) -> None:
    sellers = {order.number: order.seller for order in market.orders}
    rows = market.usage_feed(CALENDAR.start(CLOSED_MONTHS), CALENDAR.end(CLOSED_MONTHS))
    assert Counter(sellers[str(row["order"])] for row in rows)["S000010"] == 28 * 24 * 31


def test_nothing_is_told_before_it_has_happened(market: Marketplace) -> None:
    for _, since, until in CALENDAR.spans(NOW):
        for row in market.orders_feed(since, until):
            told = ("placed_at", "paid_at", "effective_at", "supervision_completed_at")
            assert all(row[name] is None or row[name] <= until for name in told)  # type: ignore[operator]
        assert all(row["ended_at"] <= until for row in market.usage_feed(since, until))  # type: ignore[operator]


def test_the_spans_leave_no_gap_and_end_now() -> None:
    spans = [span for _, *span in CALENDAR.spans(NOW)]
    assert spans[0][0] == CALENDAR.start(1)
    assert [since for since, _ in spans[1:]] == [until for _, until in spans[:-1]]
    assert spans[-1][1] == NOW


def test_feed_and_news_together_tell_the_whole_history(market: Marketplace) -> None:
    told: dict[object, dict[str, object]] = {}
    for _, *span in CALENDAR.spans(NOW):
        for number, changes in market.news(*span):
            told[number].update(changes)
        told.update({row["number"]: row for row in market.orders_feed(*span)})
    assert told == {
        order.number: order.row(NOW) for order in market.orders if order.placed_at < NOW
    }


def test_the_first_hour_of_a_month_is_no_special_case() -> None:
    """The running month has hardly begun: none of its orders, and every act is still possible."""
    market, now = marketplace(CALENDAR), CALENDAR.start(RUNNING_MONTH) + timedelta(minutes=1)
    *_, (_, *span) = CALENDAR.spans(now)
    assert span == [CALENDAR.start(RUNNING_MONTH), now]
    assert not list(market.orders_feed(*span))
    assert not list(market.usage_feed(*span))
    refunds = [act.facts for act in market.acts if act.do is refund]
    assert all(each["order"].placed_at < CALENDAR.start(RUNNING_MONTH) for each in refunds)
    assert all(each.get("refunded_at", now) <= now for each in refunds)


def test_months_are_closed_on_their_run_day_and_paid_ten_working_days_later() -> None:
    """October 2024 began with a week of holidays, and a Saturday that was worked."""
    assert CALENDAR.closing(5) == at("2024-10-08 02:00")
    assert CALENDAR.day_after_closing(5, 4) == date(2024, 10, 12)
    assert CALENDAR.after_closing(5, 5) == at("2024-10-14 10:00")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-05-15 10:00", 12, "2025-05-15 10:00"),
        ("2024-08-31 10:00", 1, "2024-09-30 10:00"),
        ("2024-02-29 10:00", 12, "2025-02-28 10:00"),
        ("2024-06-01 00:30", 1, "2024-07-01 00:30"),  # still May in UTC
    ],
)
def test_a_term_ends_on_the_same_day_in_the_settlement_zone(
    start: str, months: int, end: str
) -> None:
    assert plus_months(at(start), months) == at(end)


def test_a_price_is_told_with_vat_and_what_customers_abroad_withhold(market: Marketplace) -> None:
    """640.00 EUR from Germany to Finland: 25.5 % VAT for the customer, nothing withheld."""
    for order in market.orders:
        assert order.customer_wht <= order.sales_amount <= order.paid_amount
        if order.customer.country == companies()[order.seller].feed["country"]:
            assert order.customer_wht == Decimal(0)
