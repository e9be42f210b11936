"""Reports & exports: what was asked for as a file, how far it is, where to fetch it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic.base import View

from koogallery.downloads import send_file
from koogallery.exports import jobs
from koogallery.exports.kinds import KINDS
from koogallery.kit.errors import DomainError, NotFound
from koogallery.models import ExportJob
from koogallery.portal.views import SignedInRequest
from koogallery.tasks import queue_export
from sellers.listings.exports import EXPORTS
from sellers.portal.pages import SellerListingPage, SellerPage, SellerTemplatePage


class ExportList(SellerListingPage):
    """Exports of rows the reader may see, newest first; what is in the making is asked after."""

    listing = EXPORTS
    template_name = "sellers/export_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(exports=labelled(self.page.rows), **kwargs)


class ExportProgress(SellerTemplatePage):
    """One row of the list, anew: for pages with JavaScript, until the export is finished."""

    template_name = "sellers/components/export_row.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        visible = ExportJob.objects.visible_to(self.request.user)
        job = visible.select_related("requested_by").filter(number=kwargs["number"])
        if not (found := labelled(job)):
            raise Http404
        return render(request, self.template_name, {"job": found[0][0], "label": found[0][1]})


class AddExport(SellerTemplatePage):
    """A list's page asks for itself: its name, its address's filters, the format."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = request.POST
        try:
            job = jobs.request_export(
                form.get("list", ""),
                form.get("format", ""),
                form.get("query", ""),
                actor=self.request.user,
                language=get_language() or "en",
            )
        except DomainError as refusal:
            messages.error(request, refusal.detail)
            # Back to the list that asked, if it is one of ours.
            came_from = request.headers.get("Referer", "")
            own = url_has_allowed_host_and_scheme(
                came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
            )
            return redirect(came_from if own else "console:export-list")
        queue_export(job.number)
        messages.success(request, _("The export is being made. You can fetch it here."))
        return redirect("console:export-list")


class CancelExport(SellerTemplatePage):
    """Asked for by a button of the list; its address alone leads there."""

    def get(self, *_args: Any, **kwargs: Any) -> HttpResponse:
        visible = ExportJob.objects.visible_to(self.request.user)
        if not visible.filter(number=kwargs["number"]).exists():
            raise Http404
        return redirect("console:export-list")

    def post(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        try:
            jobs.cancel_export(kwargs["number"], actor=self.request.user)
        except NotFound:
            raise Http404 from None
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        return redirect("console:export-list")


class ExportFile(SellerPage, LoginRequiredMixin, View):
    """The file, for whoever may see all it holds."""

    request: SignedInRequest

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            file = jobs.open_export(kwargs["number"], actor=self.request.user)
        except NotFound:
            raise Http404 from None
        except DomainError as refusal:
            messages.error(request, refusal.detail)
            return redirect("console:export-list")
        job = ExportJob.objects.get(number=kwargs["number"])
        return send_file(file, job.filename)


def labelled(rows: Any) -> list[tuple[ExportJob, Any]]:
    """Each with the name of its list, as the console calls it."""
    return [(job, KINDS[job.kind].label if job.kind in KINDS else job.kind) for job in rows]
