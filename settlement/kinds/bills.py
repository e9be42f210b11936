"""What is told of bills, their approval, adjustments and disputes."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

KINDS = (
    Kind(
        "bill_issued",
        _("Bills"),
        _("Bill issued"),
        _("Bill %(bill)s issued: %(net_payable)s to be paid to you"),
        _("The bill of the cycle has been issued and is waiting for approval."),
        ("bill", "cycle", "net_payable"),
    ),
    Kind(
        "bill_approved",
        _("Bills"),
        _("Bill approved"),
        _("Bill %(bill)s approved"),
        _("What the bill pays is invoiced next; a bill that pays nothing is closed."),
        ("bill", "cycle", "net_payable"),
    ),
    Kind(
        "bill_rejected",
        _("Bills"),
        _("Bill approval rejected"),
        _("The approval of bill %(bill)s was rejected"),
        _(
            "KooGallery clears up the reason and submits the bill for approval again. Nothing is "
            "to be done by you."
        ),
        ("bill", "cycle", "net_payable", "reason"),
    ),
    Kind(
        "adjustment_recorded",
        _("Bills"),
        _("Adjustment recorded"),
        _("Adjustment %(adjustment)s of %(amount)s recorded for bill %(bill)s"),
        _("It comes onto your next bill. An amount below 0 is taken from what that bill pays."),
        ("adjustment", "bill", "amount", "reason"),
    ),
    Kind(
        "dispute_answered",
        _("Bills"),
        _("Dispute answered"),
        _("Dispute %(dispute)s %(outcome)s"),
        _("Your dispute has been answered. A difference comes onto your next bill."),
        ("dispute", "outcome", "bill", "line", "adjustment", "difference", "answer"),
        optional=frozenset({"line", "adjustment", "difference"}),
    ),
)
