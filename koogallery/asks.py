"""What an act asks besides its row: declared once, read as a body of REST and as a form."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One argument of an act, under the name it has there; `help` is read by people and programs.

    `rule` is cited where an answer cannot be taken. What only a form asks has `by_rest` False.
    Two are the same whatever people read beside them: programs send the same.
    """

    name: str
    label: Text = field(default="", compare=False)
    help: Text = field(default="", compare=False)
    required: bool = True
    rule: str = ""
    by_rest: bool = True


@dataclass(frozen=True, kw_only=True)
class Prose(Ask):
    """What a person writes to another: several lines (R1.8)."""

    rows: int = 3


@dataclass(frozen=True, kw_only=True)
class Line(Ask):
    """One line, such as a bank's reference; a page may offer what is `among` a list of that id."""

    longest: int = 100
    among: str = ""


@dataclass(frozen=True, kw_only=True)
class Amount(Ask):
    """A decimal in the row's currency; without an answer None."""


@dataclass(frozen=True, kw_only=True)
class Day(Ask):
    """A day of the settlement time zone."""


@dataclass(frozen=True, kw_only=True)
class Instant(Ask):
    """A point in time."""


@dataclass(frozen=True, kw_only=True)
class Documents(Ask):
    """Files, which REST adds by calls of their own."""

    required: bool = False
    by_rest: bool = False


@dataclass(frozen=True)
class Asks:
    """`name` is that of the body in the published description of the API."""

    name: str
    asks: tuple[Ask, ...] = ()

    def __iter__(self) -> Iterator[Ask]:
        return iter(self.asks)


#: For an act that needs nothing but its address.
NOTHING = Asks("NoInput")


def reason(read_by: Text = "") -> Asks:
    """Why it is done; `read_by` says to whom that is shown."""
    return Asks("ReasonInput", (Prose(name="reason", label=_("Reason"), help=read_by),))


REASON = reason()
REASON_FOR_SELLER = reason(_("The seller reads it."))
COMMENT = Asks("CommentInput", (Prose(name="comment", label=_("Comment"), required=False),))
