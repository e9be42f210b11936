"""Every number of docs/settlement.md, computed by the product and compared."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.conf import settings

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.kit.money import LINE_SCALE, MINOR_UNITS, format_amount
from koogallery.kit.names import TEXT_LENGTH
from sellers.rules.cycles import due_cycle, transaction_cycle
from sellers.rules.figures import CLOCK_TOLERANCE
from settlement.rules.amounts import (
    LineAmounts,
    bill_totals,
    carried_over,
    line_settlement,
    net_payable,
    retained,
    uncovered,
)
from settlement.rules.approvals import SECOND_APPROVAL_FROM, limit_of
from settlement.rules.deposits import balance_after, top_up_asked
from settlement.rules.invoice_taxes import tax_on
from settlement.rules.invoices import invoice_due
from settlement.rules.payouts import expected_day
from settlement.rules.recovery import (
    OpenRecovery,
    allocate_bill,
    draw_in_order,
    recovery_basis_amount,
    window,
)
from settlement.rules.refunds import (
    RefundFacts,
    image_refund_limit,
    needs_seller_review,
    refund_violations,
)
from settlement.rules.run_day import RUN_DAY, run_day
from tests.docs.tables import Row, read

ZONE = ZoneInfo("Asia/Shanghai")
DOCUMENT = read("settlement.md")
TABLES = DOCUMENT.tables
CONSTANTS = {
    "RUN_DAY": RUN_DAY,
    "CLOCK_TOLERANCE": CLOCK_TOLERANCE,
    "TEXT_LENGTH": TEXT_LENGTH,
    "LINE_SCALE": LINE_SCALE,
}
ABSENT = ("open", "none", "none yet", "not applicable")


def clock(text: str) -> datetime | None:
    """An instant as the clock in Shanghai shows it."""
    return None if text in ABSENT else datetime.fromisoformat(text).replace(tzinfo=ZONE)


def instant(text: str) -> datetime:
    moment = clock(text)
    assert moment
    return moment


def amounts(row: Row, *columns: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(row[column]) for column in columns)


def yes(holds: bool) -> str:
    return "yes" if holds else "no"


def constant(row: Row) -> Row:
    value = CONSTANTS.get(row["Name"]) or getattr(settings, row["Name"])
    return {"Value": str(value)}


def cycle(row: Row) -> Row:
    moment = datetime.fromisoformat(row["Instant in UTC"])
    assert moment.tzinfo == UTC
    return {
        "Clock in Asia/Shanghai": f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
        "Cycle": Cycle.containing(moment, ZONE),
    }


def cycle_of_a_transaction(row: Row) -> Row:
    completed_at = clock(row["Supervision"])
    status = {"open": "waiting_for_acceptance", "not applicable": "not_applicable"}.get(
        row["Supervision"], "completed"
    )
    found = transaction_cycle(
        clock(row["Took effect"]), clock(row["Paid"]), status, completed_at, ZONE
    )
    return {"Cycle": found or "none"}


def due(row: Row) -> Row:
    closed = row["Seller's open cycle"]
    open_cycle = None if closed == "none yet" else Cycle(closed)
    return {"On the bill of": due_cycle(Cycle(row["Own cycle"]), open_cycle) or "none"}


def day_of_run(row: Row) -> Row:
    calendar = holidays.country_holidays(settings.SETTLEMENT_CALENDAR_COUNTRY)
    return {"Run day": run_day(Cycle(row["Cycle"]), calendar.is_working_day).isoformat()}


def line(row: Row) -> Row:
    sales, wht, ratio, expected = amounts(
        row, "Sales amount", "Customer WHT", "Fee ratio", "Settlement"
    )
    settled = line_settlement(sales, wht, ratio)
    return {"Settlement": row["Settlement"] if settled == expected else f"{settled:f}"}


def bill(row: Row) -> Row:
    pattern = re.compile(r"([\d.]+) - ([\d.]+) at ([\d.]+)")
    lines = [
        LineAmounts(*map(Decimal, pattern.fullmatch(each).groups()))  # type: ignore[union-attr]
        for each in row["Lines"].split("; ")
    ]
    adjustments = [] if row["Adjustments"] == "none" else [Decimal(row["Adjustments"])]
    totals = bill_totals(
        lines,
        adjustments,
        withholding_tax_rate=Decimal(row["WHT rate"]),
        digital_service_tax_rate=Decimal(row["DST rate"]),
        currency=row["Currency"],
    )
    return {
        "Sales amount": str(totals.sales_amount),
        "Customer WHT": str(totals.customer_wht),
        "Platform fee": str(totals.platform_fee),
        "Withholding tax": str(totals.withholding_tax),
        "Digital service tax": str(totals.digital_service_tax),
        "Settlement amount": str(totals.settlement_amount),
    }


def payable(row: Row) -> Row:
    carried_in, settled, recovered = amounts(row, "Carried in", "Settlement amount", "Recovered")
    return {
        "Net payable": f"{net_payable(settled, recovered):.2f}",
        "Not covered": f"{uncovered(settled, carried_in):.2f}",
        "Carried on": f"{carried_over(settled, carried_in):.2f}",
    }


def top_up(row: Row) -> Row:
    asked = top_up_asked(*amounts(row, "Required", "Open receivables", "Balance"))
    return {"Asked for": f"{asked:.2f}"}


def invoice(row: Row) -> Row:
    return {"Due on": invoice_due(date.fromisoformat(row["Asked for on"])).isoformat()}


def payout_day(row: Row) -> Row:
    """By a calendar whose weekends alone are no banking days."""
    days = [int(day) for day in row["Days of the month"].split(",") if day]
    verified, after = date.fromisoformat(row["Verified on"]), int(row["Banking days"])
    expected = expected_day(verified, after, days, lambda day: day.weekday() < 5)
    return {"Expected on": expected.isoformat()}


def vat(row: Row) -> Row:
    net, rate = amounts(row, "Net", "Rate")
    tax = tax_on(net, rate, row["Currency"])
    shown = {"VAT": tax, "Gross": net + tax}
    return {name: format_amount(value, row["Currency"]) for name, value in shown.items()}


def retained_share(row: Row) -> Row:
    sales, wht, paid, refunded = amounts(row, "Sales amount", "Customer WHT", "Paid", "Refunded")
    currency = row["Currency"]
    return {
        "Sales amount left": str(retained(sales, paid, refunded, currency)),
        "Customer WHT left": f"{retained(wht, paid, refunded, currency)}",
    }


REFUND = RefundFacts(
    delivery_method="image",
    supervised=False,
    order_type="purchase",
    billing_mode="yearly_monthly",
    supervision_status="not_applicable",
    paid_amount=Decimal(100),
    paid_at=instant("2026-01-01"),
    already_refunded=Decimal(0),
    amount=Decimal(10),
    effective_at=instant("2026-01-01"),
    term_ends_at=None,
    settled=False,
    handling_fee=Decimal(0),
    currency="USD",
)


def refund(**facts: object) -> RefundFacts:
    known = {name: getattr(REFUND, name) for name in REFUND.__dataclass_fields__}
    return RefundFacts(**{**known, **facts})


def standard(row: Row) -> Row:
    method, _, supervised = row["Delivery method"].partition(", ")
    completed = row["Supervision"] == "completed"
    facts = refund(
        delivery_method=method,
        supervised=bool(supervised),
        supervision_status=row["Supervision"],
        supervision_completed_at=instant("2026-01-09") if completed else None,
    )
    refused = refund_violations(facts, instant("2026-01-10"), special_agreement=False)
    return {
        "Can be unsubscribed": yes(not refused),
        "Seller reviews": yes(needs_seller_review(facts)),
    }


def image(row: Row) -> Row:
    facts = refund(
        paid_amount=Decimal(row["Paid"]),
        effective_at=instant(row["Term begins"]),
        term_ends_at=instant(row["Term ends"]),
        handling_fee=Decimal(row["Handling fee"]),
    )
    return {"At most": f"{image_refund_limit(facts, instant(row['Asked for on'])):.2f}"}


def threshold(row: Row) -> Row:
    return {"Two operators from": f"{SECOND_APPROVAL_FROM[row['Currency']]}"}


def approvals(row: Row) -> Row:
    reached = Decimal(row["Claims together"]) >= limit_of(row["Currency"]).amount
    return {"Approvals": "2" if reached else "1"}


def basis(row: Row) -> Row:
    refunded, settled, paid = amounts(row, "Refund", "Line settled", "Customer had paid")
    claimed = recovery_basis_amount(row["Basis"], refunded, settled, paid, row["Currency"])
    return {"Recovery": f"{claimed:.2f}"}


def window_of(row: Row) -> Row:
    paid_out = instant(row["Paid out, clock in Asia/Shanghai"])
    first, last = window(paid_out, ZONE, settings.RECOVERY_WINDOW_CYCLES)
    return {"First bill": first, "Last bill": last}


def waterfall(row: Row) -> Row:
    refunded, *sources = amounts(row, "Refund", "Bill of the month", "Following bill", "Deposit")
    first, second, deposit = draw_in_order(refunded, sources)
    return {
        "From the bill": str(first),
        "From the following": str(second),
        "From the deposit": str(deposit),
        "Receivable": str(refunded - first - second - deposit),
        "Deposit left": str(sources[2] - deposit),
    }


def two_refunds(row: Row) -> Row:
    a, b, available = amounts(row, "A, refunded 5 March", "B, refunded 9 March", "Bill of March")
    march, april = Cycle("202603"), Cycle("202604")
    waiting = [
        OpenRecovery("B", instant("2026-03-09"), b, march, april),
        OpenRecovery("A", instant("2026-03-05"), a, march, april),
    ]
    taken = dict(allocate_bill(available, waiting, march))
    return {
        "A takes": str(taken.get("A", 0)),
        "B takes": str(taken.get("B", 0)),
        "Left of A": str(a - taken.get("A", 0)),
        "Left of B": str(b - taken.get("B", 0)),
    }


def deposit(row: Row) -> Row:
    balance, amount = amounts(row, "Balance", "Amount")
    try:
        return {"Balance after": f"{balance_after(balance, row['Movement'], amount):.2f}"}
    except Conflict:
        return {"Balance after": "refused"}


#: Table -> the columns that follow from the others, computed.
COMPUTED: dict[str, Callable[[Row], Row]] = {
    "constants": constant,
    "cycles": cycle,
    "transaction_cycles": cycle_of_a_transaction,
    "due_cycles": due,
    "run_days": day_of_run,
    "lines": line,
    "bills": bill,
    "payable": payable,
    "invoices": invoice,
    "taxes": vat,
    "payout_days": payout_day,
    "retained": retained_share,
    "standards": standard,
    "images": image,
    "approval_thresholds": threshold,
    "approvals": approvals,
    "bases": basis,
    "windows": window_of,
    "waterfall": waterfall,
    "two_refunds": two_refunds,
    "deposits": deposit,
    "top_ups": top_up,
}
FROM_THE_LEDGER = {
    "ledger_of_a_bill",
    "ledger_of_a_payout",
    "ledger_of_a_recovery",
    "ledger_of_a_negative_balance",
}


def test_every_table_is_computed() -> None:
    assert set(TABLES) == set(COMPUTED) | FROM_THE_LEDGER


def test_R4_4_every_currency_has_its_threshold_on_the_page() -> None:
    told = [row["Currency"] for row in TABLES["approval_thresholds"]]
    assert told == list(SECOND_APPROVAL_FROM) == sorted(MINOR_UNITS)


def test_no_number_stands_outside_a_table() -> None:
    assert re.findall(r".*\d.*", DOCUMENT.prose) == []


@pytest.mark.parametrize(
    ("table", "row"),
    [(name, row) for name in COMPUTED for row in TABLES.get(name, [])],
    ids=lambda value: value if isinstance(value, str) else "; ".join(value.values())[:60],
)
def test_the_row_says_what_the_rules_say(table: str, row: Row) -> None:
    computed = COMPUTED[table](row)
    assert {column: row[column] for column in computed} == computed
