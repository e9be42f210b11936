"""'Why this amount?' for a stored line: the one text that page, API and exports give."""

from koogallery.kit.cycles import Cycle
from settlement.models import BillLine
from settlement.readings.line_explanation import (
    Explanation,
    LineFacts,
    explain_adjustment,
    explain_line,
)


def explanation_of(line: BillLine) -> Explanation:
    """Asks no more if `line` came with bill, order, usage record and `adjustment__bill`."""
    if line.adjustment is not None:
        return explain_adjustment(
            kind=line.adjustment.kind,
            amount=line.adjustment.amount,
            currency=line.adjustment.currency,
            bill_number=line.adjustment.bill.number,
            reason=line.adjustment.reason,
        )
    return explain_line(_facts(line))


def _facts(line: BillLine) -> LineFacts:
    order, usage = line.order, line.usage_record
    assert order is not None, "a line without adjustment has an order"
    assert order.paid_at is not None, "only what is paid is billed (R1.3)"
    return LineFacts(
        kind=line.kind,
        order_type=order.order_type,
        currency=line.bill.currency,
        sales_amount=line.sales_amount,
        customer_wht=line.customer_wht,
        fee_ratio=line.platform_fee_ratio,
        settlement=line.settlement,
        cycle=Cycle(line.cycle),
        bill_cycle=Cycle(line.bill.cycle),
        effective_at=line.effective_at,
        paid_at=order.paid_at,
        supervision_completed_at=order.supervision_completed_at,
        refunded_before=line.refunded_before,
        paid_amount=order.paid_amount,
        full_sales_amount=order.sales_amount,
        full_customer_wht=order.customer_wht,
        fee_version=order.fee_ratio_version,
        fee_valid_from=order.fee_ratio_valid_from,
        placed_at=order.placed_at,
        quantity=usage.quantity if usage else None,
        unit_price=usage.unit_price if usage else None,
    )
