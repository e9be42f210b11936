"""What happens to an order in the course of time, and what of it is known at an instant."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koogallery.demo.catalogue import Customer, Offer, companies, offers
from koogallery.kit.money import ZERO

#: The facts of an order that the trading system may learn after the order was placed.
LEARNT_LATER = (
    "paid_at",
    "effective_at",
    "term_ends_at",
    "supervision_status",
    "supervision_completed_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHistory:
    """One order from beginning to end. What never happens is None."""

    number: str
    product: str
    customer: Customer
    placed_at: datetime
    order_type: str = "purchase"
    paid_amount: Decimal = ZERO
    sales_amount: Decimal = ZERO
    customer_wht: Decimal = ZERO
    unit_price: Decimal | None = None
    is_package: bool = False  # prepaid usage, of a product that is else paid per use (R9.2)
    paid_at: datetime | None = None
    effective_at: datetime | None = None
    term_ends_at: datetime | None = None
    served_at: datetime | None = None
    accepted_at: datetime | None = None

    @property
    def offer(self) -> Offer:
        return offers()[self.product]

    @property
    def seller(self) -> str:
        return self.offer.seller

    @property
    def supervised(self) -> bool:
        """A renewal brings no new service flow (R9.3)."""
        return self.offer.supervised and self.order_type != "renewal"

    def row(self, now: datetime) -> dict[str, object]:
        """The feed's row: what lies after `now` is not known yet."""
        return {
            "number": self.number,
            "product": self.product,
            "order_type": self.order_type,
            "billing_mode": "package" if self.is_package else self.offer.billing_mode,
            "customer_name": self.customer.name,
            "customer_account": self.customer.account,
            "currency": companies()[self.seller].currency,
            "paid_amount": self.paid_amount,
            "sales_amount": self.sales_amount,
            "customer_wht": self.customer_wht,
            "unit_price": self.unit_price,
            "placed_at": self.placed_at,
            **self.learnt(now),
        }

    def learnt(self, now: datetime) -> dict[str, object]:
        """Those of LEARNT_LATER that are known at `now`."""
        status, completed_at = self._supervision(now)
        effective_at = _if_past(self.effective_at, now)
        return {
            "paid_at": _if_past(self.paid_at, now),
            "effective_at": effective_at,
            "term_ends_at": self.term_ends_at if effective_at else None,
            "supervision_status": status,
            "supervision_completed_at": completed_at,
        }

    def news(self, before: datetime, now: datetime) -> dict[str, object]:
        """What has become known since `before`: a change of the order."""
        known = self.learnt(before)
        return {name: value for name, value in self.learnt(now).items() if value != known[name]}

    def _supervision(self, now: datetime) -> tuple[str, datetime | None]:
        if not self.supervised:
            return "not_applicable", None
        if accepted_at := _if_past(self.accepted_at, now):
            return "completed", accepted_at
        served = _if_past(self.served_at, now)
        return ("waiting_for_acceptance" if served else "waiting_for_service"), None


@dataclass(frozen=True, slots=True)
class Usage:
    """One metered span of a pay-per-use order; the portal rates it by the order's price."""

    metering_sn: str
    order: str
    started_at: datetime
    ended_at: datetime
    quantity: Decimal
    arrived_at: datetime  # when the seller uploaded it, at or after its end
    package: str | None = None  # the order that covers it

    def row(self) -> dict[str, object]:
        return {
            "metering_sn": self.metering_sn,
            "order": self.order,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "quantity": self.quantity,
            "sales_amount": None,
            "customer_wht": ZERO,
            "package": self.package,
        }


def _if_past(instant: datetime | None, now: datetime) -> datetime | None:
    return instant if instant is not None and instant <= now else None
