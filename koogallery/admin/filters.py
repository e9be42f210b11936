"""Filters of the admin's lists: what is entered is applied, or refused by name with no rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import DateField, DateTimeField, DecimalField, ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import INPUT_CLASSES

from koogallery.admin.columns import words_of
from koogallery.languages import Text
from koogallery.settlement_time import ZONE

Value = TypeVar("Value", date, Decimal)

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"-?\d{1,20}(\.\d{1,12})?")
YEARS = range(1970, 3000)


def read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise forms.ValidationError(
            gettext("“%(text)s” is no day; write it as YYYY-MM-DD.") % {"text": text[:40]}
        )
    return day


def read_amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise forms.ValidationError(
            gettext("“%(text)s” is no amount; write it as 1234.50.") % {"text": text[:40]}
        )
    return Decimal(text)


def names_of(field_path: str) -> tuple[str, str]:
    return f"{field_path}_from", f"{field_path}_to"


def begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


class RangeForm(forms.Form):
    """From and to, both inclusive, under the names of the list's parameters."""

    read: ClassVar[Any]
    kind: ClassVar[str]

    def __init__(self, name: str, data: dict[str, str]) -> None:
        super().__init__(data)
        self.names = names_of(name)
        for each, label in zip(self.names, (_("From"), _("To")), strict=True):
            kind = {"type": self.kind, "class": " ".join(INPUT_CLASSES)}
            widget = forms.TextInput({**kind, "aria-label": label, "title": label})
            self.fields[each] = forms.CharField(label=label, required=False, widget=widget)

    def clean(self) -> dict[str, Any]:
        entered = self.cleaned_data
        for name in self.names:
            if not (text := entered.get(name)):
                entered[name] = None
                continue
            try:
                entered[name] = type(self).read(text)
            except forms.ValidationError as refusal:
                self.add_error(name, refusal)
        start, end = (entered.get(name) for name in self.names)
        if start is not None and end is not None and end < start:
            self.add_error(
                self.names[1],
                gettext("The end, %(end)s, is before the start, %(start)s.")
                % {"end": end, "start": start},
            )
        return entered


class DayForm(RangeForm):
    read = staticmethod(read_day)
    kind = "date"


class AmountForm(RangeForm):
    read = staticmethod(read_amount)
    kind = "text"


def in_words(told: Callable[[str], str]) -> type[admin.AllValuesFieldListFilter]:
    """The words of a column that occur, as people are told them."""

    class Words(admin.AllValuesFieldListFilter):
        def choices(self, changelist: Any) -> Any:
            for choice in super().choices(changelist):
                word = choice["display"]
                is_of_the_column = isinstance(word, str) and word in self.lookup_choices
                yield {**choice, "display": told(str(word))} if is_of_the_column else choice

    return Words


class RangeFilter(admin.FieldListFilter):
    """A bad range selects nothing, and `refusal` says why."""

    template = "admin/filters/range.html"
    form_class: ClassVar[type[RangeForm]]

    def __init__(  # Django's own signature
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: Any,
        model_admin: Any,
        field_path: str,
    ) -> None:
        sent = {each: params.pop(each, "") for each in names_of(field_path)}
        super().__init__(field, request, params, model, model_admin, field_path)
        texts = {each: text[-1] if isinstance(text, list) else text for each, text in sent.items()}
        self.form = self.form_class(field_path, texts)
        self.used_parameters = {each: text for each, text in texts.items() if text}

    @property
    def refusal(self) -> str:
        found = [str(text) for texts in self.form.errors.values() for text in texts]
        return f"{str(self.title).capitalize()}: {' '.join(found)}" if found else ""

    def expected_parameters(self) -> list[str | None]:
        return list(names_of(self.field_path))

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Any:
        yield {"form": self.form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.form.is_valid():
            return queryset.none()
        start, end = (self.form.cleaned_data[name] for name in self.form.names)
        if start is not None:
            queryset = queryset.filter(**self.starting(start))
        return queryset if end is None else queryset.filter(**self.ending(end))

    def starting(self, start: Any) -> dict[str, Any]:
        return {f"{self.field_path}__gte": start}

    def ending(self, end: Any) -> dict[str, Any]:
        return {f"{self.field_path}__lte": end}


class DayFilter(RangeFilter):
    """Whole days, both inclusive; of instants in the settlement time zone."""

    form_class = DayForm

    def starting(self, start: date) -> dict[str, Any]:
        return {f"{self.field_path}__gte": self._begin_of(start)}

    def ending(self, end: date) -> dict[str, Any]:
        return {f"{self.field_path}__lt": self._begin_of(end + timedelta(days=1))}

    def _begin_of(self, day: date) -> date:
        return begin_of(day) if isinstance(self.field, DateTimeField) else day


class AmountFilter(RangeFilter):
    form_class = AmountForm


class ChoiceFilter(admin.SimpleListFilter):
    """One of its choices, or none; what is none of them is refused as Django's own filters do.

    `conditions` says of each choice its words, and when it holds of a row.
    """

    conditions: ClassVar[Mapping[str, tuple[Text, Callable[[], Q]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(name, str(words)) for name, (words, _holds) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.conditions.get(str(self.value()))
        return queryset.filter(chosen[1]()) if chosen else queryset

    def value(self) -> Any:
        chosen = super().value()
        known = {str(key) for key, _ in self.lookup_choices}
        if chosen is not None and str(chosen) not in known:
            raise IncorrectLookupParameters(f"{self.parameter_name} {chosen}")
        return chosen


def of_field(model: type[Model], name: Any) -> Any:
    """A filter by a column of the model, as its kind is asked for."""
    field = next((each for each in model._meta.fields if each.name == name), None)
    if write := words_of(field):
        return name, in_words(write)
    kinds = {ForeignKey: AutocompleteSelectFilter, DateField: DayFilter, DecimalField: AmountFilter}
    kind = next((found for each, found in kinds.items() if isinstance(field, each)), None)
    return (name, kind) if kind else name
