"""What a line settles and what a bill adds up to (R2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from koogallery.kit.money import EXACT, ZERO, to_line_scale, to_minor_unit


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One transaction on a bill, exact to 12 decimals; a ratio of 0.15 keeps 15 % as fee."""

    sales_amount: Decimal
    customer_wht: Decimal
    fee_ratio: Decimal

    @property
    def settlement(self) -> Decimal:
        return line_settlement(self.sales_amount, self.customer_wht, self.fee_ratio)


@dataclass(frozen=True, slots=True)
class BillTotals:
    """A bill's figures at its currency's minor unit; they add up to the cent (R2.5)."""

    sales_amount: Decimal
    customer_wht: Decimal
    platform_fee: Decimal
    withholding_tax: Decimal
    digital_service_tax: Decimal
    adjustments: Decimal
    settlement_amount: Decimal


def line_settlement(sales_amount: Decimal, customer_wht: Decimal, fee_ratio: Decimal) -> Decimal:
    """(sales amount − customer WHT) × (1 − platform fee ratio), to 12 decimals (R2.1, R2.4)."""
    with localcontext(EXACT):
        return to_line_scale((sales_amount - customer_wht) * (1 - fee_ratio))


def retained(amount: Decimal, paid: Decimal, refunded: Decimal, currency: str) -> Decimal:
    """The share of a sales amount or WHT that is left after a partial refund (R4.6)."""
    if not refunded:
        return amount
    with localcontext(EXACT):
        return to_minor_unit(amount * (paid - refunded) / paid, currency)


def order_settlement(
    whole: LineAmounts, paid: Decimal, refunded: Decimal, currency: str
) -> Decimal:
    """What an order settles once so much of it is refunded (R4.6), at the minor unit."""
    left = LineAmounts(
        retained(whole.sales_amount, paid, refunded, currency),
        retained(whole.customer_wht, paid, refunded, currency),
        whole.fee_ratio,
    )
    return to_minor_unit(left.settlement, currency)


def bill_totals(
    lines: Iterable[LineAmounts],
    adjustments: Iterable[Decimal],
    *,
    withholding_tax_rate: Decimal,
    digital_service_tax_rate: Decimal,
    currency: str,
) -> BillTotals:
    """Add up exact lines, round each total once, half up (R2.2 to R2.5).

    The withholding tax is taken from what the lines settle, the digital service tax from what they
    sold. The platform fee is what is left between rounded totals, so it can differ by a cent from
    the sum of the lines' fees, but the bill always adds up.
    """
    with localcontext(EXACT):
        sales = wht = settled = ZERO
        for line in lines:
            sales += line.sales_amount
            wht += line.customer_wht
            settled += line.settlement
        sales_amount = to_minor_unit(sales, currency)
        customer_wht = to_minor_unit(wht, currency)
        earned = to_minor_unit(settled, currency)
        withholding_tax = to_minor_unit(settled * withholding_tax_rate, currency)
        digital_service_tax = to_minor_unit(sales * digital_service_tax_rate, currency)
        adjusted = to_minor_unit(sum(adjustments, ZERO), currency)
        return BillTotals(
            sales_amount=sales_amount,
            customer_wht=customer_wht,
            platform_fee=sales_amount - customer_wht - earned,
            withholding_tax=withholding_tax,
            digital_service_tax=digital_service_tax,
            adjustments=adjusted,
            settlement_amount=earned - withholding_tax - digital_service_tax + adjusted,
        )


def net_payable(settlement_amount: Decimal, recovered: Decimal) -> Decimal:
    """What is paid out: a negative bill pays 0 (R2.5, R3.5)."""
    return max(settlement_amount, ZERO) - recovered


def uncovered(settlement_amount: Decimal, carried_in: Decimal) -> Decimal:
    """Of a negative amount carried in, what this bill leaves uncovered again (R3.5).

    It goes to the deposit at once, and what that lacks to the seller.
    """
    return max(min(-carried_in, -settlement_amount), ZERO)


def carried_over(settlement_amount: Decimal, carried_in: Decimal) -> Decimal:
    """What a negative bill hands to the next one: only what is newly negative (R3.5)."""
    return min(settlement_amount, ZERO) + uncovered(settlement_amount, carried_in)
