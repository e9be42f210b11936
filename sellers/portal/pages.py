"""The kinds of page, once more for a seller's console: with whose figures, and for which roles."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from django.views.generic.base import ContextMixin, TemplateView, View

from koogallery.acts import Act, Who
from koogallery.duties import Duty
from koogallery.kept_forms import refill
from koogallery.languages import Text
from koogallery.models import User
from koogallery.portal.asked import form_of
from koogallery.portal.history import Event, history_of
from koogallery.portal.routes import page
from koogallery.portal.views import ActionPage, DetailPage, ListingPage, SignedInRequest
from koogallery.vocabulary import kind_of
from sellers.models import Seller
from sellers.portal.readers import Reader
from sellers.services.authority import MEMBERS


class SellerPage(ContextMixin, View):
    """Refuses whom `who` does not name, and says whose page it is.

    `menu` is the page of the navigation's entry that it stands below, where its address does not
    say so.
    """

    who: ClassVar[Who] = MEMBERS | Duty.VIEW
    menu: ClassVar[str] = ""
    #: Whoever belongs to none yet is led to where a company applies.
    needs_seller: ClassVar[bool] = True
    #: The declared act that the page is about; it says who.
    performs: ClassVar[Act[..., Any]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "performs" in cls.__dict__:
            cls.who = cls.performs.by

    @cached_property
    def reader(self) -> Reader:
        assert isinstance(self.request.user, User), "pages are for people who signed in"
        return Reader.of(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            if self.needs_seller and self.reader.is_newcomer:
                return redirect("console:seller-application-list")
            self.require_role()
        return super().dispatch(request, *args, **kwargs)

    def require_role(self) -> None:
        if not self.reader.may(self.who):
            raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            reader=self.reader,
            sellers=self.reader.sellers,
            several_sellers=self.reader.several_sellers,
            **kwargs,
        )
        if self.request.method == "GET" and isinstance(form := context.get("form"), forms.BaseForm):
            refill(self.request, form)
        return context


class SellerTemplatePage(SellerPage, LoginRequiredMixin, TemplateView):
    """A page of its own kind, beside lists, details and acts."""

    request: SignedInRequest


class SellerListingPage(SellerPage, ListingPage):
    def visible_rows(self) -> QuerySet[Any]:
        """Asked once more by the sellers' ids: an index by seller then yields them in order."""
        rows = super().visible_rows()
        ids = self.reader.seller_ids
        path = self.listing.rows.seller_path
        return rows if ids is None or not path else rows.filter(**{f"{path}__in": ids})


class SellerDetailPage(SellerPage, DetailPage):
    """A row of one seller: a stranger's is not found before a role is asked for."""

    def require_role(self) -> None:
        """Once the row is found: its seller decides."""

    def get_object(self, queryset: Any = None) -> Any:
        found = super().get_object(queryset)
        if not self.reader.may(self.who, seller_id_of(found)):
            raise PermissionDenied
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(history=self.history(), **kwargs)

    def history(self) -> list[Event]:
        """What was done with the object; none where only a question is asked about it."""
        kind = kind_of(self.queryset.model)
        return history_of(kind, self.kwargs[self.slug_url_kwarg], self.request.user)


class ActPage(SellerDetailPage, ActionPage):
    """The page of a declared act; what the class says itself goes before the declaration."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "performs" in cls.__dict__:
            act = cls.performs
            declared = {
                "queryset": act.rows,
                "form_class": form_of(act.asks),
                "verb": act.said.label,
                "consequence": act.said.consequence,
                "done": act.said.done,
            }
            own = {name for base in cls.mro()[: cls.mro().index(ActPage)] for name in vars(base)}
            for name in declared.keys() - own:
                setattr(cls, name, declared[name])

    #: What came of the act.
    came: Any

    @property
    def question(self) -> Text:
        return self.performs.said.question

    def history(self) -> list[Event]:
        return []

    def act(self, form: forms.Form) -> None:
        self.came = self.performs(self.object.number, **form.cleaned_data, actor=self.request.user)

    def back_to(self) -> str:
        """The page of the row."""
        noun = kind_of(self.queryset.model).replace(" ", "-")
        return reverse(f"console:{noun}-detail", args=[self.object.number])


def act_page(rows: str, act: Act[..., Any], **attributes: Any) -> URLPattern:
    """The address and the page of an act, below the page of its row, both named by its verb.

    `rows` is the address of the rows; `attributes` are those that the page has besides.
    """
    noun = kind_of(act.rows.model).replace(" ", "-")
    view = type("DeclaredActPage", (ActPage,), {"performs": act, **attributes})
    return page(f"{rows}<str:number>/{act.verb}/", view, f"{noun}-{act.verb}")


def seller_id_of(row: Any) -> int | None:
    """Rows of the foundation know their seller by its number alone; applicants have none yet."""
    if isinstance(row, Seller):
        return row.pk
    number = getattr(row, "seller_number", None)
    if number is not None:
        return Seller.objects.values_list("pk", flat=True).get(number=number)
    seller_id: int | None = row.seller_id
    return seller_id
