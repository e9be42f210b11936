"""'Why this amount?': a line told to its seller in sentences, from stored values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO, format_exact
from settlement.rules.wording import MINUS, TIMES, instant, money, percent

#: How each transaction takes effect (R1.2).
EFFECTS: Mapping[str, str] = {
    "purchase": "enabled",
    "renewal": "renewed term effective",
    "change": "change effective",
    "usage": "consumption started",
}


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A billed order or usage record; amounts as on the line, `full_…` as ordered (R4.6)."""

    kind: str  # "order" or "usage"
    order_type: str
    currency: str
    sales_amount: Decimal
    customer_wht: Decimal
    fee_ratio: Decimal
    settlement: Decimal
    cycle: Cycle
    bill_cycle: Cycle
    effective_at: datetime
    paid_at: datetime
    supervision_completed_at: datetime | None = None
    refunded_before: Decimal = ZERO
    paid_amount: Decimal = ZERO
    full_sales_amount: Decimal = ZERO
    full_customer_wht: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Explanation:
    rule: str
    formula: str
    reason: str

    def __str__(self) -> str:
        return f"{self.formula} ({self.rule}). {self.reason}"


def explain_line(line: LineFacts, zone: ZoneInfo) -> Explanation:
    """The formula with its values, then where ratio, cycle and share come from."""
    ratio = percent(line.fee_ratio)
    sentences = [
        f"The platform fee ratio of {ratio} is the product's when the order was placed (R2.6).",
        _why_this_cycle(line, zone),
        *_why_caught_up(line),
        *_why_reduced(line),
    ]
    return Explanation("R2.1", _formula(line), " ".join(sentences))


def explain_adjustment(
    *, kind: str, amount: Decimal, currency: str, bill_number: str, reason: str
) -> Explanation:
    """A difference found later (R3.2), or a negative bill carried over (R3.5)."""
    if kind == "carry_over":
        told = f"Bill {bill_number} was negative; it paid 0 and its amount is carried to this one."
        return Explanation("R3.5", money(amount, currency), told)
    told = f"A difference found after bill {bill_number} was issued: {reason}"
    return Explanation("R3.2", money(amount, currency), told)


def _formula(line: LineFacts) -> str:
    sales, wht, settlement = (
        format_exact(amount, line.currency)
        for amount in (line.sales_amount, line.customer_wht, line.settlement)
    )
    base = f"({sales} {MINUS} {wht})"
    kept = f"(1 {MINUS} {line.fee_ratio.normalize():f})"
    return f"{base} {TIMES} {kept} = {settlement} {line.currency}"


def _why_this_cycle(line: LineFacts, zone: ZoneInfo) -> str:
    effect = EFFECTS["usage" if line.kind == "usage" else line.order_type]
    conditions = [(line.effective_at, effect), (line.paid_at, "paid")]
    if line.supervision_completed_at is not None:
        conditions.append((line.supervision_completed_at, "supervision completed"))
    latest, name = max(conditions, key=lambda condition: condition[0])
    others = ", ".join(
        f"{other} {instant(moment, zone)}" for moment, other in conditions if other != name
    )
    return (
        f"It belongs to cycle {line.cycle} because the latest of its conditions became true then: "
        f"{name} {instant(latest, zone)}; {others} ({zone} time, R1.4)."
    )


def _why_caught_up(line: LineFacts) -> list[str]:
    if line.cycle == line.bill_cycle:
        return []
    sentence = (
        f"It was not billable when cycle {line.cycle} was closed, or arrived later, "
        f"so the bill of {line.bill_cycle} catches it up (R1.5)."
    )
    return [sentence]


def _why_reduced(line: LineFacts) -> list[str]:
    if not line.refunded_before:
        return []
    full = format_exact(line.full_sales_amount, line.currency)
    paid = format_exact(line.paid_amount, line.currency)
    refunded = format_exact(line.refunded_before, line.currency)
    sentence = (
        f"{refunded} of the {paid} paid had been refunded, so only the retained share is settled: "
        f"sales amount {full} {TIMES} ({paid} {MINUS} {refunded}) / {paid} = "
        f"{money(line.sales_amount, line.currency)}{_reduced_wht(line)} (R4.6)."
    )
    return [sentence]


def _reduced_wht(line: LineFacts) -> str:
    if not line.full_customer_wht:
        return ""
    full = format_exact(line.full_customer_wht, line.currency)
    return f", customer WHT {full} reduced alike to {money(line.customer_wht, line.currency)}"
