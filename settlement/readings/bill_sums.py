"""A bill's amount as a sum that adds up (R2.5): the one table that documents print."""

from decimal import Decimal

from django.utils.translation import gettext as _

from koogallery.kit.figures import percent_text
from settlement.models import Bill
from settlement.readings.negative_balances import negative_balance_of


def sum_of(bill: Bill) -> list[tuple[str, Decimal, bool]]:
    """(what, signed amount, whether it is the result of the terms above it)."""
    negative = negative_balance_of(bill)
    left = [
        (_("Not covered again: deposit, then you"), negative.uncovered, False),
        (_("Carried to the next bill"), negative.carried_on, False),
    ]
    return [
        (_("Sales amount (without VAT)"), bill.sales_amount, False),
        (_("Customers' withholding tax"), -bill.customer_wht, False),
        (_("Platform fee"), -bill.platform_fee, False),
        (
            _("Seller's withholding tax (%(rate)s)")
            % {"rate": percent_text(bill.withholding_tax_rate)},
            -bill.withholding_tax,
            False,
        ),
        (
            _("Seller's digital service tax (%(rate)s)")
            % {"rate": percent_text(bill.digital_service_tax_rate)},
            -bill.digital_service_tax,
            False,
        ),
        (_("Adjustments"), bill.adjustments, False),
        (_("Settlement amount"), bill.settlement_amount, True),
        *(term for term in left if term[1]),
        (_("Recovered for refunds"), -bill.recovered, False),
        (_("To be paid"), bill.net_payable, True),
    ]
