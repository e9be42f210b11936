"""What a refund must satisfy (R4.1, R4.8) and the standards it is held against (R4.2)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, localcontext

from koogallery.kit.errors import Violation
from koogallery.kit.figures import instant, money_text, percent_text
from koogallery.kit.language import Sentence, marked
from koogallery.kit.language import gettext as _
from koogallery.kit.money import EXACT, ZERO, to_minor_unit
from sellers.rules.figures import amount_violations
from settlement.rules.standards import (
    BEYOND,
    BEYOND_UNUSED,
    METHODS,
    NOT_POSITIVE,
    OPEN_SUPERVISIONS,
    WITHIN,
    WITHIN_UNUSED,
    Standard,
)

#: Delivery methods with a guarantee period; SaaS has one where it is supervised (R4.2).
GUARANTEED = frozenset({"license", "professional_service", "hardware"})

_MICROSECOND = timedelta(microseconds=1)


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


def payout_violations(refunded_at: datetime, paid_at: datetime | None) -> list[Violation]:
    """No money goes back before it came (R1.8)."""
    if paid_at and refunded_at >= paid_at:
        return []
    detail = _("refunded_at lies before the order was paid.")
    return [Violation("refunded_at", "before_order", detail, "R1.8")]


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
    told = Sentence(
        "A pay-per-use order carries no amount of its own, so nothing of it can be refunded; "
        "a difference in its usage is settled by an adjustment."
    )
    return Standard("R4.8", "carries_amount", False, (told,))


def _paid(refund: RefundFacts, zone: tzinfo = UTC) -> Standard:
    if refund.paid_at is None:
        told = Sentence("The customer has not paid this order yet.")
        return Standard("R4.1", "order_paid", False, (told,))
    told = Sentence(
        "The customer paid %(amount)s at %(at)s (%(zone)s).",
        {
            "amount": money_text(refund.paid_amount, refund.currency),
            "at": instant(refund.paid_at, zone),
            "zone": str(zone),
        },
    )
    return Standard("R4.1", "order_paid", True, (told,))


def _within_amount_paid(refund: RefundFacts) -> Standard:
    amounts = {
        "asked": refund.amount,
        "paid": refund.paid_amount,
        "claimed": refund.already_refunded,
        "left": refund.refundable,
    }
    figures = {name: money_text(amount, refund.currency) for name, amount in amounts.items()}
    holds = ZERO < refund.amount <= refund.refundable
    message = WITHIN if holds else NOT_POSITIVE if refund.amount <= ZERO else BEYOND
    return Standard("R4.1", "within_amount_paid", holds, (Sentence(message, figures),))


def _unsubscription_standards(
    refund: RefundFacts, now: datetime, zone: tzinfo
) -> tuple[Standard, ...]:
    if refund.billing_mode == "package":
        told = Sentence("A pay-per-use package cannot be unsubscribed without a special agreement.")
        return (Standard("R4.2", "method_supported", False, (told,)),)
    if refund.has_guarantee_period:
        return (_method(refund, holds=True), _inside_guarantee_period(refund, zone))
    if refund.delivery_method == "image":
        return (_method(refund, holds=True), _within_unused_share(refund, now, zone))
    return (_method(refund, holds=False),)


def _method(refund: RefundFacts, *, holds: bool) -> Standard:
    supervised = refund.delivery_method == "saas" and refund.supervised
    method = "supervised saas" if supervised else refund.delivery_method
    message = (
        marked("An order of %(method)s can be unsubscribed.")
        if holds
        else marked("An order of %(method)s cannot be unsubscribed without a special agreement.")
    )
    told = Sentence(message, {"method": METHODS[method]})
    return Standard("R4.2", "method_supported", holds, (told,))


def _inside_guarantee_period(refund: RefundFacts, zone: tzinfo) -> Standard:
    """The period runs until supervision completes, so an order without supervision has none."""
    holds = refund.supervision_status in OPEN_SUPERVISIONS
    told = [_guarantee_period(refund, zone)]
    if refund.settled:
        told.append(Sentence("The order is already on an issued bill."))
    return Standard("R4.2", "inside_guarantee_period", holds, tuple(told))


def _guarantee_period(refund: RefundFacts, zone: tzinfo) -> Sentence:
    if status := OPEN_SUPERVISIONS.get(refund.supervision_status):
        return Sentence(
            "The guarantee period is still running: supervision is %(status)s.", {"status": status}
        )
    if refund.supervision_status == "not_applicable":
        if refund.order_type == "renewal":
            return Sentence("A renewal has no supervision and therefore no guarantee period.")
        return Sentence("This order has no supervision and therefore no guarantee period.")
    if refund.supervision_completed_at is None:
        return Sentence("The guarantee period is over: supervision is completed.")
    return Sentence(
        "The guarantee period ended when supervision completed at %(ended)s (%(zone)s).",
        {"ended": instant(refund.supervision_completed_at, zone), "zone": str(zone)},
    )


def _within_unused_share(refund: RefundFacts, now: datetime, zone: tzinfo) -> Standard:
    """All refunds of the order together stay within the formula, not each for itself."""
    limit, used = image_refund_limit(refund, now), _used_share(refund, now)
    if limit is None or used is None:
        told = Sentence(
            "The order carries no term, so the unused share of the image cannot be computed; "
            "the amount is the operator's judgement."
        )
        return Standard("R4.2", "within_unused_share", True, (told,))
    asked = refund.already_refunded + refund.amount
    holds = asked <= limit
    amounts = {
        "paid": refund.paid_amount,
        "fee": refund.handling_fee,
        "most": limit,
        "total": asked,
    }
    figures = {name: money_text(amount, refund.currency) for name, amount in amounts.items()}
    formula = Sentence(
        WITHIN_UNUSED if holds else BEYOND_UNUSED, {**figures, "used": percent_text(used)}
    )
    return Standard("R4.2", "within_unused_share", holds, (formula, _term(refund, zone)))


def _term(refund: RefundFacts, zone: tzinfo) -> Sentence:
    if refund.effective_at is None or refund.term_ends_at is None:
        return Sentence("The term has not begun.")
    start, end = (instant(moment, zone) for moment in (refund.effective_at, refund.term_ends_at))
    return Sentence(
        "The term runs from %(start)s to %(end)s (%(zone)s).",
        {"start": start, "end": end, "zone": str(zone)},
    )
