"""The kind of a list that stands in the console and in the API: the same rows, as a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from koogallery.exports.kinds import (
    ExportKind,
    Selection,
    refuse_unknown,
    refuse_unread,
    selected,
)
from koogallery.models import User
from koogallery.portal.tables import Column, legal_orderings
from koogallery.portal.views import FilterForm
from koogallery.scoping import ScopedQuerySet

Form = Callable[..., FilterForm]


@dataclass(frozen=True, slots=True)
class ExportedList:
    """`columns` name what is written -> the lookup it is read by; `shown` are the page's columns.

    `form` narrows like the console's page, `filters` like the REST list.
    """

    name: str
    label: Any
    rows: ScopedQuerySet[Any]
    columns: Mapping[str, str]
    form: Form
    filters: type[django_filters.FilterSet]
    shown: tuple[Column, ...] = ()
    ordering: str = "pk"
    amounts: frozenset[str] = frozenset()

    def kind(self) -> ExportKind:
        return ExportKind(
            self.name, self.label, tuple(self.columns), self.amounts, self.console, self.client
        )

    def console(self, user: User, query: QueryDict) -> Selection:
        """As the page with this address shows it, all its pages together."""
        return selected(self.console_rows(user, query), tuple(self.columns.values()))

    def client(self, user: User, filters: Mapping[str, str]) -> Selection:
        """As the REST list with these filters answers it, all its pages together."""
        return selected(self.client_rows(user, filters), tuple(self.columns.values()))

    def console_rows(self, user: User, query: QueryDict) -> QuerySet[Any]:
        form = self.form(query, rows=self.rows.all().visible_to(user))
        refuse_unread(form, "query")
        sort = query.get("sort", "")
        ordering = sort if sort in legal_orderings(self.shown) else self.ordering
        return form.narrow().order_by(ordering, "pk")

    def client_rows(self, user: User, filters: Mapping[str, str]) -> QuerySet[Any]:
        refuse_unknown(filters, self.filters.base_filters)
        chosen = self.filters(dict(filters), queryset=self.rows.all().visible_to(user))
        refuse_unread(chosen.form, "filters")
        rows: QuerySet[Any] = chosen.qs
        return rows.order_by("pk")
