"""A statement as a seller reads it: what each movement was, and where it is explained."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text
from koogallery.settlement_time import ZONE, current_cycle
from settlement.readings.account_statements import Movement, Period, period_of

#: Months before the running one that a statement shows unless others are asked for.
MONTHS = 3

#: The page that explains a movement, by the kind of its journal.
PAGES: Mapping[str, str] = {
    "bill": "bill-detail",
    "carry_over": "bill-detail",
    "allocation": "recovery-detail",
    "recovery": "recovery-detail",
    "negative_balance": "recovery-detail",
    "receivable": "receivable-detail",
    "receivable_moved": "receivable-detail",
    "payment": "receivable-detail",
    "payout": "payout-detail",
    "payout_undone": "payout-detail",
}


class StatementForm(forms.Form):
    """Days in the settlement time zone, both inclusive."""

    first = forms.DateField(
        required=False, label=_("From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        required=False, label=_("To"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    known_at = forms.DateField(
        required=False,
        label=_("As known on"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    @property
    def period(self) -> Period | None:
        """None where a day is not understood."""
        if not self.is_valid():
            return None
        chosen = self.cleaned_data
        known = period_of(None, chosen["known_at"]).end
        return period_of(chosen["first"], chosen["last"], known)


def first_days() -> dict[str, date]:
    """Where a statement begins unless the reader chooses."""
    cycle = current_cycle()
    for _month in range(MONTHS):
        cycle = cycle.previous
    return {"first": cycle.start(ZONE).date()}


@dataclass(frozen=True, slots=True)
class Line:
    movement: Movement
    what: Text
    page: str

    @property
    def document(self) -> str:
        return self.movement.journal.subject


def lines_of(movements: Iterable[Movement]) -> list[Line]:
    return [_line(each) for each in movements]


def _line(movement: Movement) -> Line:
    journal: Any = movement.journal
    return Line(movement, movement.what, _address(journal.kind, journal.subject))


def _address(kind: str, subject: str) -> str:
    if kind == "deposit":  # its subject is the seller, or the recovery that drew on it
        page = "recovery-detail" if subject.startswith("RC") else "deposit-detail"
        return reverse(f"console:{page}", args=[subject])
    page = PAGES.get(kind, "")
    return reverse(f"console:{page}", args=[subject]) if page else ""
