"""What does not come in time or does not fit: late facts, late payment, a negative bill."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from koogallery.demo.acts import AdjustBill, Certify, Story
from koogallery.demo.calendar import RUNNING_MONTH, Calendar, plus_months
from koogallery.demo.histories import Usage
from koogallery.demo.stories.script import Script


def exceptions(calendar: Calendar) -> Sequence[Story]:
    script = Script(calendar)
    return [
        _certified_later(script),
        _negative_bill(script),
        _repaid_later(script),
        _uploaded_later(script),
        _prepaid(script),
        _in_yen_across_the_month(script),
    ]


def _certified_later(script: Script) -> Story:
    """Sold since month 1, certified in month 4: that bill catches the earlier months up (R1.3)."""
    return Story(
        orders=[
            script.order("P000015", "valparaiso-pesquera", 1, 13, "960"),
            script.order("P000015", "arequipa-minera", 2, 5, "1440"),
            script.order("P000015", "rosario-granos", 4, 17, "960"),
            script.order("P000015", "bogota-salud", 6, 8, "1920"),
            script.order("P000015", "valparaiso-pesquera", RUNNING_MONTH, 1, "480"),
            script.pay_per_use("P000016", "valparaiso-pesquera", 1, 15),
            script.pay_per_use("P000016", "arequipa-minera", 2, 6),
        ],
        acts=[Certify(script.calendar.after_closing(3, 3), "S000008")],
    )


def _negative_bill(script: Script) -> Story:
    """640.00 of month 3 less 1,800.00: the bill pays 0, 1,160.00 is carried to month 4 (R3.5)."""
    nets = ("2600", "3000", "800", "2400", "1500", "1750", "900")
    return Story(
        orders=script.monthly("P000017", "severn-water", *nets, first=1),
        acts=[
            AdjustBill(
                script.calendar.after_closing(2, 4),
                "S000009",
                script.calendar.cycle(1),
                "-1800.00",
                "A yearly order was entered at three times its price; agreed with the seller.",
            )
        ],
    )


def _repaid_later(script: Script) -> Story:
    """Bought on credit in month 1 and repaid in month 4: billed with month 4 (R1.3, R1.4)."""
    return Story(
        orders=[
            script.order(
                "P000022",
                "alexandria-spinning",
                1,
                12,
                "2750",
                paid_at=script.calendar.at(4, 20, 15, 40),
            ),
            *script.monthly("P000022", "casablanca-assurance", "480", "480", "480", "480", "480"),
            # Still on credit: it waits, and says so.
            script.order(
                "P000022",
                "alexandria-spinning",
                5,
                14,
                "1100",
                paid_at=script.calendar.at(RUNNING_MONTH + 3, 1),
            ),
        ]
    )


def _uploaded_later(script: Script) -> Story:
    """Usage of the last days of month 2 arrives in month 3: its bill catches it up (R1.5)."""
    at = script.calendar.at
    order = script.pay_per_use("P000021", "kobe-harbour", 1, 18)
    days = script.calendar.days(2)
    late = [
        Usage(
            metering_sn=f"{order.number[2:17]}-late-{day}",
            order=order.number,
            started_at=at(2, day, 0),
            ended_at=at(2, day, 0) + timedelta(hours=20),
            quantity=Decimal("2150.5") + day,
            arrived_at=at(3, 6),
        )
        for day in range(days - 4, days + 1)
    ]
    return Story(orders=[order], usage=late)


def _prepaid(script: Script) -> Story:
    """A package of month 2 is settled in one go; what is used of it is not charged again (R9.2)."""
    at, bought = script.calendar.at, script.order("P000021", "alexandria-spinning", 2, 4, "900")
    package = replace(bought, is_package=True, term_ends_at=plus_months(bought.placed_at, 12))
    drawn = [
        Usage(
            metering_sn=f"{package.number[2:17]}-{month:02}{day:02}",
            order=package.number,
            package=package.number,
            started_at=at(month, day, 8),
            ended_at=at(month, day, 9),
            quantity=Decimal(1200) + 10 * day,
            arrived_at=at(month, day, 9),
        )
        for month in range(3, RUNNING_MONTH)
        for day in (2, 9, 16, 23)
    ]
    return Story(orders=[package], usage=drawn)


def _in_yen_across_the_month(script: Script) -> Story:
    """A renewal ordered on the last day takes effect on the 1st (R1.2); trials are never billed."""
    archive = "P000027"
    renewals = [
        script.order(
            archive,
            "nagoya-precision",
            month,
            script.calendar.days(month),
            "48000",
            order_type="renewal",
            effective_at=script.calendar.start(month + 1),
        )
        for month in range(1, RUNNING_MONTH)
    ]
    return Story(
        orders=[
            script.order(archive, "nagoya-precision", 1, 2, "48000"),
            *renewals,
            script.order(archive, "hokkaido-dairy", 2, 20, "0", order_type="trial"),
            script.order(archive, "hokkaido-dairy", 3, 20, "31500"),
            script.order(archive, "hokkaido-dairy", 4, 11, "8333", order_type="change"),
            script.order(archive, "kobe-harbour", RUNNING_MONTH, 1, "0", order_type="trial"),
            script.pay_per_use("P000028", "kobe-harbour", 1, 3),
        ]
    )
