"""The log of a webhook endpoint."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByInstant, ByWholeNumber, Filters, OneOf, between
from koogallery.kinds import KINDS
from koogallery.listings import Listing, Narrowing, period
from koogallery.models import WebhookDelivery
from koogallery.models.webhooks import Cause, DeliveryState
from koogallery.portal.cells import (
    Part,
)


class DeliveryFilters(Filters):
    state = OneOf(choices=DeliveryState.choices)
    cause = OneOf(choices=Cause.choices)
    kind = OneOf("notice__kind", choices=[(name, kind.subject) for name, kind in KINDS.items()])
    sequence_from, sequence_to = between(ByWholeNumber, "place")
    created_at_from, created_at_to = between(ByInstant, "created_at")


class LogFilters(DeliveryFilters):
    sequence = ByWholeNumber("notice__sequence")


DELIVERIES = Listing(
    title=_("Log"),
    rows=WebhookDelivery.objects.select_related("endpoint", "notice").prefetch_related("tries"),
    filters=LogFilters,
    narrowed_by=(
        Narrowing("state", _("State"), _("All states")),
        *period(_("When"), "created_at"),
        Narrowing("cause", _("Sent as"), _("Anything")),
        Narrowing("sequence", _("Event number")),
    ),
    ordering="-id",
    columns=(
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
