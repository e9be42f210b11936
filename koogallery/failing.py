"""The last answer, where nothing else has answered: a fault of ours, or the database is away."""

import sys
from http import HTTPStatus

from django.contrib import admin
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from redis.exceptions import RedisError

from koogallery.api.problems import MEDIA_TYPE, problem
from koogallery.guards import refusal_of
from koogallery.kit.errors import Busy, DomainError, Unavailable
from koogallery.outages import unavailable

API = "/api/"


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: what is no request that anybody could answer."""
    status = getattr(exception, "status", HTTPStatus.BAD_REQUEST)
    detail = getattr(exception, "detail", "") or _("This is no request that can be answered.")
    if not request.path.startswith(API):
        page = render_to_string("400.html", {"detail": detail})
        return HttpResponse(page, status=status)
    code, errors = getattr(exception, "code", "invalid"), []
    if parameter := getattr(exception, "parameter", ""):
        errors = [{"pointer": "", "parameter": parameter, "code": code, "detail": detail}]
    document = problem(status, code, detail, errors)
    return JsonResponse(document, status=status, content_type=MEDIA_TYPE)


def answer_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: operators stay among their own pages."""
    if request.path.startswith(reverse("admin:index")) and admin.site.has_permission(request):
        context = {**admin.site.each_context(request), "title": _("Not found")}
        return render(request, "admin/404.html", context, status=HTTPStatus.NOT_FOUND)
    return page_not_found(request, exception)


def answer_failure(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the error is being handled: it asks no database."""
    refusal = _refusal(sys.exception())
    status = refusal.status if refusal else HTTPStatus.INTERNAL_SERVER_ERROR
    answer = _problem(refusal) if request.path.startswith(API) else _page(refusal)
    answer.status_code = status
    if refusal and refusal.wait is not None:
        answer["Retry-After"] = str(refusal.wait)
    return answer


def _refusal(error: BaseException | None) -> DomainError | None:
    """What may be asked again soon; anything else that comes here is a fault."""
    found: BaseException | None = error
    if isinstance(error, DatabaseError):
        found = refusal_of(error) or unavailable(error)
    elif isinstance(error, InterfaceError):
        found = unavailable(error)
    elif isinstance(error, RedisError):
        told = _(
            "A part that this needs does not answer just now; nothing was done. Send it again."
        )
        found = Unavailable(told, code="redis_away")
    return found if isinstance(found, Busy | Unavailable) else None


def _problem(refusal: DomainError | None) -> HttpResponse:
    if refusal is None:
        detail = _("Something failed on our side. It was done as a whole, or not at all.")
        document = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", detail, [])
    else:
        document = problem(refusal.status, refusal.code, refusal.detail, [])
    return JsonResponse(document, content_type=MEDIA_TYPE)


def _page(refusal: DomainError | None) -> HttpResponse:
    """Without a request: the parts of a page that ask who reads it would ask the database."""
    if refusal is None:
        return HttpResponse(render_to_string("500.html"))
    return HttpResponse(render_to_string("503.html", {"refusal": refusal}))
