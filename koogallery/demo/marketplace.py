"""The whole demo as data: what happens in which month. Nothing here touches the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from koogallery.demo.acts import Act, Story
from koogallery.demo.calendar import Calendar
from koogallery.demo.catalogue import companies
from koogallery.demo.histories import OrderHistory, Usage
from koogallery.demo.market import market_orders, subscriptions
from koogallery.demo.metering import metered
from koogallery.demo.stories import stories

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
    scripted: Sequence[Story] = stories(calendar)
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
