"""Facts arrive: orders of every kind, what becomes of them, usage, certifications."""

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from koogallery.kit.money import ZERO
from sellers.services.companies.sellers import change_seller
from sellers.services.intake import require_accepted
from sellers.services.orders.recording import NewOrder, change_order, record_order
from sellers.services.orders.usage import NewUsage, record_usage
from tests.settlement.stateful import model
from tests.settlement.stateful.sellers import (
    MOMENTS,
    SHARES,
    UNITS,
    Moment,
    Placed,
    Sellers,
    instant,
    money,
)
from tests.world import LONG_AGO, at

FEE = Decimal("0.15")
USUALLY = st.sampled_from([True, True, True, True, False])


class FactsArrive(Sellers):
    @rule(
        data=st.data(),
        amounts=st.tuples(UNITS, UNITS, UNITS),
        order_type=st.sampled_from(["purchase", "purchase", "renewal", "change", "trial"]),
        taxed=st.booleans(),
        moments=st.tuples(MOMENTS, MOMENTS),
        known=st.tuples(USUALLY, USUALLY),
        supervised=st.sampled_from([False, False, False, True]),
    )
    def order(
        self,
        data: st.DataObject,
        amounts: tuple[int, int, int],
        order_type: str,
        taxed: bool,
        moments: tuple[Moment, Moment],
        known: tuple[bool, bool],
        supervised: bool,
    ) -> None:
        seller = self.any_seller(data)
        amounts = (0, 0, 0) if order_type == "trial" else amounts
        wht, sales, paid = (money(seller, amount) for amount in sorted(amounts))
        paid_at, effective_at = (
            instant(seller, moment) if is_known else None
            for moment, is_known in zip(moments, known, strict=True)
        )
        supervised = supervised and order_type != "renewal"
        self._record(
            seller,
            model.Order(
                number=f"O{next(self.serial)}",
                order_type=order_type,
                metered=False,
                paid=paid,
                sales=sales,
                wht=wht if taxed else ZERO,
                ratio=FEE,
                paid_at=paid_at,
                effective_at=effective_at,
                supervision="waiting_for_service" if supervised else "not_applicable",
            ),
        )

    def record_sale(self, seller: model.Seller, amount: int) -> None:
        """Enabled and paid in the seller's open cycle, without tax or supervision."""
        sales, when = money(seller, amount), instant(seller, Moment(0, 36))
        order = model.Order(
            number=f"O{next(self.serial)}",
            order_type="purchase",
            metered=False,
            paid=sales,
            sales=sales,
            wht=ZERO,
            ratio=FEE,
            paid_at=when,
            effective_at=when,
            supervision="not_applicable",
        )
        self._record(seller, order)

    @rule(data=st.data(), amounts=st.lists(UNITS, min_size=1, max_size=3))
    def some_sales(self, data: st.DataObject, amounts: list[int]) -> None:
        seller = self.any_seller(data)
        for amount in amounts:
            self.record_sale(seller, amount)

    @rule(data=st.data(), moment=MOMENTS, is_paid=st.booleans())
    def metered_order(self, data: st.DataObject, moment: Moment, is_paid: bool) -> None:
        seller = self.any_seller(data)
        self._record(
            seller,
            model.Order(
                number=f"O{next(self.serial)}",
                order_type="purchase",
                metered=True,
                paid=ZERO,
                sales=ZERO,
                wht=ZERO,
                ratio=FEE,
                paid_at=instant(seller, moment) if is_paid else None,
                effective_at=at(LONG_AGO),
                supervision="not_applicable",
            ),
        )

    def _record(self, seller: model.Seller, order: model.Order) -> None:
        new = NewOrder(
            number=order.number,
            product=self.products[seller.number, order.supervision != "not_applicable"],
            order_type=order.order_type,
            billing_mode="pay_per_use" if order.metered else "one_time",
            customer_name="Fabrikam",
            customer_account="fabrikam",
            currency=seller.currency,
            paid_amount=order.paid,
            sales_amount=order.sales,
            customer_wht=order.wht,
            placed_at=at(LONG_AGO),
            paid_at=order.paid_at,
            effective_at=order.effective_at,
            supervision_status=order.supervision,
        )
        record_order(new, actor=None)
        seller.orders.append(order)

    @precondition(lambda self: self._changeable())
    @rule(data=st.data(), moment=MOMENTS, what=st.sampled_from(["paid", "effective", "supervised"]))
    def change(self, data: st.DataObject, moment: Moment, what: str) -> None:
        """Payment, effect or completed supervision is reported later, or corrected."""
        seller, order = self.one_of(data, self._changeable())
        when = self._possible(order, instant(seller, moment), what)
        if what == "paid":
            order.paid_at = when
            self._change(order, paid_at=when)
        elif what == "effective":
            order.effective_at = when
            self._change(order, effective_at=when)
        elif order.supervision == "waiting_for_service":
            order.supervision, order.completed_at = "completed", when
            self._change(order, supervision_status="completed", supervision_completed_at=when)

    def _possible(self, order: model.Order, when: datetime, what: str) -> datetime:
        """What has been used was in effect by then, what went back was paid by then (R1.8)."""
        if what == "paid":
            return min(when, order.returned_at or when)
        used = [
            usage.started_at
            for seller in self.sellers
            for usage in seller.usage
            if usage.order is order
        ]
        return min(when, *used) if what == "effective" and used else when

    def _change(self, order: model.Order, **changes: Any) -> None:
        change_order(order.number, changes, actor=None)

    def change_what_is_billed(self, data: st.DataObject) -> None:
        _, order = self.one_of(data, self.orders(lambda order: order.billed_on is not None))
        self.refused("order_is_billed", change_order, order.number, {"paid_at": at(LONG_AGO)})

    @precondition(lambda self: self._metered())
    @rule(data=st.data(), sales=st.integers(0, 10**15), share=SHARES, moment=MOMENTS)
    def use(self, data: st.DataObject, sales: int, share: Decimal, moment: Moment) -> None:
        seller, order = self.one_of(data, self._metered())
        amount = Decimal(sales).scaleb(-12)
        usage = model.Usage(
            order=order,
            serial=f"U{next(self.serial)}",
            started_at=max(when := instant(seller, moment), order.effective_at or when),
            sales=amount,
            wht=(amount * share).quantize(Decimal(1).scaleb(-12), ROUND_DOWN),
        )
        new = NewUsage(
            metering_sn=usage.serial,
            order=order.number,
            started_at=usage.started_at,
            ended_at=usage.started_at + timedelta(hours=1),
            quantity=Decimal(1),
            sales_amount=usage.sales,
            customer_wht=usage.wht,
        )
        [outcome] = record_usage([new], actor=None)
        require_accepted(outcome)
        seller.usage.append(usage)

    @rule(data=st.data(), is_certified=USUALLY)
    def certify(self, data: st.DataObject, is_certified: bool) -> None:
        seller = self.any_seller(data)
        seller.is_certified = is_certified
        certified_at = at(LONG_AGO) if is_certified else None
        change_seller(seller.number, {"certified_at": certified_at}, actor=None)

    def _changeable(self) -> list[Placed]:
        billed = {
            usage.order.number
            for seller in self.sellers
            for usage in seller.usage
            if usage.billed_on
        }
        return self.orders(lambda order: not order.billed_on and order.number not in billed)

    def _metered(self) -> list[Placed]:
        return self.orders(lambda order: order.metered)
