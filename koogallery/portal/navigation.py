"""What the console's navigation offers. An entry appears here when its pages work."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.languages import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation; `pages` are the URL names under which it counts as current."""

    label: Text
    page: str
    pages: frozenset[str] = frozenset()

    def is_current(self, page: str) -> bool:
        return page == self.page or page in self.pages

    @property
    def page_name(self) -> str:
        """Without its namespace, as the table of roles names it."""
        return self.page.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Section:
    """Without a label: pages that stand for themselves."""

    label: Text
    entries: tuple[Entry, ...]


def entry(label: Text, page: str, *below: str) -> Entry:
    return Entry(label, f"console:{page}", frozenset(f"console:{name}" for name in below))


NAVIGATION = (
    Section(
        "",
        (
            entry(_("Overview"), "overview"),
            entry(_("Notices"), "notice-list"),
            entry(
                _("Products"),
                "product-list",
                "product-detail",
                "product-application-list",
                "product-application-add",
                "product-application-detail",
                "product-application-edit",
                "product-application-withdraw",
                "product-application-discard",
                "product-application-revise",
                "product-change",
                "product-delist",
                "product-relist",
                "interface-detail",
                "interface-propose",
                "interface-test",
                "interface-switch",
                "access-key",
                "access-key-rotate",
            ),
        ),
    ),
    Section(
        _("Orders"),
        (
            entry(_("Order List"), "order-list", "order-detail"),
            entry(
                _("Unsubscriptions"),
                "refund-list",
                "refund-detail",
                "refund-agree",
                "refund-reject",
            ),
        ),
    ),
    Section(
        _("Delivery"),
        (
            entry(_("Service Supervision"), "supervision-list", "supervision-provide"),
            entry(_("Delivery Messages"), "message-list", "message-detail", "message-resend"),
        ),
    ),
    Section(
        _("Settlement"),
        (
            entry(_("Transaction Details"), "transaction-list", "usage-list"),
            entry(_("Bills"), "bill-list", "bill-detail", "bill-dispute", "line-dispute"),
            entry(
                _("Invoices"),
                "invoice-list",
                "invoice-detail",
                "invoice-add",
                "invoice-withdraw",
                "invoicing-list",
            ),
            entry(_("Disputes"), "dispute-list", "dispute-detail", "dispute-withdraw"),
            entry(_("Recoveries"), "recovery-list", "recovery-detail"),
            entry(_("Deposit"), "deposit-list", "deposit-detail"),
            entry(_("Receivables"), "receivable-list", "receivable-detail"),
            entry(_("Statement"), "statement"),
        ),
    ),
    Section(_("Reports"), (entry(_("Reports & exports"), "export-list"),)),
    Section(
        _("Settings"),
        (
            entry(
                _("Company"),
                "company",
                "certification-edit",
                "certification-detail",
                "certification-withdraw",
                "certification-discard",
                "bank-account-add",
                "bank-account-detail",
                "bank-account-withdraw",
                "bank-account-stop",
            ),
            entry(_("Members"), "member-list", "member-add"),
            entry(_("Tokens"), "token-list"),
            entry(
                _("Webhooks"),
                "webhook-list",
                "webhook-add",
                "webhook-detail",
                "webhook-change",
                "webhook-test",
                "webhook-replay",
                "webhook-resend",
                "webhook-rotate",
                "webhook-enable",
                "webhook-disable",
                "webhook-remove",
            ),
            entry(pgettext_lazy("page", "E-mail"), "mail-choices"),
            entry(
                _("Applications to sell"),
                "seller-application-list",
                "seller-application-add",
                "seller-application-detail",
                "seller-application-edit",
                "seller-application-withdraw",
                "seller-application-discard",
                "seller-application-revise",
            ),
        ),
    ),
)

#: Where a member of a seller arrives.
FIRST_PAGE = "console:overview"
