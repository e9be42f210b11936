"""A list on a page, as far as its address says: place, order, columns, rows a page, saved views."""

from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from koogallery.exports.heads import HEADS
from koogallery.languages import Text
from koogallery.models import SavedView
from koogallery.portal.tables import PLACES, Columns, FileOnly, chosen

#: How a list shows what it is narrowed to.
MANNERS = ("sort", "rows", "columns")


class Choice(NamedTuple):
    """A column that one may choose; `is_file` that files alone have."""

    key: str
    label: Text
    is_chosen: bool
    is_file: bool


class OnPage:
    """`export_list` names the list's export, if it has one."""

    request: Any
    ordering: str
    export_list: ClassVar[str] = ""
    #: Columns that one may choose.
    offered: Columns
    #: Rows on a page, as one may choose; and where nobody chose.
    sizes: ClassVar[tuple[int, ...]] = (25, 50, 100, 200)
    rows_per_page: ClassVar[int] = 25

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a question the reader's default view, if there is one."""
        default = next((each for each in self.own_views if each.is_default), None)
        if default and not request.GET:
            return redirect(f"{request.path}?{default.query}")
        shown: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return shown

    @property
    def size(self) -> int:
        asked = {str(each): each for each in self.sizes}
        return asked.get(self.request.GET.get("rows", ""), self.rows_per_page)

    @property
    def choices(self) -> list[Choice]:
        left = {each.key for each in chosen(self.offered, self.request.GET)}
        choices = [
            Choice(each.key, HEADS[each.name], each.key in left, is_file=True)
            if isinstance(each, FileOnly)
            else Choice(each.key, each.label, each.key in left, is_file=False)
            for each in self.offered
        ]
        return sorted(choices, key=lambda each: each.is_file)

    def asked(self, *without: str) -> list[tuple[str, str]]:
        every = self.request.GET.lists()
        return [(name, each) for name, told in every if name not in without for each in told]

    @property
    def besides_columns(self) -> list[tuple[str, str]]:
        return self.asked(*PLACES, "columns") or [("sort", self.ordering)]

    @property
    def all_columns(self) -> str:
        return f"?{urlencode(self.besides_columns)}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """When it is narrowed anew."""
        told = [each for each in self.asked() if each[0] in MANNERS]
        return told if "sort" in dict(told) else [("sort", self.ordering), *told]

    @property
    def unnarrowed(self) -> str:
        return f"?{urlencode(self.kept)}"

    @property
    def view_query(self) -> str:
        return urlencode(self.asked(*PLACES) or self.kept)

    @property
    def export_query(self) -> str:
        """Without the place in the list: a file holds all its pages."""
        return urlencode([*self.export_scope.items(), *self.asked(*PLACES)])

    @property
    def export_scope(self) -> dict[str, str]:
        """Which part of all such rows the page lists, where its path says so."""
        return {}

    @property
    def name(self) -> str:
        """By which its views are kept."""
        return str(self.request.resolver_match.url_name)

    @cached_property
    def views(self) -> list[SavedView]:
        seen = SavedView.objects.seen_by(self.request.user).filter(page=self.name)
        return list(seen.select_related("owner").order_by("name", "pk"))

    @property
    def own_views(self) -> list[SavedView]:
        return [each for each in self.views if each.owner_id == self.request.user.pk]
