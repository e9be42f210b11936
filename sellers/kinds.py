"""The kinds of notices about what is sold and delivered, and their facts (R10)."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import NUMBER, TEXT, Fact, Kind, register

FACTS = {
    "message": Fact(_("Message"), NUMBER, "message-detail", "delivery-messages"),
    "order": Fact(_("Order"), NUMBER, "order-detail", "orders"),
    "reason": Fact(_("Reason"), TEXT),
}

KINDS = (
    Kind(
        "delivery_failed",
        _("Delivery"),
        _("Delivery message %(message)s failed"),
        _(
            "Your server could not be told what it had to do, and the message has been given up. "
            "Please mend the cause and send the message again."
        ),
        ("message", "order", "reason"),
    ),
)

register(KINDS, FACTS)
