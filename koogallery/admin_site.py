"""The operators' admin as one site: one first page, none for each app; one search over all."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from koogallery.finding import hits_of
from koogallery.portal.themes import own_address


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
