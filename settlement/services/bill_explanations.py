"""'Why this amount?' for the totals of an issued bill, from its stored lines."""

from collections.abc import Mapping

from django.db.models import Count, Sum

from koogallery.kit.money import ZERO
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.rules.bill_explanation import BillFacts, LineSums, Named, explain_bill
from settlement.rules.explanation import Explanation

TOTALS = (
    "currency",
    "sales_amount",
    "customer_wht",
    "platform_fee",
    "withholding_tax_rate",
    "withholding_tax",
    "digital_service_tax_rate",
    "digital_service_tax",
    "adjustments",
    "settlement_amount",
    "recovered",
    "net_payable",
)


def explanations_of(bill: Bill) -> Mapping[str, Explanation]:
    """By the columns of the bill. Three queries, one of which sums all its lines."""
    sums = _sums(bill)
    facts = BillFacts(
        **{name: getattr(bill, name) for name in TOTALS},
        orders=sums.get(LineKind.ORDER, LineSums()),
        usage=sums.get(LineKind.USAGE, LineSums()),
        adjusted_by=_adjustments(bill),
        recovered_for=_recoveries(bill),
    )
    return explain_bill(facts)


def _sums(bill: Bill) -> Mapping[str, LineSums]:
    rows = (
        bill.lines.order_by()
        .values_list("kind")
        .annotate(
            Count("pk"),
            Sum("sales_amount", default=ZERO),
            Sum("customer_wht", default=ZERO),
            Sum("settlement", default=ZERO),
        )
    )
    return {kind: LineSums(*sums) for kind, *sums in rows}


def _adjustments(bill: Bill) -> list[Named]:
    lines = bill.lines.filter(kind=LineKind.ADJUSTMENT)
    rows = lines.values_list("adjustment__number", "settlement")
    return [Named(number, amount) for number, amount in rows]


def _recoveries(bill: Bill) -> list[Named]:
    rows = bill.allocations.order_by("recovery__refunded_at", "recovery__number")
    return [Named(*row) for row in rows.values_list("recovery__number", "amount")]
