"""A seller's own list held against the orders on record: uploaded, read, matched by a worker."""

import csv
import io
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.forms.utils import ErrorList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from koogallery.exports import jobs
from koogallery.kit.errors import DomainError
from koogallery.kit.spreadsheets import Table, read_table, text_of
from koogallery.models import ExportJob
from koogallery.models.exports import ExportState
from koogallery.portal.views import DetailPage
from koogallery.tasks import queue_export
from sellers.portal.pages import SellerPage
from sellers.portal.views.settings import SettingsPage
from sellers.services.authority import MEMBERS
from settlement.choices import MatchResult
from settlement.exports.order_matches import NAME, keep_upload, opened
from settlement.portal.forms import ReadingForm, UploadForm
from settlement.readings.order_matching import Reading, guessed

#: Rows of the list that are shown while its columns are chosen, and of the answer on its page.
ROWS_SHOWN, MATCHES_SHOWN = 5, 200
MATCHES_LISTED = 10


class MatchOrders(SettingsPage):
    """Uploads a list, then asks how it is read; `upload` names a list that was sent already."""

    who = MEMBERS
    template_name = "settlement/order_match.html"

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self._started(request) if "upload" in request.POST else self._uploaded(request)

    def _uploaded(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return render(request, self.template_name, self.get_context_data(upload_form=form))
        sent = form.cleaned_data["file"]
        content = sent.read()
        try:
            table = read_table(sent.name, content)
        except DomainError as refusal:
            return self._again(refusal.detail)
        reading = guessed(self.seller, table)
        upload = keep_upload(self.seller, sent.name, content)
        columns = ReadingForm(initial=asdict(reading) if reading else {}, heading=table[0])
        return self._asked(columns, upload, table, reading)

    def _started(self, request: HttpRequest) -> HttpResponse:
        upload = request.POST["upload"]
        query = request.POST.copy()
        query.pop("csrfmiddlewaretoken", None)
        try:
            job = jobs.request_export(
                NAME,
                "csv",
                query.urlencode(),
                actor=self.request.user,
                language=get_language() or "en",
            )
        except DomainError as refusal:
            return self._refused(upload, refusal)
        queue_export(job.number)
        return redirect("console:order-match-detail", job.number)

    def _refused(self, upload: str, refusal: DomainError) -> HttpResponse:
        """Asked once more how the list is read, if that is what was refused."""
        try:
            _seller, table = opened(upload, self.request.user)
        except DomainError as gone:
            return self._again(gone.detail)
        form = ReadingForm(self.request.POST, heading=table[0])
        return self._again(refusal.detail) if form.is_valid() else self._asked(form, upload, table)

    def _again(self, why: str) -> HttpResponse:
        form = UploadForm({}, MultiValueDict())
        form.errors["file"] = ErrorList([why])
        return render(self.request, self.template_name, self.get_context_data(upload_form=form))

    def _asked(
        self, form: ReadingForm, upload: str, table: Table, reading: Reading | None = None
    ) -> HttpResponse:
        shown = [[text_of(cell) for cell in row] for row in table[: ROWS_SHOWN + 1]]
        context = self.get_context_data(
            form=form,
            upload=upload,
            heading=shown[0],
            rows=shown[1:],
            left=len(table) - len(shown),
            is_guessed=reading is not None,
        )
        return render(self.request, "settlement/order_match_columns.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = ExportJob.objects.visible_to(self.request.user).filter(kind=NAME)
        return super().get_context_data(
            **{
                "upload_form": UploadForm(),
                "matches": mine.order_by("-pk")[:MATCHES_LISTED],
                **kwargs,
            }
        )


class OrderMatch(SellerPage, DetailPage):
    """What came of it: how many of each result, and the rows of those that are not equal."""

    who = MEMBERS
    menu = "order-match"
    queryset = ExportJob.objects.filter(kind=NAME)
    context_object_name = "job"
    template_name = "settlement/order_match_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job: ExportJob = self.object
        context = super().get_context_data(back_to=reverse("console:order-match"), **kwargs)
        if job.state != ExportState.READY:
            return context
        counted: Counter[str] = Counter()
        asked = self.request.GET.get("result", "")
        shown: list[tuple[MatchResult, dict[str, str]]] = []
        _job, kept = jobs.read_export(job.number, actor=self.request.user)
        with kept as file:
            for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline="")):
                result = MatchResult(row["result_code"])
                counted[result] += 1
                wanted = result == asked if asked else result != MatchResult.EQUAL
                if wanted and len(shown) < MATCHES_SHOWN:
                    shown.append((result, row))
        return {
            **context,
            "asked": asked,
            "counts": [
                (result, counted[result], f"{self.request.path}?result={result}")
                for result in MatchResult
            ],
            "rows": shown,
            "wanted": counted[asked] if asked else counted.total() - counted[MatchResult.EQUAL],
        }
