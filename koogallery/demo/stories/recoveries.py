"""Refunds of billed orders, and every way a recovery can end (R5). No seller here pays taxes.

With a fee ratio of 20 % an order over 312.50 settles 250.00, one over 500.00 settles 400.00: the
figures of the worked examples of R5.5.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from koogallery.demo.acts import MoveDeposit, MoveReceivable, PayReceivable, Refund, Story
from koogallery.demo.calendar import RUNNING_MONTH, Calendar
from koogallery.demo.histories import OrderHistory
from koogallery.demo.stories.script import Script
from settlement.choices import RefundState

AGREEMENT = "Clause 9.2 of the seller agreement: early end of the contract by mutual consent."


def recoveries(calendar: Calendar) -> Sequence[Story]:
    script = Script(calendar)
    return [
        _by_the_current_bill(script),
        _by_two_bills(script),
        _reaching_the_deposit(script),
        _reaching_a_receivable(script),
        _moved_to_the_next_bill(script),
        _pending_in_its_window(script),
        _two_refunds_one_bill(script),
    ]


def _refunded(
    order: OrderHistory,
    refunded_at: datetime,
    amount: str,
    *,
    agreement: str = "",
    at: datetime | None = None,
) -> Refund:
    """Asked for in the morning of the day on which the customer has the money."""
    return Refund(
        at=at or refunded_at - timedelta(hours=9),
        order=order,
        amount=Decimal(amount),
        reason="The customer has unsubscribed.",
        until=RefundState.REFUNDED,
        agreement=agreement,
        refunded_at=refunded_at,
    )


def _by_the_current_bill(script: Script) -> Story:
    """Refunded in month 3, whose bill covers it; another one just now, still planned."""
    catalogue = script.order("P000001", "telok-fresh", 1, 6, "2400")
    connector = script.order("P000002", "harbourfront-logistics", 2, 11, "1200")
    later = [
        script.order("P000002", "orchard-medical", 3, 9, "1800"),
        script.order("P000002", "harbourfront-logistics", 4, 2, "640", order_type="change"),
        script.order("P000001", "luzon-rural-bank", 5, 19, "2400"),
        script.order("P000002", "kowloon-trading", 6, 5, "1500"),
        script.order("P000002", "orchard-medical", RUNNING_MONTH, 1, "450", order_type="change"),
    ]
    at = script.calendar.at
    return Story(
        orders=[catalogue, connector, *later],
        acts=[
            MoveDeposit(
                script.calendar.at(1, 3), "S000001", "top_up", "2000", "DBS transfer 2208114"
            ),
            _refunded(catalogue, at(3, 14, 18), "640"),
            _refunded(
                connector,
                script.calendar.start(RUNNING_MONTH),
                "300",
                agreement=AGREEMENT,
                at=script.calendar.latest,
            ),
        ],
    )


def _by_two_bills(script: Script) -> Story:
    """R5.5: bills 400 and 600; the deposit of 999 stays untouched."""
    image = script.order("P000003", "rheintal-maschinenbau", 1, 8, "1300")
    patches = script.monthly(
        "P000004", "luebecker-spedition", "750", "500", "750", "500", "625", "500"
    )
    return Story(
        orders=[image, *patches],
        acts=[
            MoveDeposit(
                script.calendar.at(1, 3), "S000002", "top_up", "999", "Commerzbank 77-3101"
            ),
            _refunded(image, script.calendar.at(3, 5, 18), "1000"),
        ],
    )


def _reaching_the_deposit(script: Script) -> Story:
    """R5.5: bills 250 and 400, deposit 500: 350 of it is taken, 150 stays, below its level.

    Another refund waits for an operator, who sees what bill, deposit and seller would pay.
    """
    migration = script.order(
        "P000005",
        "campinas-saude",
        1,
        4,
        "2000",
        served_at=script.calendar.at(1, 12),
        accepted_at=script.calendar.at(1, 20),
    )
    gateway = script.monthly("P000006", "durban-steel", "500", "312.50", "500", "875", "940", "500")
    return Story(
        orders=[migration, *gateway],
        acts=[
            MoveDeposit(script.calendar.at(1, 3), "S000003", "top_up", "500", "Itaú TED 440120"),
            _refunded(migration, script.calendar.at(3, 11, 18), "1000", agreement=AGREEMENT),
            Refund(
                at=script.calendar.latest,
                order=gateway[3],
                amount=Decimal(700),
                reason="The customer's plant has been closed.",
                until=RefundState.OPERATOR_REVIEW,
                agreement=AGREEMENT,
                approvals=0,
            ),
        ],
    )


def _reaching_a_receivable(script: Script) -> Story:
    """R5.5: bills 250 and 400, deposit 200, receivable 150; the seller has paid 60 of it."""
    erp = script.order("P000007", "cebu-call-partners", 1, 7, "1500")
    sync = script.monthly("P000008", "kowloon-trading", "500", "312.50", "500", "625", "750", "500")
    return Story(
        orders=[erp, *sync],
        acts=[
            MoveDeposit(
                script.calendar.at(1, 3), "S000004", "top_up", "200", "Kasikornbank 0091-55"
            ),
            _refunded(erp, script.calendar.at(3, 18, 18), "1000", agreement=AGREEMENT),
            PayReceivable(script.calendar.at(5, 24), erp, "60", "Kasikornbank 0104-12"),
        ],
    )


def _moved_to_the_next_bill(script: Script) -> Story:
    """R5.5, no deposit: receivable 350; an operator has put it onto the running month's bill."""
    service = script.order("P000009", "okanagan-orchards", 1, 9, "1600")
    planner = script.monthly(
        "P000010", "jumeirah-hospitality", "500", "312.50", "500", "700", "900", "500"
    )
    return Story(
        orders=[service, *planner],
        acts=[
            _refunded(service, script.calendar.at(3, 24, 18), "1000", agreement=AGREEMENT),
            MoveReceivable(
                script.calendar.latest,
                service,
                "The seller asked for it; its sales cover it by now.",
            ),
        ],
    )


def _pending_in_its_window(script: Script) -> Story:
    """Refunded in the last closed month: 400 are taken, 600 planned for the running month's."""
    vault = script.order("P000011", "abu-dhabi-clinics", 2, 10, "1800")
    monitoring = script.monthly(
        "P000012", "jumeirah-hospitality", "250", "250", "375", "500", "500", first=3
    )
    return Story(
        orders=[vault, *monitoring],
        acts=[
            MoveDeposit(
                script.calendar.at(2, 3), "S000006", "top_up", "1000", "Emirates NBD 20-7781"
            ),
            _refunded(vault, script.calendar.at(6, 12, 18), "1000"),
        ],
    )


def _two_refunds_one_bill(script: Script) -> Story:
    """R5.5: the older refund first: 300 and 100 of a bill of 400; 200 the month after."""
    first = script.order("P000013", "durban-steel", 2, 3, "1200")
    second = script.order("P000013", "stellenbosch-estates", 3, 12, "1200")
    board = script.monthly("P000014", "durban-steel", "500", "500", "500", "1000", "500", first=3)
    return Story(
        orders=[first, second, *board],
        acts=[
            _refunded(first, script.calendar.at(5, 5, 18), "300"),
            _refunded(second, script.calendar.at(5, 9, 18), "300"),
        ],
    )
