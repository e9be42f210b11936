"""'Why this amount?' for every total of a bill: its formula with the values that stand in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from koogallery.kit.figures import (
    MINUS,
    TIMES,
    amount_text,
    exact_amount_text,
    money_text,
    percent_text,
)
from koogallery.kit.language import gettext as _
from koogallery.kit.language import ngettext, paragraph
from koogallery.kit.money import ZERO
from settlement.readings.line_explanation import Explanation

PLUS = "+"

#: Adjustments and recoveries that are named one by one.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class LineSums:
    """What the lines of one kind add up to, exactly (R2.4)."""

    count: int = 0
    sales_amount: Decimal = ZERO
    customer_wht: Decimal = ZERO
    settlement: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Named:
    """An adjustment or a recovery that is part of a total, by its number."""

    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BillFacts:
    """A bill's totals as issued, and what they were made of."""

    currency: str
    sales_amount: Decimal
    customer_wht: Decimal
    platform_fee: Decimal
    withholding_tax_rate: Decimal
    withholding_tax: Decimal
    digital_service_tax_rate: Decimal
    digital_service_tax: Decimal
    adjustments: Decimal
    settlement_amount: Decimal
    recovered: Decimal
    net_payable: Decimal
    orders: LineSums
    usage: LineSums
    adjusted_by: Sequence[Named]
    recovered_for: Sequence[Named]
    uncovered: Decimal = ZERO

    @property
    def kinds(self) -> Sequence[LineSums]:
        """Orders and usage, as far as there are any."""
        return [each for each in (self.orders, self.usage) if each.count]

    @property
    def lines(self) -> Decimal:
        """What all lines settle, rounded once: the base of the platform fee."""
        taxes = self.withholding_tax + self.digital_service_tax
        return self.settlement_amount + taxes - self.adjustments


def explain_bill(bill: BillFacts) -> Mapping[str, Explanation]:
    """By the columns of the bill."""
    return {
        "sales_amount": _sales(bill),
        "customer_wht": _wht(bill),
        "platform_fee": _fee(bill),
        "withholding_tax": _withholding_tax(bill),
        "digital_service_tax": _digital_service_tax(bill),
        "adjustments": _adjustments(bill),
        "settlement_amount": _settlement(bill),
        "uncovered": _uncovered(bill),
        "carried_over": _carried_over(bill),
        "recovered": _recovered(bill),
        "net_payable": _net_payable(bill),
    }


def _sales(bill: BillFacts) -> Explanation:
    parts = [each.sales_amount for each in bill.kinds]
    reason = [_counted(bill), _("Each line has what its customer paid, without VAT.")]
    return Explanation(
        "R2.4", _rounded(bill, parts, bill.sales_amount), paragraph([*reason, _once()])
    )


def _wht(bill: BillFacts) -> Explanation:
    parts = [each.customer_wht for each in bill.kinds]
    reason = [_("What the customers of these lines withheld for their own tax office."), _once()]
    return Explanation("R2.4", _rounded(bill, parts, bill.customer_wht), paragraph(reason))


def _fee(bill: BillFacts) -> Explanation:
    terms = (bill.sales_amount, -bill.customer_wht, -bill.lines)
    exact = bill.orders.settlement + bill.usage.settlement
    reason = [
        _(
            "All lines together settle %(exact)s, rounded to %(lines)s; each line says at which "
            "fee ratio. The fee is what is left of the rounded sums, so that every bill adds up "
            "to the cent."
        )
        % {
            "exact": exact_amount_text(exact, bill.currency),
            "lines": money_text(bill.lines, bill.currency),
        }
    ]
    return Explanation("R2.5", _sum(bill, terms, bill.platform_fee), paragraph(reason))


def _withholding_tax(bill: BillFacts) -> Explanation:
    base = bill.orders.settlement + bill.usage.settlement
    reason = _("Your rate on the day of issue, on what all lines settle, before rounding.")
    formula = _share(bill, bill.withholding_tax_rate, base, bill.withholding_tax)
    return Explanation("R2.2", formula, reason)


def _digital_service_tax(bill: BillFacts) -> Explanation:
    base = bill.orders.sales_amount + bill.usage.sales_amount
    reason = _("Your rate on the day of issue, on the sales amount, before rounding.")
    formula = _share(bill, bill.digital_service_tax_rate, base, bill.digital_service_tax)
    return Explanation("R2.2", formula, reason)


