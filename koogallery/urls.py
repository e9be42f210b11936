"""Every address of the portal."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sellers.portal.urls import urlpatterns as sellers_pages
from settlement.portal.urls import urlpatterns as settlement_pages

#: Two apps, one console: their pages share a namespace.
console = [*sellers_pages, *settlement_pages]


def health(_request: HttpRequest) -> HttpResponse:
    """Answers once the portal serves; the launcher waits for it."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health/", health),
    path("admin/", admin.site.urls),
    path("api/v1/", include("koogallery.api.urls")),
    path(
        "accounts/login/",
        LoginView.as_view(redirect_authenticated_user=True),
        name="login",
    ),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("", include("koogallery.portal.urls")),
    path("", include((console, "console"))),
]
