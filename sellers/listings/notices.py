"""The list of what sellers are notified of, which the API calls events."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from koogallery.api import filters
from koogallery.events.readings import with_readings
from koogallery.kinds import KINDS, topics
from koogallery.listings import Listing, Narrowing, period
from koogallery.models import Notice
from koogallery.notices import sentence_of, subject_of
from koogallery.portal.cells import Part
from koogallery.portal.tables import FileOnly


class EventFilters(filters.Filters):
    seller = filters.ByNumber("seller_number")
    kind = filters.OneOf(choices=[(name, kind.label) for name, kind in KINDS.items()])
    sequence_from, sequence_to = filters.between(filters.ByWholeNumber, "sequence")
    since = filters.ByInstant(
        "created_at", lookup_expr="gte", label="Occurred at this instant or later"
    )
    occurred_at_from, occurred_at_to = filters.between(filters.ByInstant, "created_at")
    is_read = filters.ByFlag("is_read")


def kinds_by_topic(
    notices: QuerySet[Notice],  # noqa: ARG001
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of notice, grouped by what it is about."""
    return [
        (topic, [(kind.name, str(kind.label)) for kind in kinds])
        for topic, kinds in topics().items()
    ]


NOTICES = Listing(
    title=_("Notices"),
    rows=Notice.objects.all(),
    filters=EventFilters,
    narrowed_by=(
        Narrowing(
            "is_read",
            _("Read"),
            _("Read or not"),
            (("false", _("Unread")), ("true", _("Read"))),
        ),
        Narrowing("kind", _("About"), _("Everything"), kinds_by_topic),
        *period(_("When"), "occurred_at"),
    ),
    ordering="-id",
    export="notices",
    read_by=with_readings,
    columns=(
        FileOnly("", "number", told=str),
        FileOnly("seller_number", "seller"),
        FileOnly("kind", words={name: kind.label for name, kind in KINDS.items()}),
        FileOnly("", "notice", told=subject_of),
        FileOnly("", "explanation", told=sentence_of),
        FileOnly("is_read"),
        Part(_("When"), "created_at", "sellers/cells/notice_when.html", is_instant=True),
        Part(
            _("Notice"),
            "",
            "sellers/cells/notice.html",
            is_head=True,
            classes="wide-cell font-normal",
        ),
    ),
)
