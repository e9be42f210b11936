"""The log of a webhook endpoint."""

from django.db.models import Case, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByInstant, ByNumber, ByWholeNumber, Filters, OneOf, between
from koogallery.kinds import KINDS
from koogallery.listings import Listing, Narrowing, period
from koogallery.models import WebhookDelivery
from koogallery.models.webhooks import Cause, DeliveryState
from koogallery.notices import subject_of
from koogallery.portal.cells import Part
from koogallery.portal.tables import FileOnly


class DeliveryFilters(Filters):
    state = OneOf(choices=DeliveryState.choices)
    cause = OneOf(choices=Cause.choices)
    kind = OneOf("notice__kind", choices=[(name, kind.subject) for name, kind in KINDS.items()])
    sequence_from, sequence_to = between(ByWholeNumber, "place")
    created_at_from, created_at_to = between(ByInstant, "created_at")


class LogFilters(DeliveryFilters):
    sequence = ByWholeNumber("notice__sequence")
    endpoint = ByNumber("endpoint__number")


def of_the_endpoint(
    deliveries: QuerySet[WebhookDelivery], query: QueryDict
) -> QuerySet[WebhookDelivery]:
    return deliveries.filter(endpoint__number=query.get("endpoint", ""))


def told_of(delivery: WebhookDelivery) -> str:
    """What was told, as its reader reads it; empty for a test."""
    return subject_of(delivery.notice) if delivery.notice else ""


DELIVERIES = Listing(
    title=_("Log"),
    rows=WebhookDelivery.objects.select_related("endpoint", "notice")
    .prefetch_related("tries")
    .annotate(
        place=Case(
            When(endpoint__seller_number="", then="notice__platform_sequence"),
            default="notice__sequence",
        )
    ),
    filters=LogFilters,
    within=of_the_endpoint,
    narrowed_by=(
        Narrowing("state", _("State"), _("All states")),
        *period(_("When"), "created_at"),
        Narrowing("cause", _("Sent as"), _("Anything")),
        Narrowing("sequence", _("Event number")),
    ),
    ordering="-id",
    export="webhook-deliveries",
    columns=(
        FileOnly("number"),
        FileOnly("endpoint__number", "endpoint"),
        FileOnly("notice__sequence", "sequence"),
        FileOnly("notice__kind", "kind", words={name: kind.label for name, kind in KINDS.items()}),
        FileOnly("", "notice", told=told_of),
        FileOnly("cause"),
        FileOnly("state"),
        FileOnly("attempts", "attempts_made"),
        FileOnly("created_at"),
        FileOnly("finished_at"),
        Part(
            _("Event"),
            "",
            "sellers/cells/event.html",
            is_head=True,
            classes="wide-cell font-normal",
        ),
        Part(_("State"), "", "sellers/cells/delivery_state.html"),
        Part(_("Attempts"), "", "sellers/cells/tries.html", is_instant=True),
        Part(_("Once more"), "", "sellers/cells/once_more.html"),
    ),
)
