"""What sellers are told about their own webhooks."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import NUMBER, TEXT, Fact, Kind, one_of, register
from koogallery.models.webhooks import StopReason

CHANGES = {
    "created": _("it was added"),
    "moved": _("it has another address"),
    "new_secret": _("it has a new secret"),
    "removed": _("it was removed"),
}
FACTS = {
    "endpoint": Fact(_("Endpoint"), NUMBER, "webhook-detail", "webhook-endpoints"),
    "address": Fact(_("Address"), TEXT),
    "cause": Fact(_("Cause"), one_of(dict(StopReason.choices))),
    "change": Fact(_("Change"), one_of(CHANGES)),
    "changed_by": Fact(_("By"), TEXT),
}
KINDS = (
    Kind(
        "webhook_changed",
        _("Account"),
        _("Webhook endpoint changed"),
        _("Webhook endpoint %(endpoint)s: %(change)s"),
        _(
            "Its address is told of what happens to your company. If none of your owners did "
            "this, remove the endpoint and tell KooGallery's operations."
        ),
        ("endpoint", "address", "change", "changed_by"),
    ),
    Kind(
        "webhook_disabled",
        _("Account"),
        _("Webhook endpoint disabled"),
        _("Webhook endpoint %(endpoint)s is disabled"),
        _(
            "Its server did not take what it was told, so it is not called any more. Nothing is "
            "lost: once you enable it again, it is told of everything since."
        ),
        ("endpoint", "address", "cause"),
    ),
)

register(KINDS, FACTS)
