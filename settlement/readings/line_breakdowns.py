"""'Why this amount?' in parts, for programs: what the explanation says in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from sellers.models import FeeRatio
from settlement.choices import AdjustmentKind
from settlement.models import BillLine
from settlement.readings.line_explanation import explanation_of

#: As a person would write it; the values are those of the line.
FORMULA = "(sales_amount - customer_wht) * (1 - platform_fee_ratio)"


@dataclass(frozen=True, slots=True)
class RatioReason:
    """The product's ratio at the instant the order was placed, and which version that is (R2.6)."""

    rule: str
    product: str
    ratio: Decimal
    version: int
    valid_from: datetime | None
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of R1.4 and when it became true; the latest one decides the cycle."""

    condition: str
    at: datetime
    decides: bool


@dataclass(frozen=True, slots=True)
class CycleReason:
    rule: str
    cycle: str
    bill_cycle: str
    catch_up: bool
    time_zone: str
    conditions: Sequence[Condition]


@dataclass(frozen=True, slots=True)
class Reduction:
    """Refunded in part before it was billed: the retained share of what was ordered (R4.6)."""

    rule: str
    formula: str
    paid_amount: Decimal
    refunded: Decimal
    ordered_sales_amount: Decimal
    ordered_customer_wht: Decimal


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One line: the formula with its values, then where each of them comes from."""

    line: BillLine
    rule: str
    formula: str
    text: str
    ratio: RatioReason | None = None
    cycle: CycleReason | None = None
    reduction: Reduction | None = None


def reckoning_of(line: BillLine) -> Reckoning:
    """`line` came with bill, order, product and `adjustment__bill`."""
    text = explanation_of(line)
    if line.adjustment is not None:
        carried = line.adjustment.kind == AdjustmentKind.CARRY_OVER
        return Reckoning(line, "R3.5" if carried else "R3.2", "amount", str(text))
    return Reckoning(
        line, text.rule, FORMULA, str(text), _ratio(line), _cycle(line), _reduction(line)
    )


def _ratio(line: BillLine) -> RatioReason:
    order, product = line.order, line.product
    assert order and product, "a line without adjustment has both"
    versions = FeeRatio.objects.filter(product=order.product_id, version=order.fee_ratio_version)
    return RatioReason(
        rule="R2.6",
        product=product.number,
        ratio=line.platform_fee_ratio,
        version=order.fee_ratio_version,
        valid_from=versions.values_list("valid_from", flat=True).first(),
        placed_at=order.placed_at,
    )


def _cycle(line: BillLine) -> CycleReason:
    order = line.order
    assert order is not None and order.paid_at is not None, "only what is paid is billed (R1.3)"
    known = [("effective", line.effective_at), ("paid", order.paid_at)]
    if order.supervision_completed_at is not None:
        known.append(("supervision_completed", order.supervision_completed_at))
    _, decides = max((at, name) for name, at in known)
    return CycleReason(
        rule="R1.4",
        cycle=line.cycle,
        bill_cycle=line.bill.cycle,
        catch_up=line.catch_up,
        time_zone=settings.SETTLEMENT_TIME_ZONE,
        conditions=[Condition(name, at, name == decides) for name, at in known],
    )


def _reduction(line: BillLine) -> Reduction | None:
    order = line.order
    if order is None or not line.refunded_before:
        return None
    return Reduction(
        rule="R4.6",
        formula="ordered * (paid_amount - refunded) / paid_amount",
        paid_amount=order.paid_amount,
        refunded=line.refunded_before,
        ordered_sales_amount=order.sales_amount,
        ordered_customer_wht=order.customer_wht,
    )
