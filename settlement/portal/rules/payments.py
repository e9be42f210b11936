"""The books, invoices and payouts, delivery and notices (R7 to R10)."""

from django.utils.translation import gettext_lazy as _

from settlement.portal.rules.chapters import Chapter, Rule

CHAPTERS = (
    Chapter(
        _("The books"),
        (
            Rule(
                "R7.1",
                _("Every movement is booked twice"),
                _("What one account gives another takes; nothing booked is changed or deleted."),
            ),
            Rule(
                "R7.2",
                _("As of any day"),
                _("Your statement agrees with bills, deposit and payments to the cent."),
            ),
            Rule(
                "R7.3",
                _("Seals"),
                _(
                    "Each bill bears the digest of all it says, chained to the one before it. "
                    "Anybody can check that nothing was altered since."
                ),
            ),
        ),
    ),
    Chapter(
        _("Invoices and payouts"),
        (
            Rule(
                "R8.1",
                _("Your invoice"),
                _(
                    "Within a month of approval, over exactly what the bill pays, VAT on top. A "
                    "bill may have several invoices."
                ),
            ),
            Rule(
                "R8.2",
                _("Payouts"),
                _(
                    "Invoiced bills are paid together to your certified bank account. A payout "
                    "that fails comes back with the bank’s reason, and is paid again."
                ),
            ),
            Rule(
                "R8.3",
                _("E-invoices and self-billing"),
                _(
                    "Hand in an e-invoice, or let Huawei issue your invoices: you consent once, "
                    "and end it when you like."
                ),
            ),
        ),
    ),
    Chapter(
        _("Sellers, products and delivery"),
        (
            Rule(
                "R9.1",
                _("Certification and bank account"),
                _(
                    "Until your business information is certified nothing is billed. The holder of "
                    "the bank account is your company; a changed account is used after a waiting "
                    "time."
                ),
            ),
            Rule(
                "R9.2",
                _("How products are sold"),
                _(
                    "Each delivery method has its billing modes. A product is delisted, not "
                    "deleted."
                ),
            ),
            Rule(
                "R9.3",
                _("Service supervision"),
                _(
                    "You provide the service, the customer accepts it; then it can be billed. "
                    "Renewals have none."
                ),
            ),
            Rule(
                "R9.4",
                _("Your server is told"),
                _(
                    "A paid SaaS order is told to your server; its answer enables the order. What "
                    "fails is tried again, then waits for you."
                ),
            ),
            Rule(
                "R9.5",
                _("Usage"),
                _("Each record has a serial of its own; one sent twice is charged once."),
            ),
            Rule(
                "R10",
                _("Notices"),
                _("What happens is told in the console, by e-mail and by webhook, once each."),
            ),
        ),
    ),
)
