"""Pages on which operators look and change nothing: money moves through services only.

The timeline of an object, as operators read it on its page.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from koogallery.admin import columns, filters
from koogallery.admin.noting import asked_on_note_page
from koogallery.duties import Duty
from koogallery.handing import holder
from koogallery.kit.language import marked_number, paragraph
from koogallery.models import Act, User
from koogallery.scoping import ScopedQuerySet
from koogallery.telling import changes, counted, last_looks, origin, sentence
from koogallery.vocabulary import kind_of

HEADINGS = [_("At"), _("What was done"), _("Changed"), _("Origin")]

View = TypeVar("View", bound=Callable[..., Any])


def timeline_of(kind: str, number: str, note: str) -> SafeString:
    """`note` is where something is noted on it."""
    acts = list(last_looks(Act.objects.of(kind, number)))
    told = columns.table(
        HEADINGS,
        [(act.at, sentence(act), changes(act), origin(act)) for act in acts],
        empty=gettext("Nothing is on record of it."),
    )
    context = {"holder": holder(acts), "note": note}
    return render_to_string("admin/components/hands.html", context) + told


MORE_ROWS = marked_number(
    "%(count)s more row fits what you search for.", "%(count)s more rows fit what you search for."
)


def may(request: HttpRequest, duty: Duty) -> bool:
    return isinstance(request.user, User) and request.user.may(duty)


def operator_of(request: HttpRequest) -> User:
    """Who acts: whoever the admin has let in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def page(route: str, name: str) -> Callable[[View], View]:
    """Where a view of one's own stands, below the list; `{}` in its name is the model's."""

    def declare(view: View) -> View:
        vars(view)["stands_at"] = (route, name)
        return view

    return declare


