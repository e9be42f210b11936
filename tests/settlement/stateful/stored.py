"""A seller's books as they are stored, and as the model has them, in one comparable form."""

from collections.abc import Iterable
from typing import Any

from koogallery.kit.money import ZERO
from settlement.models import Bill, BillLine, Deposit, Recovery
from settlement.rules.amounts import BillTotals
from tests.settlement.stateful import model

AMOUNTS = tuple(BillTotals.__dataclass_fields__)


Books = dict[str, Any]


def of_database(number: str) -> Books:
    bills = Bill.objects.filter(seller__number=number).prefetch_related(
        "lines__order", "lines__usage_record", "lines__adjustment__bill"
    )
    deposit = Deposit.objects.filter(seller__number=number).first()
    return {
        "bills": {bill.cycle: _bill(bill) for bill in bills},
        "deposit": deposit.balance if deposit else ZERO,
        "recoveries": _recoveries(Recovery.objects.filter(seller__number=number)),
    }


def of_model(seller: model.Seller) -> Books:
    return {
        "bills": dict(seller.bills),
        "deposit": seller.deposit,
        "recoveries": _recoveries(seller.recoveries),
    }


def _recoveries(recoveries: Iterable[Recovery | model.Recovery]) -> dict[str, tuple[Any, ...]]:
    return {
        recovery.number: (
            recovery.amount,
            recovery.outstanding,
            recovery.state,
            recovery.window_start,
            recovery.window_end,
        )
        for recovery in recoveries
    }


def _bill(bill: Bill) -> model.Bill:
    return model.Bill(
        totals=BillTotals(**{name: getattr(bill, name) for name in AMOUNTS}),
        recovered=bill.recovered,
        net_payable=bill.net_payable,
        lines=frozenset(_line(line) for line in bill.lines.all()),
        line_count=bill.line_count,
    )


def _line(line: BillLine) -> model.Line:
    return model.Line(
        kind=line.kind,
        name=_name(line),
        cycle=line.cycle,
        catch_up=line.catch_up,
        sales=line.sales_amount,
        wht=line.customer_wht,
        settlement=line.settlement,
    )


def _name(line: BillLine) -> str:
    if line.adjustment and line.adjustment.kind == "carry_over":
        return f"{model.CARRIED}{line.adjustment.bill.cycle}"
    if line.adjustment:
        return line.adjustment.number
    if line.usage_record:
        return line.usage_record.metering_sn
    assert line.order is not None
    return line.order.number
