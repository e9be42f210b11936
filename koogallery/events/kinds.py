"""What sellers are told about their own webhooks."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import NUMBER, TEXT, Fact, Kind, one_of, register
from koogallery.models.webhooks import StopReason

FACTS = {
    "endpoint": Fact(_("Endpoint"), NUMBER, "webhook-detail", "webhook-endpoints"),
    "address": Fact(_("Address"), TEXT),
    "cause": Fact(_("Cause"), one_of(dict(StopReason.choices))),
}
KINDS = (
    Kind(
        "webhook_disabled",
        _("Account"),
        _("Webhook endpoint %(endpoint)s is disabled"),
        _(
            "Its server did not take what it was told, so it is not called any more. Nothing is "
            "lost: once you enable it again, it is told of everything since."
        ),
        ("endpoint", "address", "cause"),
    ),
)

register(KINDS, FACTS)