class GovernedAdmin(ModelAdmin):
    """What all pages have in common: a list says what it left out, a history is the record of acts.

    `folded_names` are names that the search box finds however they are written; `found_by_name` are
    those by which the search over everything does. `address_column` is the
    column by which a row stands in addresses. `recorded_as` is the kind of a row's acts, by default
    what the model is called; `number_of` what the row is called in them. `asking` is the duty of
    whoever asks for something new on its list.
    """

    reading: ClassVar[Duty] = Duty.VIEW
    asking: ClassVar[Duty]
    recorded_as: ClassVar[str] = ""
    folded_names: ClassVar[Sequence[str]] = ()
    found_by_name: ClassVar[Sequence[str]] = ()
    address_column: ClassVar[str] = "pk"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.reading)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.reading)

    def has_asking_permission(self, request: HttpRequest) -> bool:
        return may(request, self.asking)

    def number_of(self, row: Any) -> str:
        """Under which number its acts are recorded."""
        return str(getattr(row, "number", None) or "")

    @property
    def kind_of_acts(self) -> str:
        return self.recorded_as or kind_of(self.model)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        if self.address_column == "pk":
            return super().get_object(request, object_id, from_field)
        return self.get_queryset(request).filter(**{self.address_column: object_id}).first()

    def page_address(self, row: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[getattr(row, self.address_column)])

    def get_urls(self) -> list[URLPattern]:
        here = f"{self.opts.app_label}_{self.opts.model_name}"
        declared = {
            view: each.stands_at
            for kind in type(self).__mro__
            for view, each in vars(kind).items()
            if hasattr(each, "stands_at")
        }
        pages = [
            path(route, self.admin_site.admin_view(getattr(self, view)), name=name.format(here))
            for view, (route, name) in declared.items()
        ]
        return [*pages, *super().get_urls()]

    def note_address(self, row: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_note"
        return reverse(name, args=[getattr(row, self.address_column)])

    @page("<str:pk>/note/", "{}_note")
    def note_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        row = self.get_object(request, pk)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        number = self.number_of(row) if row else ""
        if not number:
            raise Http404
        back = self.page_address(row)
        asked = asked_on_note_page(request, self.kind_of_acts, number, row)
        return self.framed(request, "admin/ask.html", **asked) if asked else redirect(back)

    def framed(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        """A page in the frame that all of the model's have."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, {**frame, **context})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The record of acts; whoever may not search it reads the same on the row's own page."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        number = self.number_of(row) if row else ""
        if not number:
            raise Http404
        if not may(request, Duty.READ_AUDIT):
            return redirect(self.page_address(row))
        found = urlencode({"object_kind": self.kind_of_acts, "q": number})
        return redirect(f"{reverse('admin:koogallery_act_changelist')}?{found}")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        name = str(self.opts.verbose_name_plural)
        context = {"title": name[:1].upper() + name[1:], **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        shown = getattr(answer, "context_data", None) or {}
        if "cl" in shown and request.method == "GET":
            self._say_what_is_left_out(request, shown["cl"])
        return answer

    def _say_what_is_left_out(self, request: HttpRequest, shown: Any) -> None:
        if ERROR_FLAG in request.GET:
            told = gettext(
                "The address asked for a filter or a value that this list does not have: "
                "nothing of it was applied, every row is listed."
            )
            messages.error(request, told)
        for refusal in refusals_of(shown):
            messages.error(request, paragraph([refusal, gettext("Nothing is listed.")]))
        for queue in shown.filter_specs:
            hidden = getattr(queue, "hides", None)
            if hidden and shown.query and (count := hidden(request, shown)):
                page = shown.get_query_string({queue.parameter_name: "all"})
                told = counted(count, MORE_ROWS)
                link = format_html('<a class="link" href="{}">{}</a>', page, gettext("List all"))
                only = gettext("Only “%(state)s” is listed.") % {"state": queue.shown_label}
                messages.info(request, format_html("{} {}", paragraph([only, told]), link))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        if self.address_column != "pk":
            found.pk_attname = self.address_column
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number as Django searches, or by names as a reader takes them for the same."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        wanted = search_term.strip()
        if not (self.folded_names and wanted):
            return found, may_repeat
        hit = Q(pk__in=found.order_by().values("pk"))
        for name in self.folded_names:
            # Names are folded where they stand: once a seller, not once a row of the list.
            towards, _, column = name.rpartition("__")
            model: Any = self.model
            for step in filter(None, towards.split("__")):
                model = model._meta.get_field(step).related_model
            rows = (
                model.objects.filter(**{f"{column}__contains_name": wanted}).order_by().values("pk")
            )
            hit |= Q(**{f"{towards or 'pk'}__in": rows})
        return queryset.filter(hit), False


def refusals_of(shown: Any) -> list[str]:
    """Why filters of a list were not applied; nothing is listed then."""
    found = (getattr(each, "refusal", "") for each in shown.filter_specs)
    return [each for each in found if each]


class ReadOnlyAdmin(GovernedAdmin):
    """For operators to read. `fields` of a page are named; none of them is a form's.

    `reading` is the duty that it takes to see the rows at all. What was done with a row that has a
    number stands below its fields.
    """

    has_timeline: ClassVar[bool] = True

    list_per_page = 50
    list_filter_submit = True
    show_full_result_count = False
    compressed_fields = True

    def __init__(self, model: Any, admin_site: Any) -> None:
        """A column of the model is shown, and filtered by, as its kind always is."""
        super().__init__(model, admin_site)
        page: Any = self
        related = [each.name for each in self.opts.fields if isinstance(each, ForeignKey)]
        shown = [each for each in related if each in page.list_display]
        page.list_select_related = [*(page.list_select_related or ()), *shown]
        page.list_display = [columns.of_field(model, each) for each in page.list_display]
        page.list_filter = [filters.of_field(model, each) for each in page.list_filter]
        fields = page.fields or [each.name for each in self.opts.fields if not each.primary_key]
        page.fields = [  # a state's badge is for lists
            each if each == "state" else columns.of_field(model, each) for each in fields
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if isinstance(rows, ScopedQuerySet) else rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return [*fields, "timeline"] if self.has_timeline and self.number_of(obj) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that the page names: also what is computed."""
        return [*(self.fields or super().get_readonly_fields(request, obj)), "timeline"]

    @columns.shown(_("What was done"))
    def timeline(self, row: Any) -> SafeString:
        return timeline_of(self.kind_of_acts, self.number_of(row), self.note_address(row))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LongReadOnlyAdmin(ReadOnlyAdmin):
    """A list of millions: paged without being counted."""

    paginator = InfinitePaginator
