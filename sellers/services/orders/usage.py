"""Usage of pay-per-use orders as it is metered (R9.5)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.fields import AnyOf
from koogallery.guards import as_refusals
from koogallery.kit.errors import Violation
from koogallery.kit.money import ZERO
from koogallery.models import User
from sellers.choices import OrderType
from sellers.models import Order, UsageRecord
from sellers.rules.usage import (
    CoveringPackage,
    UsageFacts,
    coverage_violations,
    upload_violations,
    usage_violations,
)
from sellers.services.authority import may_report_amounts, orders_to_meter
from sellers.services.intake import Facts, Outcome
from sellers.services.locks import fence_sellers


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUsage:
    """A usage record as it is sent; without an amount it is rated by its order's unit price.

    Amounts are the trading system's to report; of a seller's upload the price alone decides.
    """

    metering_sn: str
    order: str
    started_at: datetime
    ended_at: datetime
    quantity: Decimal
    sales_amount: Decimal | None = None
    customer_wht: Decimal = ZERO
    package: str | None = None  # the order of the package that covers it


class Metered(NamedTuple):
    """What an order adds to the facts of its usage, or of the usage it covers as a package."""

    billing_mode: str
    unit_price: Decimal | None
    effective_at: datetime | None
    cancelled_at: datetime | None
    ended_at: datetime | None
    seller_id: int
    customer_account: str
    order_type: str
    paid_at: datetime | None
    term_ends_at: datetime | None


USAGE = Facts(NewUsage, "usage", kind="usage record", key="metering_sn", rule="R9.5")


@as_refusals()
@transaction.atomic
def record_usage(rows: Sequence[NewUsage], *, actor: User | None) -> list[Outcome]:
    """Take in many at once: good rows are kept, each bad one is named, a repeat is known.

    Orders whose usage `actor` may not record do not exist for them.
    """
    named = {row.order for row in rows} | {row.package for row in rows if row.package}
    orders = orders_to_meter(actor).filter(AnyOf(F("number"), named))
    fence_sellers(orders.values_list("seller_id", flat=True))
    metered = {
        number: Metered(*facts) for number, *facts in orders.values_list("number", *Metered._fields)
    }
    now = timezone.now()
    is_upload = not may_report_amounts(actor)
    refunded = _refunded_in_full({row.package for row in rows if row.package})
    facts = [_facts_or_refusal(row, metered, refunded) for row in rows]
    violations = [
        [each] if isinstance(each, Violation) else usage_violations(each, now) for each in facts
    ]
    unfit = {
        place: wrong
        for place, each in enumerate(facts)
        if isinstance(each, UsageFacts)
        and not violations[place]
        and (wrong := [*coverage_violations(each), *(upload_violations(each) if is_upload else ())])
    }
    for place in _unrecorded(rows, metered, unfit):
        violations[place] = unfit[place]
    return USAGE.take_in(rows, violations, actor=actor)


def _unrecorded(
    rows: Sequence[NewUsage], metered: Mapping[str, Metered], places: Iterable[int]
) -> list[int]:
    """Those of the places whose serial is new: a repeat of what is recorded is acknowledged."""
    asked = {
        place: (rows[place].metering_sn, metered[rows[place].order].seller_id) for place in places
    }
    if not asked:
        return []
    serials = UsageRecord.objects.filter(
        AnyOf(F("metering_sn"), {serial for serial, _ in asked.values()})
    )
    known = set(serials.values_list("metering_sn", "seller_id"))
    return [place for place, key in asked.items() if key not in known]


def _refunded_in_full(packages: Collection[str]) -> dict[str, datetime]:
    """When nothing of them was retained any more (R4.6); their refunds are settlement's."""
    if not packages:
        return {}
    out = Q(refunds__state="refunded")
    rows = Order.objects.filter(AnyOf(F("number"), packages)).annotate(
        refunded=Sum("refunds__amount", filter=out),
        at=Max("refunds__refunded_at", filter=out),
    )
    return dict(rows.filter(refunded__gte=F("paid_amount")).values_list("number", "at"))


def _facts_or_refusal(
    new: NewUsage, metered: Mapping[str, Metered], refunded: Mapping[str, datetime]
) -> UsageFacts | Violation:
    order = metered.get(new.order)
    if order is None:
        detail = _("There is no order %(order)s to record usage of.") % {"order": new.order}
        return Violation("order", "unknown_order", detail, "R9.5")
    package = metered.get(new.package) if new.package else None
    if new.package and (package is None or not _is_of_one_customer(order, package)):
        detail = _("The customer of %(order)s has no package %(package)s of this seller.")
        told = detail % {"order": new.order, "package": new.package}
        return Violation("package", "unknown_package", told, "R9.2")
    return UsageFacts(
        metering_sn=new.metering_sn,
        billing_mode=order.billing_mode,
        started_at=new.started_at,
        ended_at=new.ended_at,
        quantity=new.quantity,
        sales_amount=new.sales_amount,
        customer_wht=new.customer_wht,
        unit_price=order.unit_price,
        effective_at=order.effective_at,
        order_cancelled_at=order.cancelled_at,
        order_ended_at=order.ended_at,
        package=package and _covering(new, package, refunded),
    )


def _is_of_one_customer(order: Metered, package: Metered) -> bool:
    return (order.seller_id, order.customer_account) == (
        package.seller_id,
        package.customer_account,
    )


def _covering(new: NewUsage, package: Metered, refunded: Mapping[str, datetime]) -> CoveringPackage:
    return CoveringPackage(
        billing_mode=package.billing_mode,
        effective_at=package.effective_at,
        is_the_order=new.package == new.order,
        is_trial=package.order_type == OrderType.TRIAL,
        paid_at=package.paid_at,
        cancelled_at=package.cancelled_at,
        term_ends_at=package.term_ends_at,
        refunded_at=refunded.get(new.package or ""),
    )
