"""Who may open what in the console: one table over all its pages, tested as a whole."""

from collections.abc import Mapping

from koogallery.duties import Duty
from sellers.choices import Role

EVERYONE = frozenset(Role)
#: Who speaks for the company about refunds (R4.3), as the service asks again.
REVIEWERS = frozenset({Role.OWNER, Role.OPERATIONS})
OWNERS = frozenset({Role.OWNER})

#: URL name -> the duty it takes of an operator to act there; they read every other page.
DUTIES: Mapping[str, Duty] = {
    "refund-agree": Duty.DECIDE_REFUNDS,
    "refund-reject": Duty.DECIDE_REFUNDS,
    "member-add": Duty.MANAGE_SELLERS,
    "member-role": Duty.MANAGE_SELLERS,
    "member-remove": Duty.MANAGE_SELLERS,
    "token-list": Duty.MANAGE_SELLERS,
    "token-revoke": Duty.MANAGE_SELLERS,
}

#: URL name -> the roles that may open it. A page that is missing here is nobody's.
PAGES: Mapping[str, frozenset[Role]] = {
    "overview": EVERYONE,
    "notice-list": EVERYONE,
    "notice-read": EVERYONE,
    "search": EVERYONE,
    "product-list": EVERYONE,
    "product-detail": EVERYONE,
    "order-list": EVERYONE,
    "order-detail": EVERYONE,
    "refund-list": EVERYONE,
    "refund-detail": EVERYONE,
    "refund-agree": REVIEWERS,
    "refund-reject": REVIEWERS,
    "supervision-list": EVERYONE,
    "transaction-list": EVERYONE,
    "usage-list": EVERYONE,
    "bill-list": EVERYONE,
    "bill-detail": EVERYONE,
    "bill-export": EVERYONE,
    "recovery-list": EVERYONE,
    "recovery-detail": EVERYONE,
    "deposit-list": EVERYONE,
    "deposit-detail": EVERYONE,
    "receivable-list": EVERYONE,
    "receivable-detail": EVERYONE,
    "company": EVERYONE,
    "member-list": EVERYONE,
    "member-add": OWNERS,
    "member-role": OWNERS,
    "member-remove": OWNERS,
    "token-list": OWNERS,
    "token-revoke": OWNERS,
}
