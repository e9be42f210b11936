"""What a refund must satisfy (R4.1, R4.8) and the standards it is held against (R4.2)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, localcontext

from koogallery.kit.errors import Violation
from koogallery.kit.money import EXACT, ZERO, to_minor_unit
from sellers.rules.figures import amount_violations
from settlement.rules.wording import MINUS, TIMES, instant, money, percent

#: Delivery methods with a guarantee period; SaaS has one where it is supervised (R4.2).
GUARANTEED = frozenset({"license", "professional_service", "hardware"})

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Standard:
    """One check an operator sees beside the decision: whether it holds, and the figures why."""

    rule: str
    code: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """A refund of one order. `already_refunded` is what its other refunds have claimed (R4.1)."""

    delivery_method: str
    supervised: bool
    order_type: str
    billing_mode: str
    supervision_status: str
    paid_amount: Decimal
    paid_at: datetime | None
    already_refunded: Decimal
    amount: Decimal
    effective_at: datetime | None
    term_ends_at: datetime | None
    settled: bool
    handling_fee: Decimal
    currency: str
    supervision_completed_at: datetime | None = None

    @property
    def refundable(self) -> Decimal:
        return self.paid_amount - self.already_refunded

    @property
    def has_guarantee_period(self) -> bool:
        return self.delivery_method in GUARANTEED or (
            self.delivery_method == "saas" and self.supervised
        )


def needs_seller_review(refund: RefundFacts) -> bool:
    """What is negotiated in a guarantee period goes to the seller first; the rest does not."""
    return refund.has_guarantee_period


def hard_violations(refund: RefundFacts) -> list[Violation]:
    """What no special agreement can heal."""
    if refund.billing_mode == "pay_per_use":
        detail = _pay_per_use().detail
        return [Violation("order", "pay_per_use_carries_no_amount", detail, "R4.8")]
    wrong = amount_violations("amount", refund.amount, refund.currency, rule="R4.1")
    if wrong:
        return wrong
    failed = [each for each in (_paid(refund), _within_amount_paid(refund)) if not each.holds]
    fields = {"order_paid": "order", "within_amount_paid": "amount"}
    return [Violation(fields[each.code], each.code, each.detail, each.rule) for each in failed]


def refund_violations(
    refund: RefundFacts, now: datetime, *, special_agreement: bool, zone: tzinfo = UTC
) -> list[Violation]:
    """Why a refund cannot be applied for; a special agreement admits what fails R4.2."""
    wrong = hard_violations(refund)
    if wrong or special_agreement:
        return wrong
    return [
        Violation("order", each.code, each.detail, each.rule)
        for each in _unsubscription_standards(refund, now, zone)
        if not each.holds
    ]


def standards(refund: RefundFacts, now: datetime, zone: tzinfo = UTC) -> tuple[Standard, ...]:
    """Every standard of R4.1, R4.2 and R4.8 that concerns this refund, each with its figures."""
    if refund.billing_mode == "pay_per_use":
        return (_pay_per_use(),)
    return (
        _paid(refund, zone),
        _within_amount_paid(refund),
        *_unsubscription_standards(refund, now, zone),
    )


def image_refund_limit(refund: RefundFacts, now: datetime) -> Decimal | None:
    """Paid × (1 − used/subscribed) − handling fee (R4.2); None where the order has no term."""
    used = _used_share(refund, now)
    if used is None:
        return None
    with localcontext(EXACT):
        limit = refund.paid_amount * (1 - used) - refund.handling_fee
    return max(to_minor_unit(limit, refund.currency), ZERO)


def _used_share(refund: RefundFacts, now: datetime) -> Decimal | None:
    if refund.term_ends_at is None:
        return None
    if refund.effective_at is None or now <= refund.effective_at:
        return ZERO
    if now >= refund.term_ends_at:
        return Decimal(1)
    used = (now - refund.effective_at) // _MICROSECOND
    subscribed = (refund.term_ends_at - refund.effective_at) // _MICROSECOND
    return EXACT.divide(Decimal(used), Decimal(subscribed))


def _pay_per_use() -> Standard:
    detail = (
        "A pay-per-use order carries no amount of its own, so nothing of it can be refunded; "
        "a difference in its usage is settled by an adjustment."
    )
    return Standard("R4.8", "carries_amount", False, detail)


def _paid(refund: RefundFacts, zone: tzinfo = UTC) -> Standard:
    if refund.paid_at is None:
        return Standard("R4.1", "order_paid", False, "The customer has not paid this order yet.")
    paid = money(refund.paid_amount, refund.currency)
    detail = f"The customer paid {paid} at {instant(refund.paid_at, zone)} ({zone})."
    return Standard("R4.1", "order_paid", True, detail)


def _within_amount_paid(refund: RefundFacts) -> Standard:
    asked, paid, claimed, left = (
        money(amount, refund.currency)
        for amount in (
            refund.amount,
            refund.paid_amount,
            refund.already_refunded,
            refund.refundable,
        )
    )
    holds = ZERO < refund.amount <= refund.refundable
    if holds:
        detail = f"{asked} is within the {left} not yet refunded"
    elif refund.amount <= ZERO:
        detail = f"A refund must be above 0, not {asked}; {left} is not yet refunded"
    else:
        detail = f"{asked} is more than the {left} not yet refunded"
    detail += f", of {paid} paid less {claimed} of other refunds."
    return Standard("R4.1", "within_amount_paid", holds, detail)


def _unsubscription_standards(
    refund: RefundFacts, now: datetime, zone: tzinfo
) -> tuple[Standard, ...]:
    if refund.has_guarantee_period:
        return (_method(refund, holds=True), _inside_guarantee_period(refund, zone))
    if refund.delivery_method == "image":
        return (_method(refund, holds=True), _within_unused_share(refund, now, zone))
    return (_method(refund, holds=False),)


def _method(refund: RefundFacts, *, holds: bool) -> Standard:
    name = refund.delivery_method.replace("_", " ")
    if refund.delivery_method == "saas":
        name = "supervised SaaS" if refund.supervised else "SaaS without supervision"
    if holds:
        detail = f"An order of {name} can be unsubscribed."
    else:
        detail = f"An order of {name} cannot be unsubscribed without a special agreement."
    return Standard("R4.2", "method_supported", holds, detail)


def _inside_guarantee_period(refund: RefundFacts, zone: tzinfo) -> Standard:
    """The period runs until supervision completes, so an order without supervision has none."""
    open_supervision = refund.supervision_status not in ("completed", "not_applicable")
    if open_supervision:
        status = refund.supervision_status.replace("_", " ")
        detail = f"The guarantee period is still running: supervision is {status}."
    elif refund.supervision_status == "not_applicable":
        subject = "A renewal" if refund.order_type == "renewal" else "This order"
        detail = f"{subject} has no supervision and therefore no guarantee period."
    elif refund.supervision_completed_at is None:
        detail = "The guarantee period is over: supervision is completed."
    else:
        ended = instant(refund.supervision_completed_at, zone)
        detail = f"The guarantee period ended when supervision completed at {ended} ({zone})."
    if refund.settled:
        detail += " The order is already on an issued bill."
    return Standard("R4.2", "inside_guarantee_period", open_supervision, detail)


def _within_unused_share(refund: RefundFacts, now: datetime, zone: tzinfo) -> Standard:
    """All refunds of the order together stay within the formula, not each for itself."""
    limit, used = image_refund_limit(refund, now), _used_share(refund, now)
    if limit is None or used is None:
        detail = (
            "The order carries no term, so the unused share of the image cannot be computed; "
            "the amount is the operator's judgement."
        )
        return Standard("R4.2", "within_unused_share", True, detail)
    asked = refund.already_refunded + refund.amount
    holds = asked <= limit
    paid, fee, most, total = (
        money(amount, refund.currency)
        for amount in (refund.paid_amount, refund.handling_fee, limit, asked)
    )
    verdict = "is within" if holds else "is more than"
    detail = (
        f"With earlier refunds {total} is asked, which {verdict} {most} = {paid} {TIMES} "
        f"(1 {MINUS} {percent(used)} used) {MINUS} {fee} handling fee"
        f"{_term(refund, zone)}."
    )
    return Standard("R4.2", "within_unused_share", holds, detail)


def _term(refund: RefundFacts, zone: tzinfo) -> str:
    if refund.effective_at is None or refund.term_ends_at is None:
        return "; the term has not begun"
    start, end = (instant(moment, zone) for moment in (refund.effective_at, refund.term_ends_at))
    return f"; the term runs from {start} to {end} ({zone})"
