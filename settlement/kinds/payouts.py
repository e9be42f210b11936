"""What is told of payouts."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

KINDS = (
    Kind(
        "payout_planned",
        _("Payouts"),
        _("Payout planned"),
        _("%(amount)s are to be paid to you, expected on %(expected_on)s: payout %(payout)s"),
        _("What is payable has been planned as a payout to your certified bank account."),
        ("payout", "bill", "amount", "expected_on"),
        optional=frozenset({"bill"}),
    ),
    Kind(
        "payout_sent",
        _("Payouts"),
        _("Payout sent to the bank"),
        _("%(amount)s were sent to your bank: payout %(payout)s"),
        _("The payment has been handed to our bank. It usually arrives within two banking days."),
        ("payout", "amount", "account"),
    ),
    Kind(
        "payout_paid",
        _("Payouts"),
        _("Payout paid"),
        _("%(amount)s were paid to you: payout %(payout)s"),
        _("The payment has left our bank account."),
        ("payout", "amount", "paid_at", "reference"),
        optional=frozenset({"reference"}),
    ),
    Kind(
        "payout_failed",
        _("Payouts"),
        _("Payout failed"),
        _("The payment of %(amount)s failed: payout %(payout)s"),
        _(
            "The bank could not make the payment. KooGallery pays it again once the reason is "
            "cleared up. Please check that your bank account is right."
        ),
        ("payout", "amount", "code", "reason"),
        optional=frozenset({"reason"}),
    ),
    Kind(
        "payout_returned",
        _("Payouts"),
        _("Payout returned by the bank"),
        _("Your bank returned the payment of %(amount)s: payout %(payout)s"),
        _(
            "The payment came back after it had been made. KooGallery pays it again once the "
            "reason is cleared up. Please check that your bank account is right."
        ),
        ("payout", "amount", "code", "reason"),
        optional=frozenset({"reason"}),
    ),
    Kind(
        "payout_corrected",
        _("Payouts"),
        _("Payout corrected"),
        _("What was said of the payment of %(amount)s was wrong: payout %(payout)s"),
        _(
            "What you were told of this payment was wrong, and is taken back. The payout stands as "
            "it is told here; you will hear of what becomes of it."
        ),
        ("payout", "amount", "state", "reason"),
    ),
)
