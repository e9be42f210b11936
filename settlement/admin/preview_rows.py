"""The sellers of a preview, by what a reader looks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs
from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text
from settlement.choices import PreviewSellerState
from settlement.models import BillPreview, BillPreviewSeller
from settlement.services.previews.totals import PreviewTotals, newly_negative

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class View:
    """One selection of the sellers; `count` names the figure of the totals that it shows."""

    key: str
    label: Text
    condition: Q
    count: str = ""


VIEWS: Mapping[str, View] = {
    view.key: view
    for view in (
        View("looks", _("To look at"), ~Q(looks=[]) | Q(look="held"), "looks"),
        View("blocked", _("Would be parked"), Q(state=PreviewSellerState.BLOCKED), "blocked"),
        View("held", _("Something held back"), ~Q(held=[]), "held"),
        View("negative", _("Newly negative"), newly_negative(), "newly_negative"),
        View("deposit", _("From the deposit"), Q(from_deposit__gt=0), "to_deposit"),
        View("receivable", _("To a receivable"), Q(to_receivable__gt=0), "to_receivable"),
        View("changes", _("Biggest differences"), ~Q(difference=0)),
        View("all", _("All sellers"), Q()),
    )
}


@dataclass(frozen=True, slots=True)
class Tab:
    view: View
    count: int | None
    is_chosen: bool


def chosen_view(asked: str, totals: PreviewTotals) -> View:
    """What was asked for; else whatever needs somebody's eye first, else the differences."""
    if asked in VIEWS:
        return VIEWS[asked]
    for key in ("looks", "blocked"):
        if getattr(totals, VIEWS[key].count):
            return VIEWS[key]
    return VIEWS["changes"]


def tabs(totals: PreviewTotals, chosen: View) -> list[Tab]:
    return [
        Tab(view, getattr(totals, view.count) if view.count else None, view == chosen)
        for view in VIEWS.values()
    ]


def rows(preview: BillPreview, view: View, page: str) -> "Page[BillPreviewSeller]":
    parts: QuerySet[BillPreviewSeller] = preview.parts.filter(view.condition)
    ordered = parts.select_related("seller", "looked_by").order_by(
        Abs(F("difference")).desc(), "seller__number"
    )
    return Paginator(ordered, A_PAGE).get_page(page)
