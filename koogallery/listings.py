"""A list, declared once: console, API, exports and their filters read the same declaration."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByDay, ByInstant
from koogallery.exports.kinds import (
    ROWS_A_CHUNK,
    ExportKind,
    Selection,
    asked_of,
    refuse_unknown,
    refuse_unknown_names,
    refuse_unread,
    selected,
    words_of,
)
from koogallery.exports.workbooks import Words
from koogallery.keyset import Ordering
from koogallery.languages import Text
from koogallery.models import User
from koogallery.portal.tables import Column, Columns, FileOnly, chosen, legal_orderings, read, shown
from koogallery.portal.totals import Sums
from koogallery.scoping import ScopedQuerySet

Choices = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Narrowing:
    """A filter of the list as the page offers it: chosen from its words, else from `choices`.

    `empty` says what nothing chosen means; without it a text is entered.
    """

    name: str
    label: Text
    empty: Text = ""
    choices: Choices | Callable[[QuerySet[Any]], Choices] = ()

    def of(self, declared: django_filters.Filter) -> django_filters.Filter:
        offered = copy.deepcopy(declared)
        offered.__dict__.pop("_field", None)  # made of what it says over REST, once that was asked
        offered.label = self.label
        if isinstance(offered, django_filters.ChoiceFilter):
            offered.extra.update(empty_label=self.empty, help_text="")
        elif self.empty:
            offered.extra["widget"] = forms.Select
        elif isinstance(offered, (ByDay, ByInstant)):
            offered.extra["widget"] = forms.DateInput({"type": "date"})
        return offered

    def offer(self, field: Any, offered: Choices) -> None:
        if offered and isinstance(field, forms.ChoiceField):
            field.choices = offered
        elif self.empty and not isinstance(field, forms.ChoiceField):
            field.widget.choices = [("", self.empty), *offered]


@dataclass(frozen=True)
class Find(Narrowing):
    """A piece of text that any of these columns contains; it is the page's own."""

    columns: tuple[str, ...] = ()

    def of(self, declared: django_filters.Filter | None) -> django_filters.Filter:  # noqa: ARG002
        return Containing(self.label, self.columns)


def find(label: Text, *columns: str, name: str = "find") -> Find:
    return Find(name, label, columns=columns)


def period(
    what: Text,
    name: str,
    empty: Text = "",
    choices: Callable[[QuerySet[Any]], Choices] | Choices = (),
) -> tuple[Narrowing, Narrowing]:
    """From a day to a day, or a cycle to a cycle, both included."""
    return (
        Narrowing(f"{name}_from", format_lazy(_("{what}, from"), what=what), empty, choices),
        Narrowing(f"{name}_to", format_lazy(_("{what}, to"), what=what), empty, choices),
    )


class Containing(django_filters.CharFilter):
    """Names however they are written, everything else whatever the case."""

    def __init__(self, label: Text, columns: tuple[str, ...]) -> None:
        super().__init__(field_name="find", label=label, max_length=100)
        self.columns = columns

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        either = Q()
        for column in self.columns if value else ():
            how = "contains_name" if column.endswith("name") else "icontains"
            either |= Q(**{f"{column}__{how}": value})
        return qs.filter(either)


def as_they_are(rows: QuerySet[Any], query: QueryDict) -> QuerySet[Any]:  # noqa: ARG001
    return rows


def as_anybody(rows: QuerySet[Any], reader: User) -> QuerySet[Any]:  # noqa: ARG001
    return rows


