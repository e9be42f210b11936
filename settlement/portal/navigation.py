"""The console's navigation, over the pages of both apps. An entry appears here when they work."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.portal.navigation import NAVIGATION, Section, entry

__all__ = ["NAVIGATION"]

NAVIGATION[:] = (
    Section(
        "",
        (
            entry(_("Overview"), "overview"),
            entry(pgettext_lazy("page", "Sales"), "sales"),
            entry(_("Notices"), "notice-list"),
            entry(_("Products"), "product-list"),
        ),
    ),
    Section(
        _("Orders"),
        (
            entry(_("Order List"), "order-list"),
            entry(_("Unsubscriptions"), "refund-list"),
            entry(_("Match your list"), "order-match"),
        ),
    ),
    Section(
        _("Delivery"),
        (
            entry(_("Service Supervision"), "supervision-list"),
            entry(_("Delivery Messages"), "message-list"),
        ),
    ),
    Section(
        _("Settlement"),
        (
            entry(_("Transaction Details"), "transaction-list"),
            entry(_("Bills"), "bill-list"),
            entry(_("Invoices"), "invoice-list"),
            entry(_("Payouts"), "payout-list"),
            entry(_("Disputes"), "dispute-list"),
            entry(_("Recoveries"), "recovery-list"),
            entry(_("Deposit"), "deposit-list"),
            entry(_("Receivables"), "receivable-list"),
            entry(_("Statement"), "statement"),
            entry(_("Yearly statements"), "yearly-statement-list"),
        ),
    ),
    Section(_("Reports"), (entry(_("Reports & exports"), "export-list"),)),
    Section(
        _("Settings"),
        (
            entry(_("Company"), "company"),
            entry(_("Members"), "member-list"),
            entry(_("Tokens"), "token-list"),
            entry(_("Webhooks"), "webhook-list"),
            entry(pgettext_lazy("page", "E-mail"), "mail-choices"),
            entry(_("Applications to sell"), "seller-application-list"),
        ),
    ),
)
