"""What one usage record must satisfy, and what it costs (R9.5)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.money import EXACT, ZERO, to_line_scale
from sellers.rules.figures import exact_amount_violations, future_violations, instant_violations

METERING_SN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class CoveringPackage:
    """What the order of a package says that covers a usage record (R9.2)."""

    billing_mode: str
    effective_at: datetime | None
    is_the_order: bool  # the record is reported of the package's own instance
    is_trial: bool = False
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    term_ends_at: datetime | None = None
    refunded_at: datetime | None = None  # when nothing of it was retained any more


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """A usage record and what its order says: billing mode, effect and unit price."""

    metering_sn: str
    billing_mode: str
    started_at: datetime
    ended_at: datetime
    quantity: Decimal
    sales_amount: Decimal | None  # None: rated from the order's unit price
    customer_wht: Decimal = ZERO
    unit_price: Decimal | None = None
    effective_at: datetime | None = None  # of the order
    order_cancelled_at: datetime | None = None
    order_ended_at: datetime | None = None
    package: CoveringPackage | None = None

    @property
    def is_metered(self) -> bool:
        """Of pay-per-use, or of a package that covers what is used of itself."""
        covered = self.package is not None and self.package.is_the_order
        return self.billing_mode == "pay_per_use" or (self.billing_mode == "package" and covered)


def rate(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """The sales amount of a record that carries none."""
    return to_line_scale(EXACT.multiply(quantity, unit_price))


def usage_violations(usage: UsageFacts, now: datetime) -> list[Violation]:
    """Everything that is wrong with one record now; the whole call is never refused for it."""
    return [
        *_identity_violations(usage),
        *_span_violations(usage, now),
        *_quantity_violations(usage),
        *_amount_violations(usage),
        *_package_violations(usage),
    ]


def coverage_violations(usage: UsageFacts) -> list[Violation]:
    """A package covers only what it settles, within its term (R9.2).

    Of records that are new: what was recorded before a refund stays covered.
    """
    package = usage.package
    if package is None:
        return []
    if package.cancelled_at is not None:
        detail = _("The package was cancelled before it was paid.")
        return [Violation("package", "order_is_cancelled", detail, "R1.3")]
    if package.is_trial and not package.is_the_order:
        detail = _("The package is a trial, and settles usage of nothing but itself.")
        return [Violation("package", "package_is_a_trial", detail, "R1.3")]
    if package.paid_at is None and not package.is_trial:
        detail = _("The package is not known to be paid yet; send its usage again once it is.")
        return [Violation("package", "package_not_paid", detail, "R9.2")]
    return _term_violations(usage.started_at, package)


def _term_violations(started_at: datetime, package: CoveringPackage) -> list[Violation]:
    if package.term_ends_at is not None and started_at >= package.term_ends_at:
        detail = _("started_at lies after the term of the package.")
        return [Violation("started_at", "after_term", detail, "R9.2")]
    if package.refunded_at is not None and started_at >= package.refunded_at:
        detail = _("The package was refunded in full before started_at, and no longer covers it.")
        return [Violation("package", "package_refunded", detail, "R9.2")]
    return []


def upload_violations(usage: UsageFacts) -> list[Violation]:
    """What only the trading system reports: a seller's usage costs price times quantity (R9.5).

    Of records that are new, and right in themselves.
    """
    wrong = []
    rated = _rated(usage)
    if usage.sales_amount is not None and usage.sales_amount != rated:
        detail = _("A seller uploads quantities; the trading system alone reports another amount.")
        if rated is not None:
            of_order = _("By its order this record costs %(amount)s; leave sales_amount out.")
            detail = f"{detail} {of_order % {'amount': f'{rated.normalize(EXACT):f}'}}"
        wrong.append(Violation("sales_amount", "not_yours_to_report", detail, "R9.5"))
    if usage.customer_wht:
        detail = _("A seller uploads quantities; the trading system alone reports customer_wht.")
        wrong.append(Violation("customer_wht", "not_yours_to_report", detail, "R9.5"))
    return wrong


def _identity_violations(usage: UsageFacts) -> list[Violation]:
    wrong = []
    serial = usage.metering_sn
    if not (0 < len(serial) <= METERING_SN_LENGTH and serial.isprintable() and serial.strip()):
        detail = _("metering_sn must be 1 to %(most)s printable characters.") % {
            "most": METERING_SN_LENGTH
        }
        wrong.append(Violation("metering_sn", "invalid", detail, "R9.5"))
    if not usage.is_metered:
        detail = _("Only a pay-per-use order has usage.")
        wrong.append(Violation("order", "not_pay_per_use", detail, "R9.5"))
    return wrong


def _span_violations(usage: UsageFacts, now: datetime) -> list[Violation]:
    spans = {"started_at": usage.started_at, "ended_at": usage.ended_at}
    wrong = [v for name, instant in spans.items() for v in instant_violations(name, instant)]
    if wrong:
        return wrong
    if usage.started_at >= usage.ended_at:
        detail = _("ended_at must be later than started_at.")
        return [Violation("ended_at", "not_later", detail, "R9.5")]
    ahead = [v for name, instant in spans.items() for v in future_violations(name, instant, now)]
    return ahead or _effect_violations(usage)


def _effect_violations(usage: UsageFacts) -> list[Violation]:
    """Nothing is consumed of what is not enabled, nor of what has ended (R1.3, R1.8)."""
    if not usage.is_metered:
        return []
    if usage.order_cancelled_at is not None:
        detail = _("The order was cancelled before it was paid.")
        return [Violation("order", "order_is_cancelled", detail, "R1.3")]
    if usage.effective_at is None:
        detail = _("The order is not known to be in effect yet; send its usage again once it is.")
        return [Violation("order", "not_effective", detail, "R1.8")]
    if usage.started_at < usage.effective_at:
        detail = _("started_at lies before the order took effect.")
        return [Violation("started_at", "before_effect", detail, "R1.8")]
    if usage.order_ended_at is not None and usage.started_at >= usage.order_ended_at:
        detail = _("started_at lies after the order ended.")
        return [Violation("started_at", "after_end", detail, "R1.8")]
    return []


def _quantity_violations(usage: UsageFacts) -> list[Violation]:
    wrong = exact_amount_violations("quantity", usage.quantity, rule="R9.5")
    if not wrong and usage.quantity == ZERO:
        wrong.append(Violation("quantity", "not_positive", _("quantity must be above 0."), "R9.5"))
    return wrong


def _amount_violations(usage: UsageFacts) -> list[Violation]:
    wrong = exact_amount_violations("customer_wht", usage.customer_wht, rule="R2.1")
    sales_amount = _rated(usage) if usage.sales_amount is None else usage.sales_amount
    if sales_amount is None:
        detail = _("The record has no sales_amount and its order no unit price to rate it by.")
        return [*wrong, Violation("sales_amount", "no_price", detail, "R9.5")]
    wrong += exact_amount_violations("sales_amount", sales_amount, rule="R2.1")
    if not wrong and usage.customer_wht > sales_amount:
        detail = _("customer_wht is withheld from sales_amount and cannot exceed it.")
        wrong.append(Violation("customer_wht", "exceeds_sales_amount", detail, "R2.1"))
    return wrong


def _package_violations(usage: UsageFacts) -> list[Violation]:
    """What a package covers was settled with the package (R9.2)."""
    package = usage.package
    if package is None:
        return []
    if package.billing_mode != "package":
        detail = _("The order named as package is none.")
        return [Violation("package", "not_a_package", detail, "R9.2")]
    if package.effective_at is None or usage.started_at < package.effective_at:
        detail = _("started_at lies before the package took effect.")
        return [Violation("started_at", "before_effect", detail, "R1.8")]
    if usage.sales_amount:
        detail = _("What a package covers is not charged again; leave sales_amount out.")
        return [Violation("sales_amount", "covered_by_package", detail, "R9.2")]
    return []


def _rated(usage: UsageFacts) -> Decimal | None:
    """What the record costs by its order; None where that has no price."""
    if usage.package is not None:
        return ZERO  # settled with the package
    if usage.unit_price is None:
        return None
    if exact_amount_violations("quantity", usage.quantity, rule="R9.5"):
        return ZERO  # refused for its quantity; nothing more is known of the amount
    return rate(usage.quantity, usage.unit_price)