@dataclass(frozen=True)
class Listing:
    """`filters` are the REST list's, `narrowed_by` those that the page offers, in its order.

    `export` names its file; a page that shows a part of the rows says by `within` which. Rows that
    say something of their reader are `read_by` them. One that `draws` the rows itself shows every
    column.
    """

    title: Text
    rows: ScopedQuerySet[Any]
    filters: type[django_filters.FilterSet]
    columns: Columns
    ordering: str
    narrowed_by: tuple[Narrowing, ...] = ()
    export: str = ""
    within: Callable[[QuerySet[Any], QueryDict], QuerySet[Any]] = as_they_are
    read_by: Callable[[QuerySet[Any], User], QuerySet[Any]] = as_anybody
    draws: bool = False
    sums: Sums = field(default_factory=Sums)

    @property
    def offered(self) -> Columns:
        """Columns that one may choose."""
        return tuple(
            each
            for each in self.columns
            if isinstance(each, FileOnly) or not (self.draws or each.is_head)
        )

    def visible_to(self, user: User) -> QuerySet[Any]:
        return self.read_by(self.rows.all().visible_to(user), user)

    def of_choice(self, query: QueryDict) -> "Listing":
        """With the columns that the address asks for."""
        left = chosen(self.columns, query)
        fixed = self.shown if self.draws else ()
        return replace(self, columns=tuple(e for e in self.columns if e in left or e in fixed))

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        return shown(self.columns)

    @cached_property
    def exported(self) -> Mapping[str, Column | FileOnly]:
        return {each.name: each for each in self.columns if each.name}

    @cached_property
    def orderings(self) -> Mapping[str, str]:
        """What the file can be ordered by, under the names of its columns."""
        return {each.name: each.sorted_by for each in self.shown if each.name and each.sorted_by}

    @cached_property
    def lookups(self) -> Mapping[str, str]:
        """Of the columns of the file, by their names."""
        return {name: each.lookup or name for name, each in self.exported.items()}

    @cached_property
    def amounts(self) -> frozenset[str]:
        """Columns of the file that are written at the precision of their row's currency."""
        return frozenset(name for name, each in self.exported.items() if each.is_money)

    @cached_property
    def shown_filters(self) -> type[django_filters.FilterSet]:
        """The list's filters, of which the page's are left, in the page's words."""
        declared = self.filters.base_filters
        offered = {each.name: each.of(declared.get(each.name)) for each in self.narrowed_by}
        content = {"columns": "", **dict.fromkeys(declared), **offered}
        return type(f"Shown{self.filters.__name__}", (self.filters,), content)

    def narrowed(self, rows: QuerySet[Any], query: QueryDict) -> django_filters.FilterSet:
        """Rows with the form that narrows them as the address asks."""
        filters = self.shown_filters(query, queryset=rows)
        offered: dict[Any, Choices] = {}
        for each in self.narrowed_by:
            if callable(each.choices) and each.choices not in offered:
                offered[each.choices] = [*each.choices(rows)]
            choices = offered[each.choices] if callable(each.choices) else each.choices
            each.offer(filters.form.fields[each.name], choices)
        filters.form.order_fields([each.name for each in self.narrowed_by])
        return filters

    def ordered_by(self, query: QueryDict) -> str:
        asked = query.get("sort", "")
        return asked if asked in legal_orderings(self.shown) else self.ordering

    def kind(self) -> ExportKind:
        words = {**words_of(self.rows.model, self.lookups), **self.told}
        return ExportKind(
            name=self.export,
            label=self.title,
            columns=tuple(self.exported),
            amounts=self.amounts,
            in_console=self.console,
            by_client=self.client,
            words=words,
            together=self.sums.label if self.sums.without else "",
            without=self.sums.without,
        )

    @property
    def told(self) -> Words:
        """The codes of columns that no field knows."""
        return {
            name: each.words
            for name, each in self.exported.items()
            if isinstance(each, FileOnly) and each.words
        }

    def console(self, user: User, query: QueryDict) -> Selection:
        """As the page with this address shows it, all its pages together."""
        listing = self.of_choice(query)
        return replace(listing.read(self.console_rows(user, query)), columns=(*listing.exported,))

    def client(self, user: User, asked: QueryDict) -> Selection:
        """As the REST list with these filters answers it, all its pages together.

        With the `columns` that are asked for, in the `ordering` of one of them.
        """
        names, ordering, filters = asked_of(asked)
        refuse_unknown_names("columns", names, self.exported)
        refuse_unknown_names(
            "ordering", [ordering.removeprefix("-")] * bool(ordering), self.orderings
        )
        listing = self.of_choice(asked)
        rows = self.client_rows(user, filters)
        if ordering:
            sign, name = ("-" if ordering.startswith("-") else ""), ordering.removeprefix("-")
            rows = rows.order_by(*Ordering.parse(f"{sign}{self.orderings[name]}").columns())
        return replace(listing.read(rows), columns=(*listing.exported,))

    def read(self, rows: QuerySet[Any]) -> Selection:
        """Plain values, computed columns as of now."""
        now = timezone.now()
        computed = {
            name: each.computed(now) for name, each in self.exported.items() if each.computed
        }
        rows = rows.annotate(**computed)
        if not any(each.told for each in self.exported.values()):
            return selected(rows, self.lookups, self.amounts)
        return Selection(lambda: map(self.values_of, rows.iterator(ROWS_A_CHUNK)), rows.count)

    def values_of(self, row: Any) -> tuple[Any, ...]:
        """Of one row, where not every column is the database's."""
        return tuple(
            str(each.told(row)) if each.told else read(row, each.lookup or name)
            for name, each in self.exported.items()
        )

    def console_rows(self, user: User, query: QueryDict) -> QuerySet[Any]:
        narrowed = self.narrowed(self.within(self.visible_to(user), query), query)
        refuse_unread(narrowed.form, "query")
        rows: QuerySet[Any] = narrowed.qs
        return rows.order_by(*Ordering.parse(self.ordered_by(query)).columns())

    def client_rows(self, user: User, filters: Mapping[str, str]) -> QuerySet[Any]:
        refuse_unknown(filters, self.filters.base_filters)
        chosen = self.filters(dict(filters), queryset=self.visible_to(user))
        refuse_unread(chosen.form, "filters")
        rows: QuerySet[Any] = chosen.qs
        return rows.order_by("pk")


def chosen_rows(narrowed: django_filters.FilterSet) -> QuerySet[Any]:
    """None for a choice that does not exist, whose error the page shows."""
    rows: QuerySet[Any] = narrowed.qs if narrowed.is_valid() else narrowed.queryset.none()
    return rows
