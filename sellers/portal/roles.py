"""Who may open what in the console: one table over all its pages, tested as a whole."""

from collections.abc import Mapping

from koogallery.duties import Duty
from sellers.choices import Role

EVERYONE = frozenset(Role)
#: Who speaks for the company about refunds (R4.3), as the service asks again.
REVIEWERS = frozenset({Role.OWNER, Role.OPERATIONS})
#: Who speaks for the company about its bills (R3.4), as the service asks again.
ACCOUNTANTS = frozenset({Role.OWNER, Role.FINANCE})
#: Who looks after the delivery to the seller's server (R9.4), as the service asks again.
DELIVERERS = frozenset({Role.OWNER, Role.OPERATIONS})
OWNERS = frozenset({Role.OWNER})

#: URL name -> the duty it takes of an operator there; they read every other page.
DUTIES: Mapping[str, Duty] = {
    "refund-agree": Duty.DECIDE_REFUNDS,
    "refund-reject": Duty.DECIDE_REFUNDS,
    "supervision-provide": Duty.IMPORT_FACTS,
    "bill-dispute": Duty.ANSWER_DISPUTES,
    "line-dispute": Duty.ANSWER_DISPUTES,
    "dispute-withdraw": Duty.ANSWER_DISPUTES,
    "invoice-add": Duty.CHECK_INVOICES,
    "invoice-withdraw": Duty.CHECK_INVOICES,
    "statement": Duty.READ_BOOKS,
    "statement-export": Duty.READ_BOOKS,
    "member-add": Duty.MANAGE_SELLERS,
    "member-role": Duty.MANAGE_SELLERS,
    "member-remove": Duty.MANAGE_SELLERS,
    "token-list": Duty.MANAGE_SELLERS,
    "token-revoke": Duty.MANAGE_SELLERS,
    "webhook-add": Duty.MANAGE_NOTICES,
    "webhook-change": Duty.MANAGE_NOTICES,
    "webhook-test": Duty.MANAGE_NOTICES,
    "webhook-replay": Duty.MANAGE_NOTICES,
    "webhook-resend": Duty.MANAGE_NOTICES,
    "webhook-rotate": Duty.MANAGE_NOTICES,
    "webhook-enable": Duty.MANAGE_NOTICES,
    "webhook-disable": Duty.MANAGE_NOTICES,
    "webhook-remove": Duty.MANAGE_NOTICES,
    "token-rotate": Duty.MANAGE_SELLERS,
}

#: URL name -> the roles that may open it. A page that is missing here is nobody's.
PAGES: Mapping[str, frozenset[Role]] = {
    "overview": EVERYONE,
    "notice-list": EVERYONE,
    "notice-read": EVERYONE,
    "search": EVERYONE,
    "product-list": EVERYONE,
    "product-detail": EVERYONE,
    "interface-detail": EVERYONE,
    "interface-propose": DELIVERERS,
    "interface-test": DELIVERERS,
    "interface-switch": DELIVERERS,
    "access-key": OWNERS,
    "access-key-rotate": OWNERS,
    "message-list": EVERYONE,
    "message-detail": EVERYONE,
    "message-resend": DELIVERERS,
    "order-list": EVERYONE,
    "order-detail": EVERYONE,
    "refund-list": EVERYONE,
    "refund-detail": EVERYONE,
    "refund-agree": REVIEWERS,
    "refund-reject": REVIEWERS,
    "supervision-list": EVERYONE,
    "supervision-provide": REVIEWERS,
    "transaction-list": EVERYONE,
    "usage-list": EVERYONE,
    "bill-list": EVERYONE,
    "bill-detail": EVERYONE,
    "bill-export": EVERYONE,
    "bill-dispute": ACCOUNTANTS,
    "line-dispute": ACCOUNTANTS,
    "invoicing-list": EVERYONE,
    "invoice-list": EVERYONE,
    "invoice-detail": EVERYONE,
    "invoice-add": ACCOUNTANTS,
    "invoice-withdraw": ACCOUNTANTS,
    "dispute-list": EVERYONE,
    "dispute-detail": EVERYONE,
    "dispute-withdraw": ACCOUNTANTS,
    "recovery-list": EVERYONE,
    "recovery-detail": EVERYONE,
    "deposit-list": EVERYONE,
    "deposit-detail": EVERYONE,
    "receivable-list": EVERYONE,
    "statement": EVERYONE,
    "statement-export": EVERYONE,
    "receivable-detail": EVERYONE,
    "export-list": EVERYONE,
    "export-add": EVERYONE,
    "export-progress": EVERYONE,
    "export-cancel": EVERYONE,
    "export-file": EVERYONE,
    "company": EVERYONE,
    "member-list": EVERYONE,
    "member-add": OWNERS,
    "member-role": OWNERS,
    "member-remove": OWNERS,
    "token-list": OWNERS,
    "token-rotate": OWNERS,
    "token-revoke": OWNERS,
    "webhook-list": EVERYONE,
    "webhook-detail": EVERYONE,
    "webhook-add": OWNERS,
    "webhook-change": OWNERS,
    "webhook-test": OWNERS,
    "webhook-replay": OWNERS,
    "webhook-resend": OWNERS,
    "webhook-rotate": OWNERS,
    "webhook-enable": OWNERS,
    "webhook-disable": OWNERS,
    "webhook-remove": OWNERS,
    "mail-choices": EVERYONE,
}
