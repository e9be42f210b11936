"""The everyday market: orders and usage by the dice, the same at every load.

Chance that falls the same way at every load.
"""

import random
import string
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict

from koogallery.demo.calendar import MONTHS, Calendar, plus_months
from koogallery.demo.catalogue import Company, Customer, Offer, companies, customers, offers
from koogallery.demo.histories import OrderHistory
from koogallery.kit.money import to_minor_unit
from koogallery.settlement_time import ZONE

Dice = random.Random

SEED = "koogallery demo"


def dice_for(*what: object) -> Dice:
    """Each purpose has dice of its own, so that a change of one part leaves the others alone."""
    return random.Random(" ".join([SEED, *map(str, what)]))  # noqa: S311 - nothing is secret here


DISCOUNTS = (Decimal(1), Decimal(1), Decimal(1), Decimal("0.95"), Decimal("0.9"))
ORDER_TYPES = {"purchase": 60, "renewal": 25, "change": 15}
TRIAL_SHARE = 0.08
#: How often the customer's acceptance stays out.
NEVER_ACCEPTED = 0.06
#: How often an order of a customer with credit is paid late rather than at once.
PAID_LATER = 0.7


def market_orders(calendar: Calendar) -> Iterator[OrderHistory]:
    for company in companies().values():
        for month in MONTHS:
            dice = dice_for(company.number, month)
            for _ in range(_about(company.monthly_orders, dice)):
                yield _order(company, month, calendar, dice)


def subscriptions(calendar: Calendar) -> Iterator[OrderHistory]:
    """Pay-per-use orders: every other customer takes one up in month 1, the others soon after."""
    for offer in offers().values():
        dice = dice_for(offer.number)
        buyers = dice.sample(list(customers().values()), offer.subscribers)
        for place, customer in enumerate(buyers):
            month = dice.randint(2, 4) if place % 2 else 1
            yield subscription(offer, customer, _instant(calendar, month, dice, last_day=4), dice)


def subscription(offer: Offer, customer: Customer, placed_at: datetime, dice: Dice) -> OrderHistory:
    """Carries no amount of its own; its usage is rated by its unit price (R4.8, R9.5)."""
    return OrderHistory(
        number=order_number(placed_at, dice),
        product=offer.number,
        customer=customer,
        placed_at=placed_at,
        unit_price=offer.price,
        paid_at=placed_at,
        effective_at=placed_at + timedelta(minutes=dice.randint(2, 50)),
    )


def order_number(placed_at: datetime, dice: Dice) -> str:
    """As the trading system numbers order lines: CS, the minute, a tail, the line."""
    tail = "".join(dice.choices(string.ascii_uppercase + string.digits, k=5))
    return f"CS{placed_at.astimezone(ZONE):%y%m%d%H%M}{tail}-000001"


class Prices(TypedDict):
    paid_amount: Decimal
    sales_amount: Decimal
    customer_wht: Decimal


def priced(net: Decimal, customer: Customer, company: Company) -> Prices:
    """What the customer pays with VAT, and withholds if the seller is abroad."""
    sales_amount = to_minor_unit(net, company.currency)
    abroad = customer.country != company.feed["country"]
    withheld = sales_amount * customer.wht if abroad else Decimal(0)
    return {
        "paid_amount": to_minor_unit(sales_amount * (1 + customer.vat), company.currency),
        "sales_amount": sales_amount,
        "customer_wht": to_minor_unit(withheld, company.currency),
    }


def _order(company: Company, month: int, calendar: Calendar, dice: Dice) -> OrderHistory:
    offered = [
        offer
        for offer in offers().values()
        if offer.seller == company.number and offer.price and offer.billing_mode != "pay_per_use"
    ]
    offer = dice.choice(offered)
    customer = dice.choice(list(customers().values()))
    placed_at = _instant(calendar, month, dice)
    if offer.delivery_method == "saas" and not offer.supervised and dice.random() < TRIAL_SHARE:
        order_type = "trial"
    elif offer.billing_mode == "one_time":
        order_type = "purchase"
    else:
        order_type = dice.choices(list(ORDER_TYPES), list(ORDER_TYPES.values()))[0]
    net = _net(offer, order_type, dice)
    effective_at = _effective_at(placed_at, order_type, dice)
    served_at = effective_at + timedelta(hours=dice.randint(20, 140))
    accepted_at = served_at + timedelta(hours=dice.randint(10, 400))
    return OrderHistory(
        number=order_number(placed_at, dice),
        product=offer.number,
        customer=customer,
        placed_at=placed_at,
        order_type=order_type,
        **priced(net, customer, company),
        paid_at=_paid_at(placed_at, customer, dice),
        effective_at=effective_at,
        term_ends_at=plus_months(effective_at, offer.term_months),
        served_at=served_at,
        accepted_at=None if dice.random() < NEVER_ACCEPTED else accepted_at,
    )


def _about(number: int, dice: Dice) -> int:
    return dice.randint(number - number // 4, number + number // 4)


def _instant(
    calendar: Calendar, month: int, dice: Dice, *, last_day: int | None = None
) -> datetime:
    day = dice.randint(1, last_day or calendar.days(month))
    return calendar.at(month, day, dice.randint(0, 23), dice.randint(0, 59))


def _net(offer: Offer, order_type: str, dice: Dice) -> Decimal:
    """Without VAT. A change pays for what is added in the rest of the term."""
    if order_type == "trial":
        return Decimal(0)
    net = offer.price * dice.choice((1, 1, 1, 2, 2, 3, 5)) * dice.choice(DISCOUNTS)
    return net * dice.randint(15, 70) / 100 if order_type == "change" else net


def _effective_at(placed_at: datetime, order_type: str, dice: Dice) -> datetime:
    """A renewal waits for the end of the running term; it may be the next month's (R1.2)."""
    if order_type == "renewal":
        return placed_at + timedelta(hours=dice.randint(1, 240))
    return placed_at + timedelta(minutes=dice.randint(4, 600))


def _paid_at(placed_at: datetime, customer: Customer, dice: Dice) -> datetime:
    """A customer on credit repays some weeks later; until then nothing is billed (R1.3)."""
    if customer.on_credit and dice.random() < PAID_LATER:
        return placed_at + timedelta(days=dice.randint(18, 75))
    return placed_at + timedelta(minutes=dice.randint(1, 45))
