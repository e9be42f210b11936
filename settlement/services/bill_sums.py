"""A bill's amount as a sum that adds up (R2.5): the one table that documents print."""

from decimal import Decimal

from settlement.models import Bill
from settlement.rules.wording import percent


def sum_of(bill: Bill) -> list[tuple[str, Decimal, bool]]:
    """(what, signed amount, whether it is the result of the terms above it)."""
    carried = [("Carried to the next bill", -bill.settlement_amount, False)]
    return [
        ("Sales amount (without VAT)", bill.sales_amount, False),
        ("Customers' withholding tax", -bill.customer_wht, False),
        ("Platform fee", -bill.platform_fee, False),
        (
            f"Seller's withholding tax ({percent(bill.withholding_tax_rate)})",
            -bill.withholding_tax,
            False,
        ),
        (
            f"Seller's digital service tax ({percent(bill.digital_service_tax_rate)})",
            -bill.digital_service_tax,
            False,
        ),
        ("Adjustments", bill.adjustments, False),
        ("Settlement amount", bill.settlement_amount, True),
        *(carried if bill.settlement_amount < 0 else []),
        ("Recovered for refunds", -bill.recovered, False),
        ("To be paid", bill.net_payable, True),
    ]
