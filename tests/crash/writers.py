"""Writers at work while a cycle closes, and what each was told about what it wrote."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from threading import Event

from django.db import connections

from koogallery.kit.errors import Conflict
from sellers.models import Order, Product, UsageRecord
from sellers.services.orders.recording import change_order
from settlement.models import Refund
from settlement.services.refunds.lifecycle import approve_refund, complete_refund
from tests.crash.marketplace import CLOSING, DAYS, sell, use
from tests.world import an_operator, at


@dataclass
class Writers:
    """`told` is the due cycle of each order or usage record as it stood when it was written."""

    sellers: list[str]
    told: dict[str, str | None] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    stop: Event = field(default_factory=Event)
    serial: Iterator[int] = field(default_factory=count)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Four of them, each on one seller after the other, until the block ends."""
        acts = (self.order, self.meter, self.pay, self.pay_a_refund_out)
        with ThreadPoolExecutor(len(acts)) as pool:
            writing = [pool.submit(self._go_round, act) for act in acts]
            try:
                yield
            finally:
                self.stop.set()
        for done in writing:
            done.result()

    def _go_round(self, act: Callable[[str], None]) -> None:
        for seller in cycle(self.sellers):
            if self.stop.is_set():
                break
            try:
                act(seller)
            except Conflict as refusal:
                self.refused[refusal.code] += 1
        connections.close_all()

    def once(self, act: Callable[[str], None]) -> None:
        """In a thread of its own."""
        try:
            act(self.sellers[0])
        finally:
            connections.close_all()

    def order(self, seller: str) -> None:
        number = f"{seller}-{CLOSING}-late{next(self.serial)}"
        sell(Product.objects.get(seller__number=seller), [number])
        self.told[number] = Order.objects.get(number=number).due_cycle

    def meter(self, seller: str) -> None:
        serial = f"{seller}-late{next(self.serial)}"
        use(f"{seller}-metered", [serial])
        self.told[serial] = UsageRecord.objects.get(metering_sn=serial).due_cycle

    def pay(self, seller: str) -> None:
        unpaid = Order.objects.filter(seller__number=seller, paid_at=None).first()
        if unpaid:
            paid = change_order(unpaid.number, {"paid_at": at(DAYS[CLOSING])}, actor=None)
            self.told[paid.number] = paid.due_cycle

    def pay_a_refund_out(self, seller: str) -> None:
        waiting = Refund.objects.filter(seller__number=seller, state="operator_review").first()
        if waiting:
            approve_refund(waiting.number, actor=an_operator("oscar"))
            complete_refund(waiting.number, at("2024-03-20"), actor=an_operator("olga"))
