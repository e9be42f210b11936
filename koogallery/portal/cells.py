"""The kinds of columns: each value is written in its one way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from koogallery.dates import cycle_label, day_text
from koogallery.exports.workbooks import adds_up
from koogallery.kit.figures import percent_text
from koogallery.languages import Text
from koogallery.portal.formats import decimals_of
from koogallery.portal.tables import Column, Context, read
from koogallery.templatetags import console

#: Letters of a longer text that a list shows.
EXCERPT = 90


@dataclass(frozen=True)
class Code(Column):
    """What somebody else numbered."""

    classes: ClassVar[str] = "number"


@dataclass(frozen=True)
class YesNo(Column):
    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return _("Yes") if value else _("No")


@dataclass(frozen=True)
class Excerpt(Column):
    """The beginning of a longer text."""

    classes: ClassVar[str] = "wide-cell"

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return Truncator(value).chars(EXCERPT)


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

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return console.state(row)


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
    is_figure: ClassVar[bool] = True


@dataclass(frozen=True)
class Quantity(Figure):
    """Without the zeros its column adds."""

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return console.plain(value)


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
    is_figure: ClassVar[bool] = True
    is_money: ClassVar[bool] = True

    @property
    def adds_up(self) -> bool:
        return adds_up(self.field)

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return console.amount(value, read(row, self.currency), named=self.is_named)

    def summed(self, value: Any, currency: str, context: Context) -> Text:  # noqa: ARG002
        return console.amount(value, currency, named=False)


@dataclass(frozen=True)
class ExactAmount(Amount):
    """An amount of a line: `decimals` are the longest fraction of each such column (R2.4)."""

    def show(self, value: Any, row: Any, context: Context) -> Text:
        return self.summed(value, read(row, self.currency), context)

    def summed(self, value: Any, currency: str, context: Context) -> Text:
        return console.exact_amount(value, currency, context["decimals"][self.field])


def decimals_on(rows: Iterable[Any], columns: Iterable[Column]) -> Mapping[str, int]:
    """The longest fraction of each column of exact amounts on a page, by its field."""
    return {
        each.field: max(
            (decimals_of(read(row, each.field), read(row, each.currency)) for row in rows),
            default=0,
        )
        for each in columns
        if isinstance(each, ExactAmount)
    }


@dataclass(frozen=True)
class Part(Column):
    """A cell of its own kind: `template` writes what stands in it, from `row` and the page."""

    template: str = ""
    classes: str = field(default="", kw_only=True)  # type: ignore[misc]
    is_figure: bool = field(default=False, kw_only=True)  # type: ignore[misc]
    is_instant: bool = field(default=False, kw_only=True)  # type: ignore[misc]

    @property
    def key(self) -> str:
        return super().key or Path(self.template).stem

    def content(self, row: Any, context: Context) -> SafeString:  # noqa: ARG002
        template: Any = get_template(self.template)
        return SafeString(template.template.render(context))
