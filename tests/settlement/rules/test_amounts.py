from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.money import MINOR_UNITS, ZERO, fits_minor_unit, minor_unit
from settlement.rules.amounts import (
    BillTotals,
    LineAmounts,
    bill_totals,
    carried_over,
    line_settlement,
    net_payable,
    retained,
    uncovered,
)

CURRENCIES = st.sampled_from(sorted(MINOR_UNITS))
SHARES = st.decimals(0, 1, places=6)
SIGNED = st.decimals(-(10**6), 10**6, places=0)


@st.composite
def line_amounts(draw: st.DrawFn) -> LineAmounts:
    sales = draw(st.decimals(0, 10**9, places=12))
    wht = draw(st.decimals(0, sales, places=12))
    return LineAmounts(sales, wht, draw(SHARES))


LINES = st.lists(line_amounts(), max_size=8)


def line(sales: str, wht: str = "0", ratio: str = "0") -> LineAmounts:
    return LineAmounts(Decimal(sales), Decimal(wht), Decimal(ratio))


def totals(
    *lines: LineAmounts,
    adjustments: tuple[str, ...] = (),
    wht_rate: str = "0",
    dst_rate: str = "0",
    currency: str = "USD",
) -> BillTotals:
    return bill_totals(
        lines,
        [Decimal(amount) for amount in adjustments],
        withholding_tax_rate=Decimal(wht_rate),
        digital_service_tax_rate=Decimal(dst_rate),
        currency=currency,
    )


def amounts(bill: BillTotals) -> list[str]:
    return [
        str(amount)
        for amount in (
            bill.sales_amount,
            bill.customer_wht,
            bill.platform_fee,
            bill.withholding_tax,
            bill.digital_service_tax,
            bill.adjustments,
            bill.settlement_amount,
        )
    ]


def test_R2_3_the_documented_check() -> None:
    """(850 − 50) × 0.85 − (100 + 20); the rates are those that make these taxes."""
    bill = totals(line("850", "50", "0.15"), wht_rate="0.147059", dst_rate="0.023529")
    assert amounts(bill) == [
        "850.00",
        "50.00",
        "120.00",
        "100.00",
        "20.00",
        "0.00",
        "560.00",
    ]


@pytest.mark.parametrize(
    ("sales", "wht", "ratio", "settlement"),
    [
        ("850", "50", "0.15", "680"),
        ("33.35", "0", "0.15", "28.3475"),
        ("1200", "0", "0.2", "960"),
        ("0.000000000001", "0", "0.5", "0.000000000001"),
        ("0.000000000001", "0", "0.500001", "0"),
        ("100", "100", "0.15", "0"),
        ("100", "0", "1", "0"),
        (
            "999999999999999.999999999999",
            "0",
            "0.000001",
            "999998999999999.999999999999",
        ),
    ],
)
def test_R2_1_what_a_line_settles(sales: str, wht: str, ratio: str, settlement: str) -> None:
    assert line_settlement(Decimal(sales), Decimal(wht), Decimal(ratio)) == Decimal(settlement)


def test_R2_4_only_totals_are_rounded() -> None:
    """Three lines of 28.3475 → 85.04, not 85.05."""
    assert totals(*[line("28.3475")] * 3).settlement_amount == Decimal("85.04")
    assert totals(*[line("33.35", "0", "0.15")] * 3).settlement_amount == Decimal("85.04")


def test_R2_4_a_tax_is_taken_from_the_unrounded_sum() -> None:
    """10 % of 0.0499 is 0.00499 and rounds to 0, of the 0.05 shown it would be 0.01."""
    bill = totals(line("0.049"), line("0.0009"), wht_rate="0.1")
    assert (bill.settlement_amount, bill.withholding_tax) == (Decimal("0.05"), ZERO)
    assert totals(line("0.049"), line("0.001"), wht_rate="0.1").withholding_tax == Decimal("0.01")


def test_R2_2_each_tax_has_its_own_base() -> None:
    """Withholding tax on what is settled (800 × 0.5), digital service tax on sales (1000)."""
    bill = totals(line("1000", "200", "0.5"), wht_rate="0.1", dst_rate="0.1")
    assert (bill.withholding_tax, bill.digital_service_tax) == (
        Decimal(40),
        Decimal(100),
    )
    assert bill.settlement_amount == Decimal(260)


def test_R2_5_the_platform_fee_balances_the_rounded_totals() -> None:
    """Sums 0.104, 0.096 and 0.008 round to 0.10, 0.10 and 0.01: the fee shown is −0.01."""
    bill = totals(line("0.104", "0.096"))
    assert amounts(bill) == ["0.10", "0.10", "-0.01", "0.00", "0.00", "0.00", "0.01"]


def test_R2_7_a_year_settles_in_one_go() -> None:
    bill = totals(line("1200", "0", "0.2"))
    assert amounts(bill) == [
        "1200.00",
        "0.00",
        "240.00",
        "0.00",
        "0.00",
        "0.00",
        "960.00",
    ]


