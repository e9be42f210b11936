"""Money at the bank: paid, failed and planned again, failed and waiting, in a batch, planned."""

from collections.abc import Sequence

from koogallery.demo.acts import Story
from koogallery.demo.calendar import RUNNING_MONTH
from koogallery.demo.paying import PayOut
from settlement.choices import PayoutState


def payouts() -> Sequence[Story]:
    return [
        Story(
            acts=[
                PayOut(3, "S000004", PayoutState.PAID),
                PayOut(3, "S000010", PayoutState.PAID),
                PayOut(4, "S000004", PayoutState.FAILED, again=True),
                PayOut(4, "S000010", PayoutState.FAILED),
                PayOut(4, "S000012", PayoutState.PAID),
                PayOut(RUNNING_MONTH, "S000012", PayoutState.IN_BATCH),
            ]
        )
    ]
