"""What is told of the deposit and of receivables."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

KINDS = (
    Kind(
        "deposit_used",
        _("Deposit"),
        _("Deposit used for a recovery"),
        _("%(amount)s taken from your deposit for recovery %(recovery)s"),
        _("The bills of the recovery's window did not cover it; the deposit did."),
        ("recovery", "amount"),
    ),
    Kind(
        "deposit_topped_up",
        _("Deposit"),
        _("Deposit topped up"),
        _("Your deposit was topped up by %(amount)s"),
        _("What you paid in has been received. Open receivables are paid from it first."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_penalty",
        _("Deposit"),
        _("Penalty taken from the deposit"),
        _("A penalty of %(amount)s was taken from your deposit"),
        _("The reason is below. If you do not agree, please contact KooGallery's operations."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_adjusted",
        _("Deposit"),
        _("Deposit adjusted"),
        _("Your deposit was adjusted by %(amount)s"),
        _("What it should hold was corrected; the reason is below."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_returned",
        _("Deposit"),
        _("Deposit returned"),
        _("%(amount)s of your deposit were returned to you"),
        _("The amount is paid back to your bank account."),
        ("amount", "balance", "reference", "reason"),
        page="deposit-detail",
    ),
    Kind(
        "deposit_below_level",
        _("Deposit"),
        _("Deposit below its required level"),
        _("Your deposit is below %(required)s"),
        _(
            "The deposit is below its required level. A top-up pays open receivables first; the "
            "amount asked for brings the deposit back to its level."
        ),
        ("balance", "required", "open_receivables", "top_up"),
        page="deposit-detail",
        optional=frozenset({"open_receivables", "top_up"}),
    ),
    Kind(
        "receivable_opened",
        _("Receivables"),
        _("Receivable opened"),
        _("%(amount)s to be paid by you: receivable %(receivable)s"),
        _("Neither bills nor deposit covered the recovery. Please pay the rest."),
        ("receivable", "recovery", "amount"),
    ),
    Kind(
        "receivable_due",
        _("Receivables"),
        _("Receivable due soon"),
        _("%(amount)s are due on %(due_on)s: receivable %(receivable)s"),
        _("What is still open of the receivable has to be paid by this day."),
        ("receivable", "recovery", "amount", "due_on"),
    ),
    Kind(
        "receivable_date_changed",
        _("Receivables"),
        _("Due date of a receivable changed"),
        _("Receivable %(receivable)s is due on %(due_on)s now"),
        _("The day by which the receivable has to be paid was changed."),
        ("receivable", "recovery", "amount", "due_on"),
    ),
    Kind(
        "receivable_reopened",
        _("Receivables"),
        _("Receivable open again"),
        _("%(amount)s of receivable %(receivable)s have not been paid after all"),
        _("A statement of our bank was wrong; the payment on it is taken back."),
        ("receivable", "recovery", "amount", "outstanding", "reason"),
    ),
    Kind(
        "receivable_paid",
        _("Receivables"),
        _("Receivable paid"),
        _("Receivable %(receivable)s is paid in full"),
        _("The receivable has been paid in full. Nothing is left to pay."),
        ("receivable", "recovery", "amount"),
    ),
)
