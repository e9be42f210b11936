"""How values stand in the admin's lists and pages: each kind written one way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import DecimalField, ForeignKey, IntegerField, Model
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from koogallery.countries import country_name
from koogallery.dates import cycle_label
from koogallery.fields import CycleField
from koogallery.kit.figures import figure_text
from koogallery.languages import Text
from koogallery.models import User
from koogallery.templatetags.operators import address_of, page_of
from koogallery.templatetags.operators import amount as amount_cell
from koogallery.tones import State, Tone

__all__ = [
    "address_of",
    "amount",
    "amount_cell",
    "amount_heading",
    "link",
    "of_field",
    "page_of",
    "shown",
    "state",
    "table",
    "verbatim",
]

Column = Callable[[Any], Any]
Shown = TypeVar("Shown", bound=Callable[..., Any])
Cell = object

STATE, NONE = _("State"), _("None.")
#: All columns of amounts bear this name, by which the stylesheet puts their headings at the right.
AMOUNT = "amount"


class _Tones(dict[str, str | None]):
    """A state without a colour of its own is neutral, and is still called by its name."""

    def __missing__(self, state: str) -> None:
        return None


def shown(
    label: Text, *, ordering: str | None = None, tones: Mapping[str, str] | None = None
) -> Callable[[Shown], Shown]:
    """What a computed column is called; with `tones` it returns (key of its colour, text)."""
    decorate: Callable[[Shown], Shown] = display(
        description=label, ordering=ordering, label=_Tones(tones) if tones else None
    )
    return decorate


def told(label: Text, tell: Column, *, ordering: str | None = None) -> Any:
    """A column that a function of the row tells."""
    return staticmethod(shown(label, ordering=ordering)(partial(tell)))


def age(since: str) -> Any:
    """How long something has been waiting."""
    return told(_("Age"), lambda row: timesince(getattr(row, since), depth=1), ordering=since)


def amount(path: str, label: Text, *, currency: str = "currency", exact: bool = False) -> Column:
    """An amount with its currency, at the right edge of its column; empty where there is none."""
    value_of, currency_of = attrgetter(path), attrgetter(currency)

    @shown(label, ordering=path.replace(".", "__"))
    def column(row: Any) -> SafeString | str:
        value = value_of(row)
        return "" if value is None else amount_cell(value, currency_of(row), exact=exact)

    return _named(column, AMOUNT)


def amount_heading(label: Text) -> SafeString:
    """The heading of amounts in a `table`: above them, at the right."""
    return format_html('<span class="amount">{}</span>', label)


#: What Unfold calls the colour of a tone; one without is neutral.
COLOURS = {
    Tone.INFO: "info",
    Tone.WARNING: "warning",
    Tone.SUCCESS: "success",
    Tone.ERROR: "danger",
}


def colours_of(states: type[State]) -> dict[str, str]:
    return {state.value: colour_of(state.tone) for state in states}


def colour_of(tone: Tone) -> str:
    return COLOURS.get(tone.for_operators, "")


def state(states: type[State], path: str = "state", label: Text = STATE) -> Column:
    """A state as a badge."""
    display_of = attrgetter(f"get_{path}_display")

    @shown(label, ordering=path, tones=colours_of(states))
    def column(row: Any) -> tuple[str, str]:
        return getattr(row, path), display_of(row)()

    return _named(column, path)


def given(approvals: int, needed: int) -> str:
    """How many of the approvals that it takes are given."""
    return gettext("%(approvals)s of %(needed)s") % {"approvals": approvals, "needed": needed}


def verbatim(path: str, label: Text) -> Column:
    """What programs write for programs, as it is."""
    value_of = attrgetter(path)

    @shown(label)
    def column(row: Any) -> SafeString:
        return format_html('<code class="verbatim">{}</code>', value_of(row))

    return _named(column, f"verbatim_{path}")


def link(path: str, label: Text) -> Column:
    """A row of another page, by its public name."""
    target_of = attrgetter(path)

    @shown(label, ordering=path.replace(".", "__"))
    def column(row: Any) -> SafeString | str:
        return page_of(target_of(row))

    return _named(column, f"link_{path}")


def words_of(field: Any) -> Callable[[Any], str] | None:
    """How people write what the column keeps as a code: a month, a country."""
    if isinstance(field, CycleField):
        return cycle_label
    return country_name if getattr(field, "name", "") == "country" else None


def of_field(model: type[Model], name: Any) -> Any:
    """A column of the model as its kind is shown: a state, an amount, a row of another page."""
    fields = {each.name: each for each in model._meta.fields}
    if name not in fields:
        return name
    field = fields[name]
    heading = capfirst(field.verbose_name)
    if name == "state" and hasattr(model, "STATES"):
        return state(model.STATES)
    if isinstance(field, ForeignKey) and field.related_model is not User:
        return link(name, heading)
    if isinstance(field, DecimalField) and "currency" in fields:
        return amount(name, heading)
    is_number = isinstance(field, DecimalField | IntegerField)
    write = partial(figure_text, name) if is_number else words_of(field)
    return _written(name, heading, write) if write else name


def _written(name: str, label: Text, write: Callable[[Any], str]) -> Column:
    """A value as it is written for people; empty where there is none."""

    @shown(label, ordering=name)
    def column(row: Any) -> str:
        value = getattr(row, name)
        return "" if value in (None, "") else write(value)

    return _named(column, name)


def table(
    headings: Sequence[Text], rows: Iterable[Sequence[Cell]], *, empty: Text = NONE
) -> SafeString:
    """Rows of another table on a page; amounts come as `amount_cell`, links as `page_of`."""
    context = {"headings": headings, "rows": list(rows), "empty": empty}
    return render_to_string("admin/components/table.html", context)


def _named(column: Column, name: str) -> Column:
    """Django names a computed column's heading and cells by its function."""
    column.__name__ = name.replace(".", "_")
    return column
