"""The kinds of columns: each value is written in its one way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.template.loader import get_template
from django.utils.safestring import SafeString

from koogallery.kit.figures import percent_text
from koogallery.languages import Text
from koogallery.portal.formats import cycle_label, day_text
from koogallery.portal.tables import Column, Context, read
from koogallery.portal.tones import Tone
from koogallery.templatetags import console


@dataclass(frozen=True)
class Link(Column):
    """A number that leads to the page it names."""

    page: str = ""

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return console.number_link(self.page, value)


@dataclass(frozen=True)
class Number(Link):
    """The number of the row itself, which heads it."""

    is_head: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Choice(Column):
    """One of the model's choices, by its label."""

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return str(read(row, f"get_{self.field}_display"))


@dataclass(frozen=True)
class StateTag(Choice):
    """A state, in the tone of its meaning."""

    tone: Callable[[Any], Tone] = lambda _row: Tone.NEUTRAL

    def show(self, value: Any, row: Any, context: Context) -> Text:
        return console.status(str(super().show(value, row, context)), self.tone(row))


@dataclass(frozen=True)
class Month(Column):
    classes: ClassVar[str] = "whitespace-nowrap"

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return cycle_label(value)


@dataclass(frozen=True)
class Day(Month):
    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return day_text(value)


@dataclass(frozen=True)
class Instant(Column):
    """The heading names the zone."""

    is_instant: ClassVar[bool] = True

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return console.instant(value, zone=False)


@dataclass(frozen=True)
class Figure(Column):
    """A count."""

    classes: ClassVar[str] = "amount-cell number"
    is_amount: ClassVar[bool] = True


@dataclass(frozen=True)
class Percent(Figure):
    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return percent_text(value)


@dataclass(frozen=True)
class Amount(Column):
    """A total; `is_named` with its currency, which else a note or another column names."""

    currency: str = "currency"
    is_named: bool = False

    classes: ClassVar[str] = "amount-cell"
    is_amount: ClassVar[bool] = True

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return console.amount(value, read(row, self.currency), named=self.is_named)


@dataclass(frozen=True)
class ExactAmount(Amount):
    """An amount of a line: `decimals` of the page are the longest fraction on it (R2.4)."""

    def show(self, value: Any, row: Any, context: Context) -> Text:
        return console.exact_amount(value, read(row, self.currency), context["decimals"])


@dataclass(frozen=True)
class Part(Column):
    """A cell of its own kind: `template` writes what stands in it, from `row` and the page."""

    template: str = ""
    classes: str = ""  # type: ignore[misc]

    def content(self, row: Any, context: Context) -> SafeString:  # noqa: ARG002
        template: Any = get_template(self.template)
        return SafeString(template.template.render(context))
