"""A cycle is one calendar month in the settlement time zone (R1.1)."""

import re
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import gettext as _

#: Instants that have a cycle in every time zone; what lies beyond is refused at the door.
FIRST_INSTANT = datetime(1970, 1, 2, tzinfo=UTC)
LAST_INSTANT = datetime(2999, 12, 30, tzinfo=UTC)

_YYYYMM = re.compile(r"(19[7-9][0-9]|2[0-9]{3})(0[1-9]|1[0-2])")


def is_cycle(text: str) -> bool:
    return bool(_YYYYMM.fullmatch(text))


class Cycle(str):
    """'YYYYMM', 1970 to 2999: sorts, stores and prints as the string it is."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        if not (isinstance(value, str) and is_cycle(value)):
            raise InvalidInput(
                _("%(value)s is not a cycle; write it as YYYYMM, for example 202602.")
                % {"value": repr(value)},
                code="invalid_cycle",
                rule="R1.1",
                field="cycle",
            )
        return super().__new__(cls, value)

    @classmethod
    def containing(cls, instant: datetime, zone: ZoneInfo) -> Self:
        """The month an instant falls in, where the books are kept."""
        if instant.tzinfo is None:
            raise ValueError("A cycle is decided by an aware instant.")
        local = instant.astimezone(zone)
        return cls(f"{local.year:04}{local.month:02}")

    @property
    def year(self) -> int:
        return int(self[:4])

    @property
    def month(self) -> int:
        return int(self[4:])

    @property
    def following(self) -> Self:
        return self.plus(1)

    @property
    def previous(self) -> Self:
        return self.plus(-1)

    def plus(self, months: int) -> Self:
        year, month0 = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(f"{year:04}{month0 + 1:02}")

    def start(self, zone: ZoneInfo) -> datetime:
        """The first instant, in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first instant that no longer belongs to it, in UTC."""
        year, month0 = divmod(self.year * 12 + self.month, 12)
        return datetime(year, month0 + 1, 1, tzinfo=zone).astimezone(UTC)

    def has_ended(self, now: datetime, zone: ZoneInfo) -> bool:
        return now >= self.end(zone)