def test_R2_8_totals_have_the_currencys_minor_unit() -> None:
    assert totals(line("100.5"), currency="JPY").settlement_amount == Decimal(101)
    assert str(totals(line("100.0005"), currency="KWD").settlement_amount) == "100.001"


def test_R3_2_adjustments_are_signed() -> None:
    bill = totals(line("100"), adjustments=("30", "-50"))
    assert (bill.adjustments, bill.settlement_amount) == (Decimal(-20), Decimal(80))


def test_R3_5_a_negative_bill_pays_nothing_and_is_carried_over() -> None:
    bill = totals(line("100"), adjustments=("-150",))
    assert bill.settlement_amount == Decimal(-50)
    assert net_payable(bill.settlement_amount, ZERO) == ZERO
    assert carried_over(bill.settlement_amount, ZERO) == Decimal(-50)
    assert carried_over(Decimal(50), ZERO) == ZERO


@pytest.mark.parametrize(
    ("case", "settled", "carried_in", "left", "carried_on"),
    [
        ("covered", 20, -100, 0, 0),
        ("covered exactly", 0, -100, 0, 0),
        ("covered in part", -100, -150, 100, 0),
        ("not at all", -150, -150, 150, 0),
        ("newly negative on top", -180, -150, 150, -30),
        ("newly negative alone", -30, 0, 0, -30),
    ],
)
def test_R3_5_a_negative_amount_is_carried_once(
    case: str, settled: int, carried_in: int, left: int, carried_on: int
) -> None:
    amounts = Decimal(settled), Decimal(carried_in)

    assert (uncovered(*amounts), carried_over(*amounts)) == (left, carried_on)


def test_R2_5_net_payable_is_settlement_less_recovered() -> None:
    assert net_payable(Decimal("560.00"), Decimal("60.01")) == Decimal("499.99")


@pytest.mark.parametrize(
    ("amount", "paid", "refunded", "currency", "left"),
    [
        ("850", "1000", "200", "USD", "680"),
        ("850", "1000", "0", "USD", "850"),
        ("850", "1000", "1000", "USD", "0"),
        ("0", "0", "0", "USD", "0"),
        ("100", "300", "100", "USD", "66.67"),
        ("0.01", "0.02", "0.01", "USD", "0.01"),
        ("100", "300", "100", "JPY", "67"),
        ("100", "300", "200", "KWD", "33.333"),
    ],
)
def test_R4_6_a_partly_refunded_line_keeps_its_share(
    amount: str, paid: str, refunded: str, currency: str, left: str
) -> None:
    share = retained(Decimal(amount), Decimal(paid), Decimal(refunded), currency)
    assert share == Decimal(left)


@given(LINES, st.lists(SIGNED, max_size=3), SHARES, SHARES, CURRENCIES)
def test_R2_5_every_bill_adds_up_to_the_minor_unit(
    lines: list[LineAmounts],
    adjustments: list[Decimal],
    wht_rate: Decimal,
    dst_rate: Decimal,
    currency: str,
) -> None:
    bill = bill_totals(
        lines,
        adjustments,
        withholding_tax_rate=wht_rate,
        digital_service_tax_rate=dst_rate,
        currency=currency,
    )
    taxes = bill.withholding_tax + bill.digital_service_tax
    earned = bill.sales_amount - bill.customer_wht - bill.platform_fee
    assert earned - taxes + bill.adjustments == bill.settlement_amount
    assert all(fits_minor_unit(Decimal(amount), currency) for amount in amounts(bill))


@given(LINES, CURRENCIES)
def test_R2_4_a_total_is_within_half_a_minor_unit_of_the_exact_sum(
    lines: list[LineAmounts], currency: str
) -> None:
    bill = bill_totals(
        lines,
        [],
        withholding_tax_rate=ZERO,
        digital_service_tax_rate=ZERO,
        currency=currency,
    )
    exact = sum((Fraction(each.settlement) for each in lines), Fraction(0))
    half = Fraction(1, 2 * 10 ** minor_unit(currency))
    assert abs(Fraction(bill.settlement_amount) - exact) <= half


@given(line_amounts())
def test_R2_1_a_line_settles_between_nothing_and_its_sales_amount(
    each: LineAmounts,
) -> None:
    assert ZERO <= each.settlement <= each.sales_amount
    exact = (Fraction(each.sales_amount) - Fraction(each.customer_wht)) * (
        1 - Fraction(each.fee_ratio)
    )
    assert abs(Fraction(each.settlement) - exact) <= Fraction(1, 2 * 10**12)


@given(st.data())
def test_R4_6_what_is_retained_is_the_exact_share_half_up(data: st.DataObject) -> None:
    paid = data.draw(st.decimals(1, 10**12, places=2))
    amount = data.draw(st.decimals(0, paid, places=2))
    refunded = data.draw(st.decimals(0, paid, places=2))
    cents = Fraction(amount) * (Fraction(paid) - Fraction(refunded)) / Fraction(paid) * 100
    assert retained(amount, paid, refunded, "USD") * 100 == int(cents + Fraction(1, 2))
