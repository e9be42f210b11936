"""Filters are declared; what is not declared is refused, not ignored.

One convention everywhere: `x` is equal to, `x_from` and `x_to` are from and up to, both inclusive,
`x=a,b` is one of several, `modified_since` is what changed since.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKey,
    IntegerField,
    Model,
    QuerySet,
)
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from koogallery.api import sparse
from koogallery.api.problems import InvalidQuery, RuleCode
from koogallery.api.reading import (
    read_beginning,
    read_count,
    read_cycle,
    read_day,
    read_decimal,
    read_end,
    read_flag,
    read_instant,
    read_number,
    read_whole_number,
)
from koogallery.kit.errors import DomainError

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet


#: How the name of the end of a range ends.
_TO = re.compile("_to$")


class ReadField(forms.CharField):
    """A text that `read` turns into the value it stands for."""

    def __init__(self, *, read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self.read = read

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except DomainError as error:
            code = RuleCode(error.code, error.rule)
            raise forms.ValidationError(error.detail, code=code) from None


class ReadFilter(django_filters.Filter):
    field_class = ReadField


class FilterForm(forms.Form):
    """What a list can be narrowed by, each field optional; no range ends before it starts."""

    @property
    def narrowing(self) -> list[str]:
        return [name for name in self.fields if self.data.get(name)]

    def clean(self) -> dict[str, Any]:
        for name, told in ends_first(self.cleaned_data):
            self.add_error(name, forms.ValidationError(told, code=told.code))
        return self.cleaned_data


def ends_first(read: Mapping[str, Any]) -> list[tuple[str, ErrorDetail]]:
    """The ends of ranges, `x_to`, that come before their starts."""
    told = ErrorDetail(_("It ends before it starts."), "ends_first")
    ends = {name: _TO.sub("_from", name) for name in read if _TO.search(name)}
    return [
        (name, told)
        for name, start in ends.items()
        if not {None, ""} & {read.get(start), read[name]} and read[start] > read[name]
    ]


class Filters(django_filters.FilterSet):
    """What a list can be narrowed by: over REST, on its page and in its file.

    Each of the `columns` of the `model`, named with blanks between, as its kind is asked for.
    """

    model: ClassVar[type[Model] | None] = None
    columns: ClassVar[str] = ""

    class Meta:
        form = FilterForm

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        found: dict[str, django_filters.Filter] = {}
        for name in cls.columns.split():
            assert cls.model is not None, "columns are those of a model"
            found |= of_column(cls.model._meta.get_field(name))  # Django's own API
        return {**found, **super().get_filters()}


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,60}$"})
class ByNumber(ReadFilter):
    """The row that a public number names."""

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_number, **options)


@extend_schema_field(
    {
        "type": "string",
        "pattern": "^(19[7-9][0-9]|2[0-9]{3})(0[1-9]|1[0-2])$",
        "examples": ["202602"],
    }
)
class ByCycle(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_cycle, **options)


@extend_schema_field({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]})
class ByInstant(ReadFilter):
    """A bound can be a day as well, which counts as a whole."""

    def __init__(self, field_name: str, **options: Any) -> None:
        bounds = {"gte": read_beginning, "lte": read_end}
        read = bounds.get(options.get("lookup_expr", ""), read_instant)
        super().__init__(field_name=field_name, read=read, **options)


@extend_schema_field({"type": "string", "format": "date"})
class ByDay(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_day, **options)


@extend_schema_field({"type": "string", "pattern": "^-?[0-9]{1,40}([.][0-9]{1,40})?$"})
class ByAmount(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_decimal, **options)


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": 10**9})
class ByCount(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_count, **options)


@extend_schema_field({"type": "boolean"})
class ByFlag(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_flag, **options)


@extend_schema_field({"type": "integer", "minimum": 0})
class ByWholeNumber(ReadFilter):
    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, read=read_whole_number, **options)


class ByWord(django_filters.CharFilter):
    """Exactly this text."""

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, max_length=200, **options)


class ByText(django_filters.CharFilter):
    """Contains this text, whatever the case."""

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name=field_name, lookup_expr="icontains", max_length=200, **options)


class ByName(django_filters.CharFilter):
    """Contains this name, whatever the case, the spaces, the accents."""

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(
            field_name=field_name, lookup_expr="contains_name", max_length=200, **options
        )


class OneOf(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """One of these words, or of several with commas between."""


def between(kind: type[ReadFilter], field_name: str) -> tuple[ReadFilter, ReadFilter]:
    """`x_from` and `x_to`, both inclusive."""
    bound = partial(kind, field_name)
    return (
        bound(lookup_expr="gte", label=f"{field_name.rpartition('__')[2]} from, inclusive"),
        bound(lookup_expr="lte", label=f"{field_name.rpartition('__')[2]} to, inclusive"),
    )


def of_column(field: Any) -> dict[str, django_filters.Filter]:
    """A row by its name, a word or a name as it is, from and to whatever has an order."""
    name = field.name
    if isinstance(field, ForeignKey):
        is_person = field.related_model is get_user_model()
        return {name: ByWord(f"{name}__username") if is_person else ByNumber(f"{name}__number")}
    ranges = (DateTimeField, ByInstant), (DateField, ByDay), (DecimalField, ByAmount)
    for kind, by in (*ranges, (IntegerField, ByCount)):
        if isinstance(field, kind):
            return dict(zip((f"{name}_from", f"{name}_to"), between(by, name), strict=True))
    if name == "cycle":
        first, last = between(ByCycle, name)
        return {name: ByCycle(name), f"{name}_from": first, f"{name}_to": last}
    if field.choices:
        return {name: OneOf(field_name=name, choices=field.choices)}
    if isinstance(field, BooleanField):
        return {name: ByFlag(name)}
    by = ByNumber if name == "number" else ByName if name.endswith("name") else ByWord
    return {name: by(name)}


class DeclaredFilters(DjangoFilterBackend):
    """Applies the view's filter set; every unreadable value is named."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: "ScopedViewSet"
    ) -> QuerySet[Any]:
        filters = self.get_filterset(request, queryset, view)
        if filters is None:
            return queryset
        if not filters.is_valid():
            raise InvalidQuery(_told(filters.errors.as_data()))
        filtered: QuerySet[Any] = filters.qs
        view.go_on_from = getattr(filters, "go_on_from", None)
        return filtered


