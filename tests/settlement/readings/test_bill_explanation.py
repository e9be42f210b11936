from dataclasses import replace
from decimal import Decimal

from settlement.readings.bill_explanation import BillFacts, LineSums, Named, explain_bill

#: The documents' example (R2.3), with a difference and a refund on it.
BILL = BillFacts(
    currency="USD",
    sales_amount=Decimal(850),
    customer_wht=Decimal(50),
    platform_fee=Decimal(120),
    withholding_tax_rate=Decimal("0.147059"),
    withholding_tax=Decimal(100),
    digital_service_tax_rate=Decimal("0.023529"),
    digital_service_tax=Decimal(20),
    adjustments=Decimal(-10),
    settlement_amount=Decimal(550),
    recovered=Decimal(50),
    net_payable=Decimal(500),
    orders=LineSums(1, Decimal(800), Decimal(50), Decimal("637.5")),
    usage=LineSums(2, Decimal("50.0012"), Decimal(0), Decimal("42.50102")),
    adjusted_by=[Named("AD1", Decimal(-10))],
    recovered_for=[Named("RC1", Decimal(20)), Named("RC2", Decimal(30))],
)


def formulas(bill: BillFacts) -> dict[str, str]:
    return {name: why.formula for name, why in explain_bill(bill).items()}


def test_R2_every_total_of_a_bill_has_its_formula_with_its_values() -> None:
    assert formulas(BILL) == {
        "sales_amount": "800.00 + 50.0012 = 850.0012 ≈ 850.00 USD",
        "customer_wht": "50.00 + 0.00 = 50.00 USD",
        "platform_fee": "850.00 − 50.00 − 680.00 = 120.00 USD",
        "withholding_tax": "14.7059% × 680.00102 ≈ 100.00 USD",
        "digital_service_tax": "2.3529% × 850.0012 ≈ 20.00 USD",
        "adjustments": "−10.00 = −10.00 USD",
        "settlement_amount": "850.00 − 50.00 − 120.00 − 100.00 − 20.00 − 10.00 = 550.00 USD",
        "uncovered": "0.00 USD",
        "carried_over": "−550.00 USD",
        "recovered": "20.00 + 30.00 = 50.00 USD",
        "net_payable": "550.00 − 50.00 = 500.00 USD",
    }


def test_what_a_total_is_made_of_is_named() -> None:
    told = {name: why.reason for name, why in explain_bill(BILL).items()}
    assert "1 order and 2 usage records" in told["sales_amount"]
    assert "680.00102" in told["platform_fee"]
    assert told["adjustments"] == "AD1: −10.00 USD"
    assert told["recovered"].startswith("RC1: 20.00 USD, RC2: 30.00 USD")


def test_R3_5_a_negative_bill_pays_nothing_and_says_why() -> None:
    negative = replace(
        BILL, settlement_amount=Decimal(-90), recovered=Decimal(0), net_payable=Decimal(0)
    )
    assert formulas(negative)["net_payable"] == "0.00 − 0.00 = 0.00 USD"
    assert formulas(negative)["carried_over"] == "90.00 USD"
    again = replace(negative, uncovered=Decimal(60))
    assert formulas(again)["uncovered"] == "60.00 USD"
    assert formulas(again)["carried_over"] == "90.00 − 60.00 = 30.00 USD"


def test_an_empty_total_says_that_there_is_nothing() -> None:
    empty = replace(BILL, adjusted_by=[], recovered_for=[], adjustments=Decimal(0))
    told = explain_bill(empty)
    assert told["adjustments"].formula == "0.00 = 0.00 USD"
    assert "No earlier bill" in told["adjustments"].reason


def test_a_bill_of_one_kind_of_lines_does_not_speak_of_the_other() -> None:
    told = explain_bill(replace(BILL, usage=LineSums(), sales_amount=Decimal(800)))["sales_amount"]
    assert told.formula == "800.00 = 800.00 USD"
    assert "From 1 order." in told.reason


def test_of_many_parts_the_first_are_named() -> None:
    many = [Named(f"AD{number}", Decimal(1)) for number in range(8)]
    assert explain_bill(replace(BILL, adjusted_by=many))["adjustments"].reason.endswith("3 more")
