"""Two SaaS sellers whose servers are told of their orders (R9.4)."""

from collections.abc import Sequence

from koogallery.demo.acts import Story
from koogallery.demo.calendar import Calendar
from koogallery.demo.delivering import (
    CREATED,
    NO_MOBILE,
    SILENCE,
    SellThroughInterface,
    SetUpInterface,
)


def deliveries(calendar: Calendar) -> Sequence[Story]:
    """Two SaaS sellers; one order comes at the second attempt, one is given up."""
    sync, edge, now = "P000008", "P000020", calendar.latest
    sold = [
        (sync, "harbourfront-logistics", "119", 30, [CREATED.format(instance="lsync-7f141bf1")]),
        (sync, "orchard-medical", "119", 9, [SILENCE, CREATED.format(instance="lsync-10e758d0")]),
        (sync, "kuala-textil", "119", 4, [NO_MOBILE]),
        (edge, "harbourfront-logistics", "1188", 27, [CREATED.format(instance="edge-00418")]),
        (edge, "orchard-medical", "1188", 2, [CREATED.format(instance="edge-00419")]),
    ]
    return [
        Story(
            acts=[
                SetUpInterface(now, sync, "https://sync.chaophraya.example/koogallery/saas"),
                SetUpInterface(now, edge, "https://console.meridian-edge.example/saas"),
                *(SellThroughInterface(now, *each) for each in sold),
            ]
        )
    ]
