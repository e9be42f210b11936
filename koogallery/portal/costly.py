"""Pages and downloads at some cost have a limit for each user, the same as the API's calls."""

import math
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.views import APIView

from koogallery.api.throttling import CostlyThrottle
from koogallery.sign_in_limits import too_many

View = Callable[[HttpRequest], HttpResponseBase]

#: Names of addresses in the console and in the admin. Totals of all of a list cost as much.
COSTLY_PAGES = frozenset(
    {
        "attachment",
        "bill-certificate",
        "bill-export",
        "export-add",
        "export-file",
        "koogallery_act_download",
        "search",
        "settlement_bill_certificate",
        "settlement_billrun_report",
        "settlement_statement",
        "settlement_statement_file",
        "settlement_yearly_statement",
        "settlement_yearly_statement_file",
        "statement",
        "statement-export",
        "transaction-list",
        "yearly-statement-detail",
        "yearly-statement-export",
    }
)


def limit_costly_pages(get_response: View) -> View:
    """Middleware: counted once the page is known, before anything of it is made."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: Any, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        is_costly = match.url_name in COSTLY_PAGES or "totals" in request.GET
        if request.path.startswith("/api/") or not is_costly:
            return None
        throttle = CostlyThrottle()
        if throttle.allow_request(request, APIView()):
            return None
        detail = _("This page is made at some cost, and you have asked for many. Wait a while.")
        return too_many(math.ceil(throttle.wait()), detail)

    respond.process_view = process_view  # type: ignore[attr-defined]
    return respond
