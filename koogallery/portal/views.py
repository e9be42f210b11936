"""The console's kinds of page. Each shows only rows its reader may see: others are not found."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import DetailView, TemplateView
from django.views.generic.edit import FormMixin, ProcessFormView
from django_filters import FilterSet

from koogallery.kit.errors import DomainError
from koogallery.languages import Text
from koogallery.listings import Listing, chosen_rows
from koogallery.models import User
from koogallery.portal.keyset import sorted_page
from koogallery.portal.navigation import FIRST_PAGE
from koogallery.portal.tables import Column, legal_orderings
from koogallery.scoping import ScopedQuerySet


class SignedInRequest(HttpRequest):
    """What a page sees after `LoginRequiredMixin` sent everybody else to sign in."""

    user: User


def home(request: HttpRequest) -> HttpResponse:
    """Operators work in the admin, members of a seller in the console."""
    is_operator = isinstance(request.user, User) and request.user.is_operator
    return redirect("admin:index" if is_operator else FIRST_PAGE)


class FilterForm(forms.Form):
    """What a list can be narrowed by, each field optional; `rows` is what its reader may see."""

    def __init__(self, data: Any, *, rows: QuerySet[Any]) -> None:
        super().__init__(data, label_suffix="")
        self.rows = rows

    def narrow(self) -> QuerySet[Any]:
        """The chosen rows; none for a choice that does not exist, whose error the page shows."""
        raise NotImplementedError

    @property
    def is_narrowing(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class Exported:
    """A list that can be had as a file: the name of its export, and what it is narrowed by now."""

    request: Any
    export_list: ClassVar[str] = ""

    @property
    def export_query(self) -> str:
        """Without the place in the list: a file holds all its pages."""
        query: QueryDict = self.request.GET.copy()
        for place in ("before", "after"):
            query.pop(place, None)
        return query.urlencode()


class ListingPage(LoginRequiredMixin, Exported, TemplateView):
    """A list as it is declared: narrowed and sorted by its URL, paged by the last row seen."""

    request: SignedInRequest
    listing: ClassVar[Listing]
    template_name = "console/list.html"
    rows_per_page: ClassVar[int] = 25

    @property
    def title(self) -> Text:
        return self.listing.title

    @property
    def export_list(self) -> str:  # type: ignore[override]
        return self.listing.export

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.listing.shown

    @cached_property
    def narrowed(self) -> FilterSet:
        return self.listing.narrowed(self.visible_rows(), self.request.GET)

    def visible_rows(self) -> QuerySet[Any]:
        rows = self.listing.rows.all().visible_to(self.request.user)
        return self.listing.within(rows, self.request.GET)

    def beside(self, row: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the cells of a row show besides the row."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ordering = self.listing.ordered_by(self.request.GET)
        rows = chosen_rows(self.narrowed)
        page = sorted_page(rows, self.request.GET, ordering=ordering, size=self.rows_per_page)
        return super().get_context_data(
            page=page,
            form=self.narrowed.form,
            columns=self.columns,
            ordering=ordering,
            **kwargs,
        )


class KeysetListPage(LoginRequiredMixin, Exported, TemplateView):
    """The same for a list that may grow long: pages by the last row seen, nothing is counted."""

    request: SignedInRequest
    queryset: ScopedQuerySet[Any]
    columns: ClassVar[tuple[Column, ...]]
    first_ordering: ClassVar[str]
    rows_per_page: ClassVar[int] = 25

    @cached_property
    def form(self) -> FilterForm:
        return self.build_form(self.visible_rows())

    def visible_rows(self) -> QuerySet[Any]:
        return self.queryset.all().visible_to(self.request.user)

    def build_form(self, rows: QuerySet[Any]) -> FilterForm:
        raise NotImplementedError

    @property
    def chosen_ordering(self) -> str:
        asked = self.request.GET.get("sort", "")
        return asked if asked in legal_orderings(self.columns) else self.first_ordering

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = sorted_page(
            self.form.narrow(),
            self.request.GET,
            ordering=self.chosen_ordering,
            size=self.rows_per_page,
        )
        return super().get_context_data(
            page=page,
            form=self.form,
            columns=self.columns,
            ordering=self.chosen_ordering,
            **kwargs,
        )


class DetailPage(LoginRequiredMixin, DetailView):
    """One row, addressed by its public number."""

    request: SignedInRequest
    queryset: ScopedQuerySet[Any]
    slug_field = slug_url_kwarg = "number"

    def get_queryset(self) -> QuerySet[Any]:
        return self.queryset.all().visible_to(self.request.user)


class ActionPage(FormMixin, DetailPage, ProcessFormView):
    """Ask, then run one service on one row. A refusal is a form error, never a crash."""

    form_class = forms.Form
    template_name = "console/confirm.html"
    consequence: ClassVar[Text]
    verb: ClassVar[Text]
    done: ClassVar[Text]

    @property
    def question(self) -> Text:
        raise NotImplementedError

    def act(self, form: forms.Form) -> None:
        raise NotImplementedError

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(form)
        except DomainError as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.detail)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.after())

    def after(self) -> str:
        """Where it leads once it is done."""
        return self.back_to()

    def back_to(self) -> str:
        """Where the act was started from, and where giving it up leads."""
        address: str = self.object.get_absolute_url()
        return address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_to=self.back_to(), **kwargs)
