"""Calls that will be given up: said in every answer and in the published description.

A view set names them in `deprecated`: act -> since when, until when it works, what to call instead.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Deprecation:
    """`successor` is the address of what replaces it, or of what tells about it."""

    since: datetime
    sunset: datetime
    successor: str

    def told(self) -> dict[str, str]:
        """The headers of RFC 9745 and RFC 8594."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": http_date(self.sunset.timestamp()),
            "Link": f'<{self.successor}>; rel="successor-version"',
        }

    @property
    def text(self) -> str:
        return (
            f"Deprecated since {self.since.date()}, works until {self.sunset.date()}; "
            f"use {self.successor}."
        )
