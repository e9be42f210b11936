"""Refunds in every state, before and after billing (R4)."""

from collections.abc import Sequence
from decimal import Decimal

from koogallery.demo.acts import Refund, Story
from koogallery.demo.calendar import Calendar
from koogallery.demo.histories import OrderHistory
from koogallery.demo.stories.script import Script
from settlement.choices import RefundState

SUITE, ONBOARDING = "P000023", "P000024"


def refunds(calendar: Calendar) -> Sequence[Story]:
    script = Script(calendar)
    return [
        _in_full_before_billing(script),
        _in_part_before_billing(script),
        _rejected(script),
        _withdrawn(script),
        _with_the_seller(script),
        _with_an_operator(script),
        _approved_and_held_back(script),
        _over_the_threshold(script),
    ]


def _in_full_before_billing(script: Script) -> Story:
    """Never on any bill (R4.6)."""
    order = script.order(SUITE, "gdansk-stocznia", 2, 6, "3600")
    return Story(
        orders=[order],
        acts=[
            Refund(
                at=script.calendar.at(2, 21, 9),
                order=order,
                amount=order.paid_amount,
                reason="Bought twice by mistake.",
                until=RefundState.REFUNDED,
                refunded_at=script.calendar.at(2, 21, 18),
            )
        ],
    )


def _in_part_before_billing(script: Script) -> Story:
    """A quarter goes back in month 3; accepted in month 4, the rest is settled then (R4.6)."""
    at = script.calendar.at
    order = script.order(
        SUITE, "turku-paper", 2, 14, "4800", served_at=at(2, 26), accepted_at=at(4, 9)
    )
    return Story(
        orders=[order],
        acts=[
            Refund(
                at=at(3, 17, 9),
                order=order,
                amount=order.paid_amount / 4,
                reason="Fewer seats are needed than were ordered.",
                until=RefundState.REFUNDED,
                refunded_at=at(3, 17, 18),
            )
        ],
    )


def _rejected(script: Script) -> Story:
    """One by the seller, one by an operator; both orders were accepted and billed later."""
    at = script.calendar.at
    by_seller = script.order(
        SUITE, "torino-motori", 4, 7, "2400", served_at=at(4, 15), accepted_at=at(5, 6)
    )
    by_operator = script.order(
        ONBOARDING, "turku-paper", 5, 4, "1800", served_at=at(5, 20), accepted_at=at(6, 2)
    )
    return Story(
        orders=[by_seller, by_operator],
        acts=[
            Refund(
                at=at(4, 22),
                order=by_seller,
                amount=by_seller.paid_amount,
                reason="The plug-in for the old file format is missing.",
                until=RefundState.REJECTED,
                because="The plug-in has been delivered; the customer confirmed it on the phone.",
                by_seller=True,
            ),
            Refund(
                at=at(5, 22),
                order=by_operator,
                amount=Decimal("900.00"),
                reason="The consultant came a day late.",
                until=RefundState.REJECTED,
                because="The delay was made good; the contract provides no reduction for it.",
            ),
        ],
    )


def _withdrawn(script: Script) -> Story:
    at = script.calendar.at
    order = script.order(
        SUITE, "bretagne-maree", 5, 11, "1200", served_at=at(5, 18), accepted_at=at(6, 4)
    )
    return Story(
        orders=[order],
        acts=[
            Refund(
                at=at(5, 20),
                order=order,
                amount=order.paid_amount,
                reason="The project was stopped.",
                until=RefundState.WITHDRAWN,
            )
        ],
    )


def _with_the_seller(script: Script) -> Story:
    order = script.order(SUITE, "toulouse-aero", 6, 16, "3000", served_at=script.calendar.at(6, 23))
    return Story(
        orders=[order],
        acts=[_asked_now(script, order, Decimal("1800.00"), RefundState.SELLER_REVIEW)],
    )


def _with_an_operator(script: Script) -> Story:
    order = script.order(ONBOARDING, "galway-instruments", 6, 9, "2200")
    return Story(
        orders=[order],
        acts=[_asked_now(script, order, order.paid_amount, RefundState.OPERATOR_REVIEW)],
    )


def _approved_and_held_back(script: Script) -> Story:
    """Approved in month 5 and not paid out yet, so month 6 does not bill the order (R4.6)."""
    at = script.calendar.at
    order = script.order(
        SUITE, "severn-water", 5, 13, "2600", served_at=at(5, 22), accepted_at=at(6, 10)
    )
    return Story(
        orders=[order],
        acts=[
            Refund(
                at=at(5, 25),
                order=order,
                amount=Decimal("650.00"),
                reason="One of four modules is not used.",
                until=RefundState.APPROVED,
            )
        ],
    )


def _over_the_threshold(script: Script) -> Story:
    """Two operators approve from 10,000 on (R4.4): one refund is done, one waits for the second."""
    at = script.calendar.at
    servers = script.order(
        "P000025", "riyadh-build", 4, 8, "16400", served_at=at(4, 25), accepted_at=at(6, 3)
    )
    waiting = script.order("P000025", "jumeirah-hospitality", 6, 15, "24600", served_at=at(6, 27))
    return Story(
        orders=[servers, waiting],
        acts=[
            Refund(
                at=at(5, 12, 9),
                order=servers,
                amount=Decimal("12300.00"),
                reason="Damaged in transport; one of two servers can be used.",
                until=RefundState.REFUNDED,
                refunded_at=at(5, 12, 18),
            ),
            _asked_now(
                script,
                waiting,
                waiting.paid_amount,
                RefundState.OPERATOR_REVIEW,
                approvals=1,
            ),
        ],
    )


def _asked_now(
    script: Script, order: OrderHistory, amount: Decimal, until: RefundState, *, approvals: int = 0
) -> Refund:
    return Refund(
        at=script.calendar.latest,
        order=order,
        amount=amount,
        reason="The customer has unsubscribed inside the guarantee period.",
        until=until,
        approvals=approvals,
    )
