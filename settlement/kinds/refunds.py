"""What is told of refunds, also to customers, of recoveries and of negative balances."""

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
    Kind(
        "recovery_planned",
        _("Recoveries"),
        _("Recovery planned"),
        _("%(outstanding)s to be recovered for refund %(refund)s"),
        _(
            "A refunded order had already been settled. Its refund is taken back in this order, "
            "and only as long as something is left to take:"
        ),
        ("recovery", "refund", "order", "original_bill", "outstanding", "plan"),
    ),
    Kind(
        "recovery_taken",
        _("Recoveries"),
        _("Recovery taken from a bill"),
        _("%(amount)s taken from bill %(bill)s for recovery %(recovery)s"),
        _("Part of a settled refund has been taken from this bill."),
        ("recovery", "bill", "amount"),
    ),
    Kind(
        "negative_balance_carried",
        _("Bills"),
        _("Negative balance carried forward"),
        _("%(amount)s of bill %(bill)s carried to your next bill"),
        _(
            "The bill is negative: it pays nothing, and its amount is taken from your next bill. "
            "What that one does not cover comes from your deposit; the rest you pay."
        ),
        ("bill", "amount"),
    ),
    Kind(
        "negative_balance_uncovered",
        _("Recoveries"),
        _("Negative balance not covered"),
        _("%(amount)s carried from bill %(began_on)s are not covered: recovery %(recovery)s"),
        _(
            "The next bill did not cover what was carried to it. Your deposit pays it at once; "
            "what that lacks becomes a receivable."
        ),
        ("recovery", "began_on", "bill", "amount"),
    ),
    Kind(
        "negative_balance_planned",
        _("Recoveries"),
        _("Negative balance to be recovered"),
        _("%(outstanding)s of the negative bill %(began_on)s to be recovered"),
        _("It is taken in this order, and only as long as something is left to take:"),
        ("recovery", "began_on", "outstanding", "plan"),
    ),
)
