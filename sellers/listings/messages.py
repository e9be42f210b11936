"""The list of messages to sellers' servers."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByNumber, ByWord, Filters
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Figure, Instant, Number, Part
from koogallery.portal.tables import FileOnly
from sellers.models import DeliveryMessage


class MessageFilters(Filters):
    model = DeliveryMessage
    columns = "number seller order activity state result_code is_test queued_at closed_at"
    product = ByNumber("interface__product__number")
    instance_id = ByWord("instance__instance_id")
    modified_since = ChangedSince("modified_at")


MESSAGES = Listing(
    title=_("Delivery Messages"),
    rows=DeliveryMessage.objects.select_related(
        "seller", "interface__product", "order", "instance"
    ),
    filters=MessageFilters,
    narrowed_by=(
        find(
            _("Message, order, instance or product"),
            "number",
            "order__number",
            "instance__instance_id",
            "interface__product__name",
        ),
        Narrowing("activity", _("Asked to"), _("Anything")),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Queued"), "queued_at"),
        Narrowing(
            "is_test",
            _("Test calls"),
            _("With test calls"),
            (("false", _("Without")), ("true", _("Only"))),
        ),
    ),
    ordering="-id",
    export="delivery-messages",
    columns=(
        Number(_("Message"), "number", "message-detail", sort="-"),
        FileOnly("seller__number", "seller"),
        FileOnly("interface__product__number", "product"),
        FileOnly("interface__product__name", "product_name"),
        Part(
            _("Your server is asked to"),
            "activity",
            "sellers/cells/asked_to.html",
            phone=_("Asked to"),
        ),
        Part(
            _("Order and product"),
            "order__number",
            "sellers/cells/message_order.html",
            phone=_("Order"),
            export="order",
        ),
        FileOnly("instance__instance_id", "instance_id"),
        FileOnly("is_test"),
        Part(_("State"), "state", "sellers/cells/message_state.html"),
        Figure(_("Attempts"), "attempts_made"),
        Instant(_("Queued"), "queued_at", sort="-id"),
        FileOnly("result_code"),
        FileOnly("result"),
        FileOnly("closed_at"),
    ),
)
