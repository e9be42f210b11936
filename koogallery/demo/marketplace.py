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

    def orders_feed(self, month: int, now: datetime) -> Iterator[dict[str, object]]:
        """The orders placed in the month, as known at its end, or at `now` if that is earlier."""
        for order in self._placed_in(month):
            if order.placed_at <= now:
                yield order.row(min(now, self.calendar.end(month)))

    def usage_feed(self, month: int, now: datetime) -> Iterator[dict[str, object]]:
        """What has been uploaded in the month; a record is uploaded when its span has ended."""
        start, end = self.calendar.start(month), self.calendar.end(month)
        for usage in self.usage:
            if start < usage.arrived_at <= min(end, now):
                yield usage.row()

    def news(self, month: int, now: datetime) -> Iterator[tuple[str, dict[str, object]]]:
        """What has become known in the month of orders placed earlier, oldest order first."""
        before, known = self.calendar.start(month), min(now, self.calendar.end(month))
        for order in self.orders:
            if order.placed_at < before and (changes := order.news(before, known)):
                yield order.number, changes

    def _placed_in(self, month: int) -> Iterator[OrderHistory]:
        start, end = self.calendar.start(month), self.calendar.end(month)
        return (order for order in self.orders if start <= order.placed_at < end)


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