def _adjustments(bill: BillFacts) -> Explanation:
    none = _("No earlier bill had a difference, and none was negative.")
    reason = _named(bill, bill.adjusted_by) or none
    terms = [each.amount for each in bill.adjusted_by]
    return Explanation("R3.2", _sum(bill, terms, bill.adjustments), reason)


def _settlement(bill: BillFacts) -> Explanation:
    terms = (
        bill.sales_amount,
        -bill.customer_wht,
        -bill.platform_fee,
        -bill.withholding_tax,
        -bill.digital_service_tax,
        bill.adjustments,
    )
    reason = _("Sales less withholding tax, platform fee and your taxes, and the adjustments.")
    return Explanation("R2.2", _sum(bill, terms, bill.settlement_amount), reason)


def _uncovered(bill: BillFacts) -> Explanation:
    reason = _(
        "What was carried here from an earlier bill and this one leaves negative again. It is "
        "carried once: your deposit pays it now, and what that lacks is yours to pay."
    )
    return Explanation("R3.5", money_text(bill.uncovered, bill.currency), reason)


def _carried_over(bill: BillFacts) -> Explanation:
    reason = _("The bill pays 0; its negative amount is an adjustment on your next bill.")
    if not bill.uncovered:
        return Explanation("R3.5", money_text(-bill.settlement_amount, bill.currency), reason)
    newly = -bill.settlement_amount - bill.uncovered
    return Explanation(
        "R3.5", _sum(bill, (-bill.settlement_amount, -bill.uncovered), newly), reason
    )


def _recovered(bill: BillFacts) -> Explanation:
    terms = [each.amount for each in bill.recovered_for]
    none = _("No refund of a settled order was to be recovered from this bill.")
    most = _("Oldest refund first, and never more than the settlement amount.")
    named = _named(bill, bill.recovered_for)
    reason = paragraph([named, most]) if named else none
    return Explanation("R5.3", _sum(bill, terms, bill.recovered), reason)


def _net_payable(bill: BillFacts) -> Explanation:
    terms = (max(bill.settlement_amount, ZERO), -bill.recovered)
    reason = _("The settlement amount, at least 0, less what was recovered.")
    return Explanation("R2.5", _sum(bill, terms, bill.net_payable), reason)


def _counted(bill: BillFacts) -> str:
    orders = ngettext("%(count)s order", "%(count)s orders", bill.orders.count)
    usage = ngettext("%(count)s usage record", "%(count)s usage records", bill.usage.count)
    counted = [
        told % {"count": each.count}
        for told, each in ((orders, bill.orders), (usage, bill.usage))
        if each.count
    ]
    if not counted:
        return _("There are no orders and no usage on this bill.")
    return _("From %(parts)s.") % {"parts": _(" and ").join(counted)}


def _once() -> str:
    return _("The sum is rounded once, half up.")


def _named(bill: BillFacts, parts: Sequence[Named]) -> str:
    told = [
        f"{each.number}: {money_text(each.amount, bill.currency)}" for each in parts[:MOST_NAMED]
    ]
    more = len(parts) - len(told)
    rest = [ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}]
    return _(", ").join(told + (rest if more else []))


def _rounded(bill: BillFacts, parts: Sequence[Decimal], total: Decimal) -> str:
    """Exact parts, their exact sum where it differs, and the rounded total."""
    exact = sum(parts, ZERO)
    if not parts:
        return money_text(total, bill.currency)
    written = f" {PLUS} ".join(exact_amount_text(part, bill.currency) for part in parts)
    between = "" if exact == total else f" = {exact_amount_text(exact, bill.currency)} ≈"
    return f"{written}{between or ' ='} {money_text(total, bill.currency)}"


def _share(bill: BillFacts, rate: Decimal, base: Decimal, tax: Decimal) -> str:
    exact = rate * base
    sign = "=" if exact == tax else "≈"
    written = exact_amount_text(base, bill.currency)
    return f"{percent_text(rate)} {TIMES} {written} {sign} {money_text(tax, bill.currency)}"


def _sum(bill: BillFacts, terms: Sequence[Decimal], total: Decimal) -> str:
    """Signed terms: 850.00 − 50.00 − 120.00 = 680.00 USD."""
    first, *others = terms or [ZERO]
    written = amount_text(first, bill.currency)
    for term in others:
        sign = PLUS if term > ZERO else MINUS
        written += f" {sign} {amount_text(term.copy_abs(), bill.currency)}"
    return f"{written} = {money_text(total, bill.currency)}"
