"""What comes late or in advance: usage uploaded later, usage prepaid, renewals of the last day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from koogallery.demo.calendar import RUNNING_MONTH, plus_months
from koogallery.demo.histories import Usage
from koogallery.demo.stories.script import Script, Story


def exceptions(script: Script) -> Sequence[Story]:
    return [_uploaded_later(script), _prepaid(script), _renewed_on_the_last_day(script)]


def _uploaded_later(script: Script) -> Story:
    """Usage of the last days of month 2 arrives in month 3: its bill catches it up (R1.5)."""
    at = script.calendar.at
    order = script.pay_per_use("P000021", "kobe-harbour", at(1, 18))
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
    at = script.calendar.at
    bought = script.order("P000021", "alexandria-spinning", at(2, 4), "900")
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


def _renewed_on_the_last_day(script: Script) -> Story:
    """A renewal ordered on the last day takes effect on the 1st (R1.2)."""
    return Story(
        orders=[
            script.order(
                "P000027",
                "nagoya-precision",
                script.calendar.at(month, script.calendar.days(month)),
                "48000",
                order_type="renewal",
                effective_at=script.calendar.start(month + 1),
            )
            for month in range(1, RUNNING_MONTH)
        ]
    )
