"""What the console's navigation offers. An entry appears here when its pages work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation; `pages` are the URL names under which it counts as current."""

    label: str
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

    label: str
    entries: tuple[Entry, ...]


def entry(label: str, page: str, *below: str) -> Entry:
    return Entry(label, f"console:{page}", frozenset(f"console:{name}" for name in below))


NAVIGATION = (
    Section(
        "",
        (
            entry("Overview", "overview"),
            entry("Notices", "notice-list"),
            entry("Products", "product-list", "product-detail"),
        ),
    ),
    Section(
        "Orders",
        (
            entry("Order List", "order-list", "order-detail"),
            entry(
                "Unsubscriptions", "refund-list", "refund-detail", "refund-agree", "refund-reject"
            ),
        ),
    ),
    Section("Delivery", (entry("Service Supervision", "supervision-list"),)),
    Section(
        "Settlement",
        (
            entry("Transaction Details", "transaction-list", "usage-list"),
            entry("Bills", "bill-list", "bill-detail", "bill-dispute", "line-dispute"),
            entry("Disputes", "dispute-list", "dispute-detail", "dispute-withdraw"),
            entry("Recoveries", "recovery-list", "recovery-detail"),
            entry("Deposit", "deposit-list", "deposit-detail"),
            entry("Receivables", "receivable-list", "receivable-detail"),
        ),
    ),
    Section(
        "Settings",
        (
            entry("Company", "company"),
            entry("Members", "member-list", "member-add"),
            entry("Tokens", "token-list"),
        ),
    ),
)

#: Where a member of a seller arrives.
FIRST_PAGE = "console:overview"
