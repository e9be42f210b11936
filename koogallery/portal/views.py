"""The console's kinds of page. Each shows only rows its reader may see: others are not found."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import DetailView, TemplateView
from django.views.generic.base import ContextMixin
from django.views.generic.edit import FormMixin, ProcessFormView
from django_filters import FilterSet

from koogallery.kit.errors import DomainError
from koogallery.languages import Text
from koogallery.listings import Listing, chosen_rows
from koogallery.models import User
from koogallery.portal.cells import decimals_on
from koogallery.portal.keyset import KeysetPage, sorted_page
from koogallery.portal.navigation import FIRST_PAGE
from koogallery.portal.on_page import OnPage
from koogallery.portal.tables import Column, Columns
from koogallery.portal.totals import Totals, reach_of, totals_of
from koogallery.scoping import ScopedQuerySet


class SignedInRequest(HttpRequest):
    """What a page sees after `LoginRequiredMixin` sent everybody else to sign in."""

    user: User


def home(request: HttpRequest) -> HttpResponse:
    """Operators work in the admin, members of a seller in the console."""
    is_operator = isinstance(request.user, User) and request.user.is_operator
    return redirect("admin:index" if is_operator else FIRST_PAGE)


class Listed(OnPage, ContextMixin):
    """A list on a page as it is declared: narrowed, sorted and paged by its URL."""

    request: Any
    listing: ClassVar[Listing]

    @property
    def title(self) -> Text:
        return self.listing.title

    @property
    def export_list(self) -> str:  # type: ignore[override]
        return self.listing.export

    @property
    def offered(self) -> Columns:  # type: ignore[override]
        return self.listing.offered

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.listing.of_choice(self.request.GET).shown

    @cached_property
    def ordering(self) -> str:  # type: ignore[override]
        return self.listing.ordered_by(self.request.GET)

    @cached_property
    def narrowed(self) -> FilterSet:
        return self.listing.narrowed(self.visible_rows(), self.request.GET)

    def visible_rows(self) -> QuerySet[Any]:
        rows = self.listing.visible_to(self.request.user)
        return self.listing.within(rows, self.request.GET)

    def beside(self, row: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the cells of a row show besides the row."""
        return {}

    @cached_property
    def page(self) -> KeysetPage[Any]:
        rows, query = chosen_rows(self.narrowed), self.request.GET
        return sorted_page(rows, query, ordering=self.ordering, size=self.size)

    def totals(self) -> Totals | None:
        """Of all pages."""
        if not self.page.rows:
            return None
        rows, reach = chosen_rows(self.narrowed), reach_of(self.request.GET)
        return totals_of(rows, self.columns, self.listing.sums, reach)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page=self.page,
            totals=self.totals(),
            form=self.narrowed.form,
            columns=self.columns,
            ordering=self.ordering,
            decimals=decimals_on(self.page.rows, self.columns),
            **kwargs,
        )


class ListingPage(LoginRequiredMixin, Listed, TemplateView):
    """A list that has a page to itself."""

    request: SignedInRequest
    template_name = "console/list.html"


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
            name = refusal.field.partition(".")[0]  # of a part of a field, too
            field = name if name in form.fields else None
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
