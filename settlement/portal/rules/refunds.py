"""Refunds, their recovery, the deposit and the exit (R4 to R6)."""

from django.utils.translation import gettext_lazy as _

from settlement.portal.rules.chapters import Chapter, Rule

CHAPTERS = (
    Chapter(
        _("Refunds"),
        (
            Rule(
                "R4.1",
                _("Never more than was paid"),
                _("All refunds of an order together stay within what its customer paid."),
            ),
            Rule(
                "R4.2",
                _("What can be unsubscribed"),
                _(
                    "Until supervision completes: licences, professional services, hardware and "
                    "supervised SaaS, with your review; images by their own formula without it. "
                    "Everything else under a special agreement alone."
                ),
            ),
            Rule(
                "R4.3",
                _("Your review"),
                _(
                    "You agree or reject with a reason; then Huawei decides. Both see what the "
                    "refund costs before they decide."
                ),
            ),
            Rule(
                "R4.4",
                _("Two pairs of eyes"),
                _("Nobody approves what they asked for; large amounts take two to approve."),
            ),
            Rule(
                "R4.5",
                _("Both sides are told"),
                _("You and the customer are notified of an approved refund, once each."),
            ),
            Rule(
                "R4.6",
                _("A refund before the bill"),
                _(
                    "An order that is not yet billed is reduced to what its customer leaves paid, "
                    "or not billed at all; nothing is recovered. While an approved refund is not "
                    "paid out, it holds the order back."
                ),
                _("3,000 of sales, half of what was paid is refunded: the line has 1,500."),
            ),
            Rule(
                "R4.7",
                _("The instance is released"),
                _("Once an order is refunded in full, its instance is released."),
            ),
            Rule(
                "R4.8",
                _("Pay-per-use is not refunded"),
                _("It settles by its usage; a difference there is an adjustment."),
            ),
        ),
    ),
    Chapter(
        _("Recovery of refunds"),
        (
            Rule(
                "R5.1",
                _("When something is recovered"),
                _("A refund of an order that was on a bill already is recovered from you."),
            ),
            Rule(
                "R5.2",
                _("In which order"),
                _(
                    "From the bill of the month of the refund, then from the next month’s, then "
                    "from the deposit; what is left you pay."
                ),
            ),
            Rule(
                "R5.3",
                _("The window"),
                _(
                    "Both months are taken as they are closed, the oldest refund first. After the "
                    "second, what is left comes from the deposit at once, and the rest is asked "
                    "from you."
                ),
            ),
            Rule(
                "R5.4",
                _("Never below 0"),
                _(
                    "No bill and no deposit falls below 0 by it, and the deposit stays untouched "
                    "while a bill may still give."
                ),
            ),
            Rule(
                "R5.5",
                _("Worked numbers"),
                _("A refund of 1,000 and what becomes of it."),
                _(
                    "Bills of 250 and 400, a deposit of 200: 250 + 400 + 200 are taken, 150 are "
                    "asked from you."
                ),
            ),
            Rule(
                "R5.6",
                _("The whole path is shown"),
                _(
                    "Each amount taken is on the bill with its refund and order. You are told "
                    "before it is taken."
                ),
            ),
            Rule(
                "R5.7",
                _("What you are asked for"),
                _(
                    "It may be paid in parts. Huawei may move what is open onto your next bill "
                    "instead."
                ),
            ),
        ),
    ),
    Chapter(
        _("Deposit and exit"),
        (
            Rule(
                "R6.1",
                _("What moves the deposit"),
                _(
                    "Top-ups, recoveries of refunds, penalties, adjustments and returns, each with "
                    "its reason. It is never below 0."
                ),
            ),
            Rule(
                "R6.2",
                _("Its required level"),
                _(
                    "Below it you are asked to top up: what is required, plus what you owe, less "
                    "what is there. It never blocks a refund."
                ),
                _("200 required, 90 owed, nothing there: please top up 290."),
            ),
            Rule(
                "R6.3",
                _("Leaving KooGallery"),
                _(
                    "You can leave once nothing is open: products, orders, refunds, invoices, "
                    "amounts owed. Then the deposit is returned, and the company cannot register "
                    "again."
                ),
            ),
        ),
    ),
)
