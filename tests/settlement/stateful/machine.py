"""Months of a small marketplace in any order of events, held against the model after every step."""

from decimal import Decimal
from itertools import cycle

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from koogallery.kit.cycles import Cycle
from sellers.models import Seller
from settlement.readings.invariants import check_books
from settlement.services.closing import runs
from settlement.services.closing.cycles import close_through
from settlement.services.previews.preview import preview_run
from tests.authority import no_limits
from tests.books import execute, snapshot
from tests.settlement.stateful import model, stored
from tests.settlement.stateful.money import CLAIMED, Claimed, MoneyMoves
from tests.settlement.stateful.sellers import FIRST, MOMENTS, SHARES, UNITS, Moment

LAST = Cycle("202412")


class Marketplace(MoneyMoves):
    @initialize(
        currency=st.sampled_from(["JPY", "KWD", "USD"]),
        taxes=st.tuples(SHARES, SHARES),
        sales=st.lists(UNITS, min_size=4, max_size=4),
        deposits=st.lists(st.integers(0, 100_00), min_size=2, max_size=2),
        refunds=st.lists(st.tuples(CLAIMED, st.none() | MOMENTS), min_size=1, max_size=4),
        data=st.data(),
    )
    def settle_a_first_month(
        self,
        currency: str,
        taxes: tuple[Decimal, Decimal],
        sales: list[int],
        deposits: list[int],
        refunds: list[tuple[Claimed, Moment | None]],
        data: st.DataObject,
    ) -> None:
        """Begin where it becomes interesting: with bills, and refunds of all kinds of orders."""
        no_limits()
        self.register_two(currency, taxes)
        for seller, amount in zip(self.sellers, deposits, strict=True):
            if amount:
                self.top_up(seller, amount)
        self.close_for_everyone(0, sales)
        for seller, amount in zip(cycle(self.sellers), sales, strict=False):
            self.record_sale(seller, amount)
        for claimed, moment in refunds:
            if moment:
                self.refund_at_once(data, claimed, moment)
            else:
                self.approve_at_once(data, claimed)

    @precondition(lambda self: self._next_cycle() < LAST)
    @rule(months=st.sampled_from([0, 0, 0, 1]), sales=st.lists(UNITS, max_size=3))
    def close_for_everyone(self, months: int, sales: list[int]) -> None:
        """The run of a month; whoever is behind is brought up to date (R1.6)."""
        for seller, amount in zip(cycle(self.sellers), sales, strict=False):
            self.record_sale(seller, amount)
        closing = self._next_cycle().plus(months)
        run = runs.request_run(closing, None, actor=None)
        runs.work_on_run(run.number, wait=True)
        run.refresh_from_db()
        assert run.state == "closed"
        for seller in self.sellers:
            seller.close(closing)

    @precondition(lambda self: self._next_cycle() < LAST)
    @rule(data=st.data())
    def close_for_one(self, data: st.DataObject) -> None:
        seller = self.any_seller(data)
        closing = seller.open_cycle or FIRST
        close_through([_id_of(seller)], closing)
        seller.close(closing)

    @rule(data=st.data())
    def do_what_changes_nothing(self, data: st.DataObject) -> None:
        """Close what is closed (R1.7), look at what would be closed next (R1.6), be refused."""
        before = snapshot()
        for seller in self.sellers:
            if seller.open_cycle:
                close_through([_id_of(seller)], seller.open_cycle.previous)
        preview_run(self._next_cycle(), None)
        self.ask_for_too_much(data)
        self.change_what_is_billed(data)
        self.overdraw_the_deposit(data)
        assert snapshot() == before

    @invariant()
    def the_books_are_the_models(self) -> None:
        for seller in self.sellers:
            assert stored.of_database(seller.number) == stored.of_model(seller)

    @invariant()
    def every_invariant_holds(self) -> None:
        """After what is otherwise checked on commit."""
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("SET CONSTRAINTS ALL DEFERRED")
        assert [found for found in check_books() if not found.holds] == []

    def _next_cycle(self) -> Cycle:
        return max((seller.open_cycle or FIRST for seller in self.sellers), default=FIRST)


def _id_of(seller: model.Seller) -> int:
    return Seller.objects.get(number=seller.number).pk
