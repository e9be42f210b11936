"""Usage of pay-per-use orders as it is metered (R9.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from koogallery.guards import as_refusals
from koogallery.kit.errors import Violation
from koogallery.kit.money import ZERO
from koogallery.models import User
from sellers.rules.usage import UsageFacts, usage_violations
from sellers.services.authority import orders_to_meter
from sellers.services.intake import Facts, Outcome
from sellers.services.locks import fence_sellers


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUsage:
    """A usage record as it is sent; without an amount it is rated by its order's unit price."""

    metering_sn: str
    order: str
    started_at: datetime
    ended_at: datetime
    quantity: Decimal
    sales_amount: Decimal | None = None
    customer_wht: Decimal = ZERO


class Metered(NamedTuple):
    """What the order adds to the facts of its usage."""

    billing_mode: str
    unit_price: Decimal | None
    effective_at: datetime | None


USAGE = Facts(NewUsage, "usage", kind="usage record", key="metering_sn", rule="R9.5")


@as_refusals()
@transaction.atomic
def record_usage(rows: Sequence[NewUsage], *, actor: User | None) -> list[Outcome]:
    """Take in many at once: good rows are kept, each bad one is named, a repeat is known.

    Orders whose usage `actor` may not record do not exist for them.
    """
    orders = orders_to_meter(actor).filter(number__in={row.order for row in rows})
    fence_sellers(orders.values_list("seller_id", flat=True))
    metered = {
        number: Metered(*facts)
        for number, *facts in orders.values_list(
            "number", "billing_mode", "unit_price", "effective_at"
        )
    }
    now = timezone.now()
    return USAGE.take_in(rows, [_violations(row, metered, now) for row in rows], actor=actor)


def _violations(new: NewUsage, metered: Mapping[str, Metered], now: datetime) -> list[Violation]:
    order = metered.get(new.order)
    if order is None:
        detail = f"There is no order {new.order} to record usage of."
        return [Violation("order", "unknown_order", detail, "R9.5")]
    return usage_violations(
        UsageFacts(
            metering_sn=new.metering_sn,
            billing_mode=order.billing_mode,
            started_at=new.started_at,
            ended_at=new.ended_at,
            quantity=new.quantity,
            sales_amount=new.sales_amount,
            customer_wht=new.customer_wht,
            unit_price=order.unit_price,
            effective_at=order.effective_at,
        ),
        now,
    )
