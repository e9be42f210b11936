"""How a story writes an order: product, customer, day and price; the rest follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from koogallery.demo.calendar import Calendar, plus_months
from koogallery.demo.catalogue import companies, customers, offers
from koogallery.demo.histories import OrderHistory
from koogallery.demo.market import dice_for, order_number, priced, subscription

PAID_AFTER = timedelta(minutes=3)
ENABLED_AFTER = timedelta(minutes=25)


class Instants(TypedDict, total=False):
    paid_at: datetime
    effective_at: datetime
    served_at: datetime
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Script:
    """Orders are placed at 10:00 of a day, paid and enabled soon after unless told otherwise."""

    calendar: Calendar

    def order(
        self,
        product: str,
        customer: str,
        month: int,
        day: int,
        net: str,
        *,
        order_type: str = "purchase",
        **told: Unpack[Instants],
    ) -> OrderHistory:
        """`net` is the price without VAT."""
        offer, buyer = offers()[product], customers()[customer]
        placed_at = self.calendar.at(month, day)
        effective_at = told.get("effective_at", placed_at + ENABLED_AFTER)
        return OrderHistory(
            number=order_number(placed_at, dice_for(product, customer, placed_at)),
            product=product,
            customer=buyer,
            placed_at=placed_at,
            order_type=order_type,
            **priced(Decimal(net), buyer, companies()[offer.seller]),
            paid_at=told.get("paid_at", placed_at + PAID_AFTER),
            effective_at=effective_at,
            term_ends_at=plus_months(effective_at, offer.term_months),
            served_at=told.get("served_at"),
            accepted_at=told.get("accepted_at"),
        )

    def monthly(
        self, product: str, customer: str, *nets: str, first: int = 2
    ) -> list[OrderHistory]:
        """One order a month, on the 3rd, from month `first` on."""
        return [
            self.order(product, customer, month, 3, net)
            for month, net in enumerate(nets, start=first)
        ]

    def pay_per_use(self, product: str, customer: str, month: int, day: int) -> OrderHistory:
        placed_at = self.calendar.at(month, day)
        dice = dice_for(product, customer)
        return subscription(offers()[product], customers()[customer], placed_at, dice)
