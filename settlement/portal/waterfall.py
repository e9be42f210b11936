"""A bill's amount written as a sum that adds up, line by line (R2.5)."""

from dataclasses import replace

from django.utils.translation import gettext as _

from koogallery.kit.figures import percent_text
from koogallery.portal.sums import Figure, SumLine, waterfall
from settlement.models import Bill
from settlement.readings.bill_explanations import explanations_of
from settlement.readings.negative_balances import negative_balance_of


def bill_sum(bill: Bill) -> list[SumLine]:
    """With the reason of each of its amounts; what is nothing needs none."""
    why = explanations_of(bill)
    terms = [*_earned(bill), *_carried(bill), *_paid(bill)]
    return waterfall(
        [
            replace(term, why=why[term.name]) if term.amount or term.is_result else term
            for term in terms
        ]
    )


def bill_figures(bill: Bill) -> list[Figure]:
    return [
        Figure(_("Sales amount"), bill.sales_amount),
        Figure(_("Settlement amount"), bill.settlement_amount),
        Figure(_("Recovered for refunds"), bill.recovered),
        Figure(_("To be paid"), bill.net_payable),
    ]


def _earned(bill: Bill) -> list[SumLine]:
    return [
        SumLine(
            "sales_amount",
            _("Sales amount"),
            bill.sales_amount,
            "R2.1",
            _("What customers paid for the orders and usage below, without VAT."),
        ),
        SumLine(
            "customer_wht",
            _("Customers’ withholding tax"),
            -bill.customer_wht,
            "R2.1",
            _("Tax your customers kept back for their own tax office."),
        ),
        SumLine(
            "platform_fee",
            _("Platform fee"),
            -bill.platform_fee,
            "R2.5",
            _(
                "Per line: sales less withholding tax, times the product’s fee ratio when the "
                "order was placed. Only the bill’s totals are rounded."
            ),
        ),
        SumLine(
            "withholding_tax",
            _("Your withholding tax"),
            -bill.withholding_tax,
            "R2.2",
            _("%(rate)s of what all lines settle.")
            % {"rate": percent_text(bill.withholding_tax_rate)},
        ),
        SumLine(
            "digital_service_tax",
            _("Your digital service tax"),
            -bill.digital_service_tax,
            "R2.2",
            _("%(rate)s of the sales amount.")
            % {"rate": percent_text(bill.digital_service_tax_rate)},
        ),
        SumLine(
            "adjustments",
            _("Adjustments"),
            bill.adjustments,
            "R3.2",
            _("Differences found on earlier bills, each a line with its reason below."),
        ),
        SumLine(
            "settlement_amount",
            _("Settlement amount"),
            bill.settlement_amount,
            "R2.2",
            is_result=True,
        ),
    ]


def _carried(bill: Bill) -> list[SumLine]:
    negative = negative_balance_of(bill)
    terms = [
        SumLine(
            "uncovered",
            _("Not covered again"),
            negative.uncovered,
            "R3.5",
            _(
                "A negative amount is carried once. What this bill leaves uncovered of it comes "
                "from your deposit at once; what that lacks you pay."
            ),
        ),
        SumLine(
            "carried_over",
            _("Carried to the next bill"),
            negative.carried_on,
            "R3.5",
            _(
                "A negative amount is not asked from you now; it is an adjustment on your next "
                "bill."
            ),
        ),
    ]
    return [term for term in terms if term.amount]


def _paid(bill: Bill) -> list[SumLine]:
    return [
        SumLine(
            "recovered",
            _("Recovered for refunds"),
            -bill.recovered,
            "R5.2",
            _("Refunds of orders you had already been paid for, listed below."),
        ),
        SumLine(
            "net_payable", _("To be paid"), bill.net_payable, "R2.5", is_result=True, is_final=True
        ),
    ]
