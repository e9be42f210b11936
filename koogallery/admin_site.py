"""The operators' admin as one site: one first page, none for each app; one search over all.

Anything by its number, and companies and products by their names, in one place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from koogallery.portal.themes import own_address

#: Hits of one kind.
MOST = 20
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    name: str
    address: str


def hits_of(registry: dict[Any, Any], request: HttpRequest, text: str) -> list[Hit]:
    """What this operator may see of all that has exactly this number, or a name with this in it."""
    wanted = text.strip()[:LONGEST]
    if not wanted:
        return []
    return [hit for page in registry.values() for hit in _of(page, request, wanted)]


def _of(page: Any, request: HttpRequest, wanted: str) -> Iterator[Hit]:
    columns = {field.name for field in page.model._meta.fields}  # Django's own API
    names = list(getattr(page, "found_by_name", ()))
    if not ("number" in columns or names) or not page.has_view_permission(request):
        return
    rows: QuerySet[Any] = page.get_queryset(request)
    hit = Q(number=wanted) if "number" in columns else Q(pk=None)
    for name in names:
        hit |= Q(**{f"{name}__contains_name": wanted})
    kind = str(page.opts.verbose_name)
    for row in rows.filter(hit).order_by("pk")[:MOST]:
        yield Hit(kind[:1].upper() + kind[1:], str(row), page.page_address(row))


class OperatorSite(UnfoldAdminSite):
    index_title = _("What waits")

    def login(self, request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
        """One door for everybody, with every lock there is: the portal's own sign-in."""
        asked = own_address(request, request.GET.get("next", reverse("admin:index")))
        if not request.user.is_authenticated:
            return redirect_to_login(asked)
        if self.has_permission(request):
            return redirect(asked)
        raise PermissionDenied

    def password_change(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # noqa: ARG002
        return redirect("account-password")

    def app_index(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # noqa: ARG002
        """Breadcrumbs of Django's pages lead here: on to the first page."""
        return redirect("admin:index")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The switch of languages leads back here."""
        return {**super().each_context(request), "redirect_to": request.get_full_path()}

    def extra_urls(self) -> list[URLPattern]:
        return [path("find/", self.admin_view(self.find), name="find")]

    def find(self, request: HttpRequest) -> HttpResponse:
        """Everything with this number or name; on to its page where it is one alone."""
        text = request.GET.get("q", "").strip()
        hits = hits_of(self._registry, request, text)
        if len(hits) == 1:
            return redirect(hits[0].address)
        context = {**self.each_context(request), "title": _("Find"), "text": text, "hits": hits}
        return TemplateResponse(request, "admin/find.html", context)

    def search(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # noqa: ARG002
        """Of the search box in the navigation, which the theme draws: the same."""
        return redirect("admin:find")