def refuse_unknown_parameters(request: Request, view: "ScopedViewSet") -> None:
    """An unknown, repeated or empty parameter is a mistake that silence would hide."""
    known = sorted(known_parameters(view))
    wrong = {
        name: [what_is_wrong(name, values, known)]
        for name, values in request.query_params.lists()
        if name not in known or len(values) != 1 or not values[0]
    }
    if wrong:
        raise InvalidQuery(wrong)


def known_parameters(view: "ScopedViewSet") -> set[str]:
    if view.action == "retrieve":
        return {sparse.PARAMETER}
    if view.action != "list":
        return set(view.parameters.get(view.action or "", ()))
    filters = getattr(view, "filterset_class", None)
    paging = {"cursor", "page_size"} if view.pagination_class else set()
    ordering = {"ordering"} if view.ordering_fields else set()
    declared = set(filters.base_filters if filters else ())
    return {sparse.PARAMETER} | paging | ordering | declared | set(view.parameters.get("list", ()))


def what_is_wrong(name: str, values: list[str], known: Iterable[str]) -> ErrorDetail:
    if name not in known:
        detail = _("There is no parameter %(name)s; there is: %(known)s.") % {
            "name": repr(name),
            "known": ", ".join(known) or "none",
        }
        return ErrorDetail(detail, "unknown_parameter")
    if len(values) > 1:
        return ErrorDetail(_("%(name)s is given twice.") % {"name": name}, "repeated_parameter")
    return ErrorDetail(_("%(name)s needs a value.") % {"name": name}, "empty_parameter")


def _told(errors: dict[str, list[forms.ValidationError]]) -> dict[str, list[ErrorDetail]]:
    return {
        name: [
            ErrorDetail(message, error.code or "invalid")
            for error in found
            for message in error.messages
        ]
        for name, found in errors.items()
    }
