"""Keys that act by themselves: a browser can have them off (WCAG 2.1.4)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from koogallery.portal.themes import remember

COOKIE = f"{settings.COOKIES}shortcuts"


def are_on(request: HttpRequest) -> bool:
    return request.COOKIES.get(COOKIE) != "off"


@require_POST
def choose_shortcuts(request: HttpRequest) -> HttpResponse:
    chosen = "off" if are_on(request) else "on"
    return remember(request, redirect("account"), COOKIE, chosen)
