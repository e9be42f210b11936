"""What is told of refunds, also to customers."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

_REFUND = ("refund", "order", "amount")

KINDS = (
    Kind(
        "refund_review",
        _("Refunds"),
        _("Refund to be reviewed"),
        _("Please review refund %(refund)s"),
        _("A customer asks for money back. Please agree, or reject it and say why."),
        _REFUND,
    ),
    Kind(
        "refund_confirmed",
        _("Refunds"),
        _("Refund approved"),
        _("Refund %(refund)s approved"),
        _("The refund has been approved. The customer gets the money back."),
        _REFUND,
        to_customer=_(
            "Your refund of %(amount)s for order %(order)s has been approved. The money goes back "
            "the way you paid. Refund %(refund)s."
        ),
    ),
    Kind(
        "refund_rejected",
        _("Refunds"),
        _("Refund rejected"),
        _("Refund %(refund)s rejected"),
        _("The refund has been rejected. The customer may apply again."),
        (*_REFUND, "reason"),
        to_customer=_(
            "Your refund of %(amount)s for order %(order)s has been rejected: %(reason)s You may "
            "apply again. Refund %(refund)s."
        ),
    ),
    Kind(
        "refund_paid",
        _("Refunds"),
        _("Refund paid out"),
        _("Refund %(refund)s paid out"),
        _("The money has been returned to the customer."),
        (*_REFUND, "refunded_at"),
        to_customer=_(
            "Your refund of %(amount)s for order %(order)s has been paid out. Refund %(refund)s."
        ),
    ),
)
