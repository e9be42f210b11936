"""All sellers to be looked at in one table: acknowledged or held back, confirmed once (R1.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget

from koogallery.kit.names import TEXT_LENGTH
from koogallery.languages import Text
from settlement.choices import Look, PreviewSellerState
from settlement.models import BillPreview, BillPreviewSeller
from settlement.services.previews.totals import PreviewTotals, newly_negative

#: Rows of the table; whoever is beyond comes once these are done. A choice is a field of the form:
#: settings.DATA_UPLOAD_MAX_NUMBER_FIELDS has room for as many.
MOST = 2_000
ACKNOWLEDGE, HOLD = "acknowledge", "hold"


@dataclass(frozen=True, slots=True)
class Row:
    """A seller with its figures; a choice carries the digest of what is shown here."""

    part: BillPreviewSeller
    chosen: str

    @property
    def field(self) -> str:
        return f"look-{self.part.seller.number}"

    @property
    def acknowledge(self) -> str:
        return f"{ACKNOWLEDGE}:{self.part.content}"

    @property
    def hold(self) -> str:
        return f"{HOLD}:{self.part.content}"

    @property
    def is_acknowledged(self) -> bool:
        return self.chosen == self.acknowledge

    @property
    def is_held(self) -> bool:
        return self.chosen == self.hold


def rows_of(preview: BillPreview, sent: QueryDict, *, all_ticked: bool) -> list[Row]:
    """Who is to be looked at, the biggest differences first."""
    due = preview.parts.filter(look=Look.DUE).select_related("seller")
    parts = due.order_by(Abs(F("difference")).desc(), "seller__number")[:MOST]
    return [
        Row(part, f"{ACKNOWLEDGE}:{part.content}" if all_ticked else sent.get(_name(part), ""))
        for part in parts
    ]


def _name(part: BillPreviewSeller) -> str:
    return f"look-{part.seller.number}"


class TableForm(forms.Form):
    """What all choices have in common. The count is typed: a sign that the table was read."""

    comment = forms.CharField(
        required=False,
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("Of all of them. Needed to hold sellers back."),
    )
    count = forms.IntegerField(
        label=_("How many sellers do you decide here?"),
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget({"autocomplete": "off"}),
        help_text=_("Type the number of rows you chose something for."),
    )

    def __init__(self, *args: Any, rows: Sequence[Row], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows

    def clean(self) -> dict[str, Any]:
        chosen = _chosen(self.data)
        shown = {row.part.seller.number for row in self.rows}
        if gone := sorted(chosen.keys() - shown):
            self.add_error(
                None,
                gettext(
                    "No longer to be looked at: %(sellers)s. Nothing was done; see who did it on "
                    "the preview’s page, and confirm the others."
                )
                % {"sellers": gettext(", ").join(gone)},
            )
        if any(what not in {ACKNOWLEDGE, HOLD} for what, _ in chosen.values()):
            self.add_error(None, gettext("Acknowledge a seller, or hold it back."))
        count = self.cleaned_data.get("count")
        if count is not None and count != len(chosen):
            self.add_error(
                "count",
                gettext("You chose something for %(chosen)s, not for %(count)s.")
                % {"chosen": len(chosen), "count": count},
            )
        return {
            "acknowledged": _with(ACKNOWLEDGE, chosen),
            "held": _with(HOLD, chosen),
            "comment": self.cleaned_data.get("comment", ""),
        }


def _chosen(sent: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Of each seller for whom something was chosen: what, and the digest of what was shown."""
    found = {}
    for name, value in sent.items():
        if name.startswith("look-"):
            what, _, seen = str(value).partition(":")
            found[name.removeprefix("look-")] = (what, seen)
    return found


def _with(what: str, chosen: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {number: seen for number, (each, seen) in chosen.items() if each == what}


# The sellers of a preview, by what a reader looks for.

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
