"""Two sellers in the database and in the model, and what can be picked from them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import DomainError
from koogallery.kit.money import minor_unit
from koogallery.settlement_time import ZONE
from tests.books import snapshot
from tests.settlement.stateful import model
from tests.world import a_product, a_seller, an_operator

FIRST = Cycle("202401")
OPERATORS = ("olga", "oscar", "otto")
SPOKESMAN = "oona"

SHARES = st.sampled_from([Decimal(0), Decimal("0.06"), Decimal("0.333333"), Decimal(1)])
UNITS = st.integers(1, 300_00)


class Moment(NamedTuple):
    """Seen from the seller's open cycle; the edges of months and equal instants come up often."""

    months: int
    hours: int


MOMENTS = st.builds(
    Moment, st.sampled_from([0, 0, 0, -1, 1, -2]), st.sampled_from([0, 36, 36, 300, -1])
)

Placed = tuple[model.Seller, model.Order]
Owed = tuple[model.Seller, model.Recovery]


class Sellers(RuleBasedStateMachine):
    """One in dollars and taxed, one in a currency with two, three or no decimals."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.serial = count(1)
        self.sellers: list[model.Seller] = []
        #: By seller and supervision.
        self.products: dict[tuple[str, bool], str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def register_two(self, currency: str, taxes: tuple[Decimal, Decimal]) -> None:
        for name in (*OPERATORS, SPOKESMAN):
            an_operator(name)
        self._register(model.Seller("A", "USD", Decimal("0.06"), Decimal("0.03")))
        self._register(model.Seller("B", currency, *taxes))

    def _register(self, seller: model.Seller) -> None:
        row = a_seller(
            seller.number,
            currency=seller.currency,
            withholding_tax=str(seller.withholding_tax),
            digital_service_tax=str(seller.digital_service_tax),
        )
        for supervised in (False, True):
            product = a_product(row, fee="0.15", supervised=supervised)
            self.products[seller.number, supervised] = product.number
        self.sellers.append(seller)

    def any_seller(self, data: st.DataObject) -> model.Seller:
        return data.draw(st.sampled_from(self.sellers), label="seller")

    def one_of(self, data: st.DataObject, things: list[Any]) -> Any:
        return data.draw(st.sampled_from(things))

    def orders(self, wanted: Callable[[model.Order], bool]) -> list[Placed]:
        return [
            (seller, order) for seller in self.sellers for order in seller.orders if wanted(order)
        ]

    def refused(self, code: str, act: Callable[..., Any], *args: Any) -> None:
        """With this code, and without a trace."""
        before = snapshot()
        with pytest.raises(DomainError) as refusal:
            act(*args, actor=an_operator())
        assert refusal.value.code == code
        assert snapshot() == before


def money(seller: model.Seller, units: int) -> Decimal:
    return Decimal(units).scaleb(-minor_unit(seller.currency))


def units(seller: model.Seller, amount: Decimal) -> int:
    return int(amount.scaleb(minor_unit(seller.currency)))


def instant(seller: model.Seller, moment: Moment) -> datetime:
    cycle = (seller.open_cycle or FIRST).plus(moment.months)
    return cycle.start(ZONE) + timedelta(hours=moment.hours)
