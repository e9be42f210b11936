"""Lists as files, by the jobs that the API and the console use; the files themselves."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery import telling
from koogallery.admin import columns
from koogallery.admin.filters import DayFilter, RangeFilter, begin_of, in_words
from koogallery.admin.reading import GovernedAdmin, ReadOnlyAdmin, operator_of, page, refusals_of
from koogallery.downloads import send_file
from koogallery.exports import jobs
from koogallery.exports.kinds import LABELS
from koogallery.exports.parquet import is_installed
from koogallery.kit.errors import DomainError
from koogallery.languages import language_of
from koogallery.models import ExportJob
from koogallery.models.exports import ExportState
from koogallery.tasks import queue_export

#: The parameter by which lists are narrowed to one seller.
SELLER = "seller__id__exact"
#: Parameters that choose no rows.
NEUTRAL = frozenset({"q", "o", "p", "e", "all", "_facets", "_changelist_filters"})


class CannotExport(Exception):
    """The list is narrowed by something that a file is not narrowed by."""


class ExportingAdmin(GovernedAdmin):
    """A list with a file: `exported` is its name among the exports, the same as in the API."""

    exported: ClassVar[str]
    list_before_template = "admin/components/export.html"
    export_forms = (
        ("csv", "CSV"),
        ("xlsx", _("Excel")),
        *([("parquet", "Parquet")] if is_installed() else []),
    )

    @page("export/<str:form>/", "{}_export")
    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """Exactly the rows that the list shows, all its pages; asked for by a POST alone."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        back = redirect(f"{_list_of(self)}?{request.GET.urlencode()}")
        actor = operator_of(request)
        try:
            query = urlencode(dict(_filters(shown)))
            with transaction.atomic():
                job = jobs.request_export(
                    self.exported,
                    form,
                    query,
                    by_client=True,
                    actor=actor,
                    language=language_of(request),
                )
                transaction.on_commit(lambda: queue_export(job.number))
        except CannotExport as reason:
            self.message_user(request, str(reason), messages.ERROR)
            return back
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return back
        self.message_user(
            request, gettext("%(file)s is being written.") % {"file": job}, messages.SUCCESS
        )
        return redirect("admin:koogallery_exportjob_changelist")


def _list_of(page: GovernedAdmin) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")


def _filters(shown: Any) -> Iterator[tuple[str, str]]:
    """What narrows the list, as the REST list's filters say it."""
    if shown.query:
        raise CannotExport(
            gettext("A file is not narrowed by a search: take it away, or use the filters.")
        )
    if refused := refusals_of(shown):
        raise CannotExport(" ".join(refused))
    for each in shown.filter_specs:
        if isinstance(each, RangeFilter):
            for name, value in each.form.cleaned_data.items():
                if isinstance(value, date) and isinstance(each, DayFilter):
                    yield name, _instant(name, value)
                elif value is not None:
                    yield name, str(value)
        else:
            yield from _choice(each)
    known = {name for each in shown.filter_specs for name in each.expected_parameters()}
    if unknown := shown.filter_params.keys() - known - NEUTRAL:
        raise CannotExport(
            gettext("A file is not narrowed by %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )


def _instant(name: str, day: date) -> str:
    """Of the API: a day begins with its first instant and ends with its last one."""
    if name.endswith("_from"):
        return begin_of(day).isoformat()
    return (begin_of(day + timedelta(days=1)) - timedelta(microseconds=1)).isoformat()


def _choice(chosen: Any) -> Iterator[tuple[str, str]]:
    value = getattr(chosen, "value", None)
    if callable(value) and not chosen.used_parameters:
        shown = {chosen.parameter_name: value()}  # a queue opens with what waits
    else:
        shown = chosen.used_parameters
    for name, raw in shown.items():
        text = raw[-1] if isinstance(raw, list) else raw
        if text in {None, "", "all"}:
            continue
        if name == SELLER:
            model: Any = chosen.field.related_model
            yield "seller", model.objects.values_list("number", flat=True).get(pk=text)
        else:
            yield name.removesuffix("__exact"), str(text)


def _list_named(name: str) -> str:
    return str(LABELS.get(name, name))


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin):
    """One's own files; those of others stay with who asked for them."""

    recorded_as = "export"
    list_display = [
        "number",
        "its_list",
        "narrowed_by",
        "format",
        "state",
        "rows_done",
        "created_at",
        "its_file",
    ]
    list_filter = ["state", ("kind", in_words(_list_named))]
    list_filter_submit = True
    fields = [
        "number",
        "its_list",
        "narrowed_by",
        "format",
        "state",
        "reason",
        "rows_done",
        "created_at",
        "finished_at",
        "expires_at",
        "its_file",
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(requested_by=operator_of(request))

    @columns.shown(_("List"), ordering="kind")
    def its_list(self, job: ExportJob) -> str:
        return _list_named(job.kind)

    @columns.shown(_("Narrowed by"))
    def narrowed_by(self, job: ExportJob) -> str:
        return telling.filters(job.query) or gettext("nothing: all rows")

    @columns.shown(_("File"))
    def its_file(self, job: ExportJob) -> SafeString | str:
        if job.state != ExportState.READY:
            return job.reason or "–"
        page = reverse("admin:koogallery_exportjob_file", args=[job.pk])
        return format_html('<a class="link" href="{}">{}</a>', page, job.filename)

    @page("<int:pk>/file/", "koogallery_exportjob_file")
    def file_view(self, request: HttpRequest, pk: int) -> Any:
        job = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            return send_file(jobs.open_export(job.number, actor=operator_of(request)), job.filename)
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return redirect("admin:koogallery_exportjob_changelist")
