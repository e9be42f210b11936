"""Usage of the pay-per-use orders: a record a day, or one an hour where the demo shows scale."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from koogallery.demo.calendar import CLOSED_MONTHS, MONTHS, Calendar
from koogallery.demo.catalogue import companies
from koogallery.demo.dice import Dice, dice_for
from koogallery.demo.histories import OrderHistory, Usage
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
        daily = _daily_quantity(order, dice)
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


def _daily_quantity(order: OrderHistory, dice: Dice) -> Decimal:
    assert order.unit_price, "a pay-per-use order of the demo has its price"
    worth = Decimal(dice.randint(*DAILY_WORTH))
    if companies()[order.seller].currency == "JPY":
        worth *= JPY_PER_UNIT
    return worth / order.unit_price
