"""'Why this amount?' for the totals of an issued bill, from its stored lines."""

from collections.abc import Mapping

from django.core.cache import cache
from django.db.models import Count, Sum
from redis.exceptions import RedisError

from koogallery.kit.money import ZERO
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.readings.bill_explanation import BillFacts, LineSums, Named, explain_bill
from settlement.readings.line_explanation import Explanation
from settlement.readings.negative_balances import negative_balance_of

KEPT_SECONDS = 30 * 24 * 3600

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
    """By the columns of the bill. What its lines say is read once: they never change (R3.2)."""
    sums, adjusted_by = _remembered(bill)
    rows = bill.allocations.order_by("recovery__refunded_at", "recovery__number")
    facts = BillFacts(
        **{name: getattr(bill, name) for name in TOTALS},
        orders=sums.get(LineKind.ORDER, LineSums()),
        usage=sums.get(LineKind.USAGE, LineSums()),
        adjusted_by=adjusted_by,
        recovered_for=[Named(*row) for row in rows.values_list("recovery__number", "amount")],
        uncovered=negative_balance_of(bill).uncovered,
    )
    return explain_bill(facts)


def _remembered(bill: Bill) -> tuple[Mapping[str, LineSums], list[Named]]:
    """A bill of 100,000 lines is summed when it is first explained, not each time it is opened.

    Without Redis it is summed each time. The key holds when it was issued, so that another
    database's bill of the same id is another.
    """
    key = f"bill-lines-{bill.pk}-{bill.issued_at.timestamp()}"
    try:
        known = cache.get(key)
        if known is None:
            known = _sums(bill), _adjustments(bill)
            cache.set(key, known, timeout=KEPT_SECONDS)
    except RedisError:
        return _sums(bill), _adjustments(bill)
    found: tuple[Mapping[str, LineSums], list[Named]] = known
    return found


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
