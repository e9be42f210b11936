"""Applications and certifications: the queue, one of them beside what is so today, the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin
from koogallery.admin.reading import operator_of
from koogallery.attachments import attachments_of
from koogallery.countries import country_name
from koogallery.kit.figures import percent_text
from koogallery.models import User
from koogallery.vocabulary import said, word
from sellers.models.reviews import Reviewed
from sellers.services.reviews import kind_of

#: Earlier attempts that a page lists.
MOST_EARLIER = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact: what is so today, and what was sent in."""

    label: str
    now: str
    then: str

    @property
    def differs(self) -> bool:
        return self.now != self.then


def compare(now: Mapping[str, Any], then: Mapping[str, Any]) -> list[Compared]:
    """In the order of what was sent in; what there is nothing of today differs from it."""
    return [
        Compared(_label(name), _said(name, now.get(name)), _said(name, then[name])) for name in then
    ]


def _label(name: str) -> str:
    return capfirst(word(name)).replace("Vat", "VAT").replace("Swift", "SWIFT")


def _said(name: str, value: Any) -> str:
    if isinstance(value, Decimal):
        return percent_text(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, (list, tuple)):
        return gettext(", ").join(said(name, str(each)) for each in value)
    if value and name.endswith("country"):
        return country_name(value)
    return said(name, str(value)) if value not in (None, "") else ""


class ReviewAdmin(DecidingAdmin):
    """One kind of review. `today` is what the approval would replace."""

    ordering = ["submitted_at", "pk"]
    search_help_text = _("Number, or the company's name")

    @columns.shown(_("Waiting for"), ordering="submitted_at")
    def waiting_for(self, row: Reviewed) -> str:
        return timesince(row.submitted_at, depth=1) if row.submitted_at and row.is_waiting else ""

    def today(self, row: Any, user: User) -> Mapping[str, Any]:
        raise NotImplementedError

    def content(self, row: Any, user: User) -> Mapping[str, Any]:
        return dict(row.content)

    def earlier(self, row: Any) -> Sequence[Model]:
        """The attempts that were rejected before."""
        raise NotImplementedError

    def page_context(self, row: Any, user: User) -> dict[str, Any]:
        kind = kind_of(row)
        return {
            "compared": compare(self.today(row, user), self.content(row, user)),
            "attachments": attachments_of(kind, row.number),
            "earlier": self.earlier(row),
            "why_not": self.decisions["approve"].refusal(row, user) if row.is_waiting else "",
        }

    def question_context(self, request: Any, row: Any) -> dict[str, Any]:
        user = operator_of(request)
        compared = compare(self.today(row, user), self.content(row, user))
        return {"compared": [each for each in compared if each.differs]}
