"""The whole demo as data: what happens in which month. Nothing here touches the database.

Usage of the pay-per-use orders: a record a day, or one an hour where the demo shows scale.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from koogallery.demo.acts import Act
from koogallery.demo.calendar import CLOSED_MONTHS, MONTHS, Calendar
from koogallery.demo.catalogue import companies
from koogallery.demo.histories import OrderHistory, Usage
from koogallery.demo.market import Dice, dice_for, market_orders, subscriptions
from koogallery.demo.stories import stories
from koogallery.settlement_time import ZONE

HOURLY_PRODUCT = "P000018"
HOURLY_MONTH = CLOSED_MONTHS
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
#: What a customer's daily usage is worth, in units of the product's currency, about.
DAILY_WORTH = (9, 60)
JPY_PER_UNIT = 150


def metered(orders: Iterable[OrderHistory], calendar: Calendar) -> Iterator[Usage]:
    """Every record of the demo's months; the caller keeps those that have arrived by now."""
    for order in orders:
        dice = dice_for(order.number)
        assert order.unit_price, "a pay-per-use order of the demo has its price"
        worth = Decimal(dice.randint(*DAILY_WORTH))
        if companies()[order.seller].currency == "JPY":
            worth *= JPY_PER_UNIT
        daily = worth / order.unit_price
        for month in MONTHS:
            hourly = order.product == HOURLY_PRODUCT and month == HOURLY_MONTH
            yield from _month(order, month, HOUR if hourly else DAY, daily, calendar, dice)


def _month(
    order: OrderHistory,
    month: int,
    span: timedelta,
    daily: Decimal,
    calendar: Calendar,
    dice: Dice,
) -> Iterator[Usage]:
    started_at = calendar.start(month)
    usual = daily / (DAY // span)
    while (ended_at := started_at + span) <= calendar.end(month):
        if order.effective_at and started_at >= order.effective_at:
            yield Usage(
                metering_sn=f"{order.number[2:17]}-{started_at.astimezone(ZONE):%y%m%d%H}",
                order=order.number,
                started_at=started_at,
                ended_at=ended_at,
                quantity=(usual * dice.randint(60, 140) / 100).quantize(Decimal("0.0001")),
                arrived_at=ended_at,
            )
        started_at = ended_at


#: Sellers whose certification comes in the course of the demo (R1.3).
NOT_YET_CERTIFIED = ("S000008",)


@dataclass(frozen=True, slots=True)
class Marketplace:
    calendar: Calendar
    orders: Sequence[OrderHistory]
    usage: Sequence[Usage]
    acts: Sequence[Act]

    def sellers_feed(self) -> Iterator[dict[str, object]]:
        """Certified half a year before the first month."""
        for company in companies().values():
            certified = None if company.number in NOT_YET_CERTIFIED else self._certified_at()
            yield {**company.feed, "certified_at": certified}

    def _certified_at(self) -> datetime:
        return self.calendar.start(1) - timedelta(days=180)

    def orders_feed(self, since: datetime, until: datetime) -> Iterator[dict[str, object]]:
        """The orders placed in between, as they are known at the end of it."""
        for order in self.orders:
            if since <= order.placed_at < until:
                yield order.row(until)

    def usage_feed(self, since: datetime, until: datetime) -> Iterator[dict[str, object]]:
        """What has been uploaded in between; a record is uploaded when its span has ended."""
        for usage in self.usage:
            if since < usage.arrived_at <= until:
                yield usage.row()

    def news(self, since: datetime, until: datetime) -> Iterator[tuple[str, dict[str, object]]]:
        """What has become known in between of orders placed earlier, oldest order first."""
        for order in self.orders:
            if order.placed_at < since and (changes := order.news(since, until)):
                yield order.number, changes


def marketplace(calendar: Calendar) -> Marketplace:
    scripted = stories(calendar)
    orders = [
        *(order for story in scripted for order in story.orders),
        *subscriptions(calendar),
        *market_orders(calendar),
    ]
    orders.sort(key=lambda order: (order.placed_at, order.number))
    billed_by_usage = [order for order in orders if order.unit_price]
    return Marketplace(
        calendar=calendar,
        orders=orders,
        usage=[*metered(billed_by_usage, calendar), *(u for s in scripted for u in s.usage)],
        acts=[act for story in scripted for act in story.acts],
    )
