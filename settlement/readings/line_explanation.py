"""'Why this amount?': a line told to its seller in sentences, from stored values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koogallery.dates import cycle_label, instant_text
from koogallery.kit.cycles import Cycle
from koogallery.kit.figures import (
    MINUS,
    TIMES,
    exact_amount_text,
    money_text,
    percent_text,
)
from koogallery.kit.language import gettext as _
from koogallery.kit.language import marked, paragraph
from koogallery.kit.money import EXACT, ZERO
from koogallery.settlement_time import ZONE
from settlement.models import BillLine

#: How each transaction takes effect (R1.2).
EFFECTS: Mapping[str, str] = {
    "purchase": marked("enabled"),
    "renewal": marked("renewed term effective"),
    "change": marked("change effective"),
    "usage": marked("consumption started"),
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
    fee_version: int = 0
    fee_valid_from: datetime | None = None
    placed_at: datetime | None = None
    quantity: Decimal | None = None  # of usage
    unit_price: Decimal | None = None  # that usage was rated at; None: its amount was reported


@dataclass(frozen=True, slots=True)
class Explanation:
    rule: str
    formula: str
    reason: str

    def __str__(self) -> str:
        told = {"formula": self.formula, "rule": self.rule, "reason": self.reason}
        return _("%(formula)s (%(rule)s). %(reason)s") % told


def explain_line(line: LineFacts) -> Explanation:
    """The formula with its values, then where ratio, cycle and share come from."""
    sentences = [
        *_how_much(line),
        _which_ratio(line),
        _why_this_cycle(line),
        *_why_caught_up(line),
        *_why_reduced(line),
    ]
    sales, wht, settlement = (
        exact_amount_text(amount, line.currency)
        for amount in (line.sales_amount, line.customer_wht, line.settlement)
    )
    base = f"({sales} {MINUS} {wht})"
    kept = f"(1 {MINUS} {line.fee_ratio.normalize():f})"
    return Explanation(
        "R2.1", f"{base} {TIMES} {kept} = {settlement} {line.currency}", paragraph(sentences)
    )


def explain_adjustment(
    *, kind: str, amount: Decimal, currency: str, bill_number: str, reason: str
) -> Explanation:
    """A difference found later (R3.2), or a negative bill carried over (R3.5)."""
    if kind == "carry_over":
        told = _(
            "Bill %(bill)s was negative; it paid 0 and its amount is carried to this one. What "
            "this bill leaves uncovered of it is not carried again."
        )
        told %= {"bill": bill_number}
        return Explanation("R3.5", money_text(amount, currency), told)
    told = _("A difference found after bill %(bill)s was issued: %(reason)s")
    told %= {"bill": bill_number, "reason": reason}
    return Explanation("R3.2", money_text(amount, currency), told)


def _how_much(line: LineFacts) -> list[str]:
    if line.quantity is None:
        return []
    if line.unit_price is None:
        sentence = _(
            "The sales amount was reported by the trading system, for a quantity of %(quantity)s "
            "(R9.5)."
        )
        return [sentence % {"quantity": _plain(line.quantity)}]
    sentence = _(
        "The sales amount is the order's price times the quantity: %(price)s × %(quantity)s (R9.5)."
    )
    price = exact_amount_text(line.unit_price, line.currency)
    return [sentence % {"price": price, "quantity": _plain(line.quantity)}]


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize(EXACT):f}"


def _which_ratio(line: LineFacts) -> str:
    since, placed_at = line.fee_valid_from, line.placed_at
    if since is None or placed_at is None:
        sentence = _(
            "The platform fee ratio of %(ratio)s is the product's when the order was placed (R2.6)."
        )
        return sentence % {"ratio": percent_text(line.fee_ratio)}
    if placed_at < since:
        sentence = _(
            "The order was placed at %(placed)s, before the product's first platform fee ratio was "
            "valid: version %(version)s of %(ratio)s, from %(since)s on, is assumed (R2.6)."
        )
    else:
        sentence = _(
            "The platform fee ratio of %(ratio)s is version %(version)s of the product's, valid "
            "from %(since)s on, when the order was placed at %(placed)s (R2.6)."
        )
    return sentence % {
        "ratio": percent_text(line.fee_ratio),
        "version": line.fee_version,
        "since": instant_text(since),
        "placed": instant_text(placed_at),
    }


def _why_this_cycle(line: LineFacts) -> str:
    effect = EFFECTS["usage" if line.kind == "usage" else line.order_type]
    conditions = [(line.effective_at, effect), (line.paid_at, marked("paid"))]
    if line.supervision_completed_at is not None:
        conditions.append((line.supervision_completed_at, marked("supervision completed")))
    latest, name = max(conditions, key=lambda condition: condition[0])
    others = _("; ").join(
        _became_true(other, moment) for moment, other in conditions if other != name
    )
    return _(
        "It belongs to cycle %(cycle)s because the latest of its conditions became true then: "
        "%(latest)s; %(others)s (%(zone)s time, R1.4)."
    ) % {
        "cycle": cycle_label(line.cycle),
        "latest": _became_true(name, latest),
        "others": others,
        "zone": ZONE,
    }


def _became_true(condition: str, moment: datetime) -> str:
    return f"{_(condition)} {instant_text(moment)}"


def _why_caught_up(line: LineFacts) -> list[str]:
    if line.cycle == line.bill_cycle:
        return []
    sentence = _(
        "It was not billable when cycle %(cycle)s was closed, or arrived later, "
        "so the bill of %(bill_cycle)s catches it up (R1.5)."
    )
    return [
        sentence % {"cycle": cycle_label(line.cycle), "bill_cycle": cycle_label(line.bill_cycle)}
    ]


def _why_reduced(line: LineFacts) -> list[str]:
    if not line.refunded_before:
        return []
    sentence = _(
        "%(refunded)s of the %(paid)s paid had been refunded, so only the retained share is "
        "settled: sales amount %(full)s × (%(paid)s − %(refunded)s) / %(paid)s = "
        "%(sales)s%(reduced_wht)s (R4.6)."
    )
    figures = {
        "full": exact_amount_text(line.full_sales_amount, line.currency),
        "paid": exact_amount_text(line.paid_amount, line.currency),
        "refunded": exact_amount_text(line.refunded_before, line.currency),
        "sales": money_text(line.sales_amount, line.currency),
        "reduced_wht": _reduced_wht(line),
    }
    return [sentence % figures]


def _reduced_wht(line: LineFacts) -> str:
    if not line.full_customer_wht:
        return ""
    return _(", customer WHT %(full)s reduced alike to %(reduced)s") % {
        "full": exact_amount_text(line.full_customer_wht, line.currency),
        "reduced": money_text(line.customer_wht, line.currency),
    }


# 'Why this amount?' for a stored line: the one text that page, API and exports give.


def explanation_of(line: BillLine) -> Explanation:
    """Asks no more if `line` came with bill, order, usage record and `adjustment__bill`."""
    if line.adjustment is not None:
        return explain_adjustment(
            kind=line.adjustment.kind,
            amount=line.adjustment.amount,
            currency=line.adjustment.currency,
            bill_number=line.adjustment.bill.number,
            reason=line.adjustment.reason,
        )
    return explain_line(_facts(line))


def _facts(line: BillLine) -> LineFacts:
    order, usage = line.order, line.usage_record
    assert order is not None, "a line without adjustment has an order"
    assert order.paid_at is not None, "only what is paid is billed (R1.3)"
    return LineFacts(
        kind=line.kind,
        order_type=order.order_type,
        currency=line.bill.currency,
        sales_amount=line.sales_amount,
        customer_wht=line.customer_wht,
        fee_ratio=line.platform_fee_ratio,
        settlement=line.settlement,
        cycle=Cycle(line.cycle),
        bill_cycle=Cycle(line.bill.cycle),
        effective_at=line.effective_at,
        paid_at=order.paid_at,
        supervision_completed_at=order.supervision_completed_at,
        refunded_before=line.refunded_before,
        paid_amount=order.paid_amount,
        full_sales_amount=order.sales_amount,
        full_customer_wht=order.customer_wht,
        fee_version=order.fee_ratio_version,
        fee_valid_from=order.fee_ratio_valid_from,
        placed_at=order.placed_at,
        quantity=usage.quantity if usage else None,
        unit_price=usage.unit_price if usage else None,
    )
