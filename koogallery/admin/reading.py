"""Pages on which operators look and change nothing: money moves through services only."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from koogallery.admin import columns
from koogallery.admin.timelines import timeline_of
from koogallery.duties import Duty
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet


def may(request: HttpRequest, duty: Duty) -> bool:
    return isinstance(request.user, User) and request.user.may(duty)


def operator_of(request: HttpRequest) -> User:
    """Who acts: whoever the admin has let in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class ReadOnlyAdmin(ModelAdmin):
    """For operators to read. `fields` of a page are named; none of them is a form's.

    `reading` is the duty that it takes to see the rows at all. What was done with a row that has a
    number stands below its fields; `recorded_as` is the kind of those acts, by default what the
    model is called.
    """

    reading: ClassVar[Duty] = Duty.VIEW
    recorded_as: ClassVar[str] = ""
    has_timeline: ClassVar[bool] = True

    list_per_page = 50
    list_filter_submit = True
    show_full_result_count = False
    compressed_fields = True

    class Media:
        css = {"all": ["koogallery/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if isinstance(rows, ScopedQuerySet) else rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return [*fields, "timeline"] if self.has_timeline and self.number_of(obj) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that the page names: also what is computed."""
        return [*(self.fields or super().get_readonly_fields(request, obj)), "timeline"]

    def number_of(self, row: Any) -> str:
        """Under which number its acts are recorded."""
        return str(getattr(row, "number", None) or "")

    @columns.shown("What was done")
    def timeline(self, row: Any) -> SafeString:
        return timeline_of(self.recorded_as or str(self.opts.verbose_name), self.number_of(row))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.reading)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.reading)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LongReadOnlyAdmin(ReadOnlyAdmin):
    """A list of millions: paged without being counted."""

    paginator = InfinitePaginator
