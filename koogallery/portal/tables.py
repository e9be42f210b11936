"""The columns of a list: heading, cell, what it is sorted by, its name in files."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from django.db.models import Expression
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from koogallery.languages import Text

Context = Mapping[str, Any]

#: In the address of a list: where in it a page is, and whether its totals were asked for.
PLACES = ("before", "after", "totals")


@dataclass(frozen=True)
class Column:
    """A text: `field` is the lookup that leads to it from a row, on the page and in the file.

    `sort` is "+" or "-", the direction of the first click, then what the list is ordered by if that
    is not the field. `note` stands below in small print, `several` too where there are several
    sellers, `empty` where there is nothing. On a phone the label, or `phone`, stands in each cell.
    `export` names the column of the file if the field does not; empty where the file has none.
    """

    label: Text
    field: str = ""
    _: KW_ONLY
    sort: str = ""
    phone: Text = ""
    note: tuple[str, ...] = ()
    several: str = ""
    empty: Text = "–"
    export: str | None = None
    is_head: bool = False
    is_strong: bool = False

    classes: ClassVar[str] = ""
    computed: ClassVar[None] = None
    told: ClassVar[None] = None
    is_figure: ClassVar[bool] = False
    is_money: ClassVar[bool] = False
    is_instant: ClassVar[bool] = False

    @property
    def sorted_by(self) -> str:
        return (self.sort[1:] or self.field) if self.sort else ""

    @property
    def name(self) -> str:
        if self.export is None:
            return "" if "__" in self.field else self.field
        return self.export

    @property
    def key(self) -> str:
        """By which it is chosen."""
        return self.name or self.field

    @property
    def lookup(self) -> str:
        return self.field

    def cell(self, row: Any, context: Context) -> SafeString:
        """The whole cell, as a table shows it and a card on a phone."""
        start, end = ('<th scope="row"', "</th>") if self.is_head else ("<td", "</td>")
        classes = f"{self.classes} {'font-semibold' if self.is_strong else ''}".strip()
        return format_html(
            f'{start} data-label="{{}}"{{}}>{{}}{end}',
            self.phone or self.label,
            format_html(' class="{}"', classes) if classes else "",
            self.content(row, context),
        )

    def content(self, row: Any, context: Context) -> Text:
        value = read(row, self.field)
        shown = self.nothing() if value in (None, "") else self.show(value, row, context)
        fields = (*self.note, *([self.several] if context.get("several_sellers") else []))
        notes = [str(text) for each in fields if each and (text := read(row, each))]
        if not notes:
            return shown
        return format_html(
            '<span>{} <span class="line-note">{}</span></span>', shown, " · ".join(notes)
        )

    def nothing(self) -> Text:
        return format_html('<span class="muted">{}</span>', self.empty) if self.empty else ""

    def show(self, value: Any, row: Any, context: Context) -> Text:  # noqa: ARG002
        return str(value)


@dataclass(frozen=True)
class FileOnly:
    """A column of the file alone; without a lookup, `computed` by the database as of an instant.

    Or `told` of a row, in the language of the file. `words` are what its codes mean, where no field
    says so.
    """

    lookup: str
    export: str = ""
    _: KW_ONLY
    is_money: bool = False
    computed: Callable[[datetime], Expression] | None = None
    words: Mapping[str, Any] | None = None
    told: Callable[[Any], Text] | None = None

    @property
    def name(self) -> str:
        return self.export or self.lookup

    @property
    def key(self) -> str:
        return self.name


Columns = tuple[Column | FileOnly, ...]


def shown(columns: Columns) -> tuple[Column, ...]:
    return tuple(each for each in columns if isinstance(each, Column))


def chosen(columns: Columns, query: QueryDict) -> Columns:
    """Those that the address asks for, with what heads a row and the currency of amounts; or all.

    An address that asks for none, or for none of these, leaves all.
    """
    asked = [each for each in columns if each.key in query.getlist("columns")]
    if not asked:
        return columns
    if any(each.is_money for each in asked):
        asked += [each for each in columns if each.name == "currency"]
    return tuple(
        each for each in columns if each in asked or (isinstance(each, Column) and each.is_head)
    )


def read(row: Any, field: str) -> Any:
    """What a lookup leads to; None where a row on the way is missing."""
    for name in field.split("__"):
        row = getattr(row, name, None)
        row = row() if callable(row) else row
    return row


@dataclass(frozen=True, slots=True)
class SortLink:
    address: str
    direction: Literal["ascending", "descending"] | None


def legal_orderings(columns: tuple[Column, ...]) -> frozenset[str]:
    return frozenset(
        f"{sign}{column.sorted_by}" for column in columns if column.sorted_by for sign in ("", "-")
    )


def sort_link(column: Column, query: QueryDict, ordering: str) -> SortLink | None:
    """The same list, sorted by this column; a second click turns the direction round."""
    if not column.sorted_by:
        return None
    current = ordering.removeprefix("-") == column.sorted_by
    descending = ordering.startswith("-")
    target = query.copy()
    for place in PLACES:
        target.pop(place, None)
    falls = not descending if current else column.sort.startswith("-")
    target["sort"] = f"{'-' if falls else ''}{column.sorted_by}"
    direction: Literal["ascending", "descending"] = "descending" if descending else "ascending"
    return SortLink(f"?{target.urlencode()}", direction if current else None)
