"""What was done by whom: found by who, what, object, seller, channel and time; as a file."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter

from koogallery import telling
from koogallery.admin import columns
from koogallery.admin.filters import ChoiceFilter, DayFilter
from koogallery.admin.reading import LongReadOnlyAdmin, operator_of, page, refusals_of
from koogallery.downloads import Export, send_export
from koogallery.duties import Duty
from koogallery.exports.files import MEDIA_TYPES, Table, csv_pieces
from koogallery.models import Act
from koogallery.vocabulary import SENTENCES, kind_of, word

COLUMNS = (
    "at",
    "actor",
    "verb",
    "object_kind",
    "object_number",
    "seller",
    "channel",
    "token",
    "ip_address",
    "request_id",
    "changes",
    "facts",
)
#: Acts fetched at a time while the file is sent.
CHUNK = 2_000

#: The kinds that occur, each found by one step down the index of objects.
_KINDS = """
WITH RECURSIVE found AS (
    (SELECT object_kind FROM koogallery_act ORDER BY object_kind LIMIT 1)
    UNION ALL
    SELECT (SELECT object_kind FROM koogallery_act WHERE object_kind > found.object_kind
            ORDER BY object_kind LIMIT 1)
    FROM found WHERE found.object_kind IS NOT NULL
)
SELECT object_kind FROM found WHERE object_kind IS NOT NULL
"""


class KindFilter(ChoiceFilter):
    """The marks by which a demo's loading goes on are listed only where their kind is chosen."""

    title = _("object")
    parameter_name = "object_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(_KINDS)
            return [(kind, word(kind)) for (kind,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:
        if chosen := self.value():
            return queryset.filter(object_kind=chosen)
        return queryset.exclude(object_kind="demo")


class VerbFilter(ChoiceFilter):
    title = _("what was done")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        blanks = {"who": "…", "what": "…"}
        return [(verb, gettext(told) % blanks) for verb, told in SENTENCES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:
        verb = self.value()
        return queryset.filter(verb__in={verb, verb.replace(" ", "_")}) if verb else queryset


@admin.register(Act)
class ActAdmin(LongReadOnlyAdmin):
    reading = Duty.READ_AUDIT
    has_timeline = False
    list_display = ["at", "told", "seller_number", "origin"]
    list_filter = [
        KindFilter,
        "channel",
        ("actor__username", FieldTextFilter),
        VerbFilter,
        ("seller_number", FieldTextFilter),
        ("at", DayFilter),
    ]
    search_fields = ["object_number__exact", "seller_number__exact", "request_id__exact"]
    search_help_text = _("The number of any object, of a seller, or of a request")
    list_select_related = ["actor"]
    list_before_template = "admin/koogallery/act/download.html"
    ordering = ["-pk"]
    fields = [
        "at",
        "told",
        "seller_number",
        "changed",
        "channel",
        "token",
        "ip_address",
        "request_id",
    ]

    @columns.shown(_("What was done"), ordering="verb")
    def told(self, act: Act) -> SafeString:
        number = act.object_number
        if _page_of_kind(act.object_kind) is not None:
            page = reverse("admin:koogallery_act_object", args=[act.pk])
            number = format_html('<a class="link" href="{}">{}</a>', page, number)
        return format_html("<span>{}</span>", telling.sentence(act, number))

    origin = columns.told(_("Origin"), telling.origin)

    changed = columns.told(_("What changed, and what else is known"), telling.changes)

    @page("<int:pk>/object/", "koogallery_act_object")
    def object_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """On to the page of what the act was done to, where there still is one."""
        act = get_object_or_404(self.get_queryset(request), pk=pk)
        if not (page := page_of_act(act)):
            raise Http404
        return redirect(page)

    @page("download/", "koogallery_act_download")
    def download_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows, all of it, as CSV; to have taken it is an act itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        if refusals_of(shown):
            return redirect(
                f"{reverse('admin:koogallery_act_changelist')}?{request.GET.urlencode()}"
            )
        found = shown.queryset
        table = Table(COLUMNS, frozenset(), _rows(found))
        export = Export("acts.csv", MEDIA_TYPES["csv"], csv_pieces(table))
        return send_export(export, actor=operator_of(request), kind="acts", number="acts")


def page_of_act(act: Act) -> str:
    """The address of what it was done to; none where there is no such page, or no more."""
    page: Any = _page_of_kind(act.object_kind)
    row = page and page.model.objects.filter(number=act.object_number).first()
    return page.page_address(row) if row else ""


def _page_of_kind(kind: str) -> Any:
    """The page that shows objects of this kind by their number; acts name models in words."""
    return next(
        (
            page
            for model, page in admin.site._registry.items()  # noqa: SLF001
            if kind_of(model) == kind.replace("_", " ")
            and any(field.name == "number" for field in model._meta.fields)
        ),
        None,
    )


def _rows(acts: QuerySet[Act]) -> Iterator[tuple[object, ...]]:
    """Read while the file is sent."""
    for act in acts.select_related("actor").iterator(chunk_size=CHUNK):
        yield (
            act.at,
            act.actor or "",
            act.verb,
            act.object_kind,
            act.object_number,
            act.seller_number,
            act.channel,
            act.token,
            act.ip_address or "",
            act.request_id,
            json.dumps(act.changes, ensure_ascii=False),
            json.dumps(act.facts, ensure_ascii=False),
        )
