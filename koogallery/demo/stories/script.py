"""How a story is written: an order by product, customer, day and price; the rest follows."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from koogallery.demo.acts import NAMED, Act
from koogallery.demo.calendar import Calendar, plus_months
from koogallery.demo.catalogue import DATA, companies, customers, offers
from koogallery.demo.histories import OrderHistory, Usage
from koogallery.demo.market import dice_for, order_number, priced, subscription

PAID_AFTER = timedelta(minutes=3)
ENABLED_AFTER = timedelta(minutes=25)


class Instants(TypedDict, total=False):
    paid_at: datetime
    effective_at: datetime
    served_at: datetime
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """Orders and usage that the feeds tell, and what people do about them."""

    orders: Sequence[OrderHistory] = ()
    usage: Sequence[Usage] = ()
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Orders are paid and enabled soon after they are placed unless told otherwise."""

    calendar: Calendar

    def order(
        self,
        product: str,
        customer: str,
        placed_at: datetime,
        net: str,
        *,
        order_type: str = "purchase",
        **told: Unpack[Instants],
    ) -> OrderHistory:
        """`net` is the price without VAT."""
        offer, buyer = offers()[product], customers()[customer]
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

    def pay_per_use(self, product: str, customer: str, placed_at: datetime) -> OrderHistory:
        dice = dice_for(product, customer)
        return subscription(offers()[product], customers()[customer], placed_at, dice)

    def written(self) -> Iterator[Story]:
        """Those of `data/stories.toml`, which says how to read it."""
        for story in tomllib.loads((DATA / "stories.toml").read_text("utf-8"))["story"]:
            named: dict[str, OrderHistory] = {}
            orders = [
                order for row in story.get("orders", ()) for order in self._orders(row, named)
            ]
            acts = [self._act(row, named) for row in story.get("acts", ())]
            yield Story(orders=orders, acts=acts)

    def _orders(
        self, row: Mapping[str, Any], named: dict[str, OrderHistory]
    ) -> Iterator[OrderHistory]:
        """One, or one a month; without a price it is paid per use."""
        facts = self._facts(row, named)
        name, first = facts.pop("name", ""), facts.pop("first", 2)
        for month, net in enumerate(facts.pop("monthly", ()), start=first):
            yield self.order(**facts, placed_at=self.calendar.at(month, 3), net=net)
        if "placed_at" in facts:
            order = self.order(**facts) if "net" in facts else self.pay_per_use(**facts)
            named[name] = order
            yield order

    def _act(self, row: Mapping[str, Any], named: Mapping[str, OrderHistory]) -> Act:
        facts = self._facts(row, named)
        return Act(facts.pop("at"), NAMED[facts.pop("do")], facts)

    def _facts(self, row: Mapping[str, Any], named: Mapping[str, OrderHistory]) -> dict[str, Any]:
        """As orders and acts take them."""
        reads: Mapping[str, Callable[[Any], Any]] = {
            "cycle": self.calendar.cycle,
            "order": named.__getitem__,
            "amount": Decimal,
        }
        return {
            name: self.calendar.read(value)
            if name == "at" or name.endswith("_at")
            else reads.get(name, lambda same: same)(value)
            for name, value in row.items()
        }
