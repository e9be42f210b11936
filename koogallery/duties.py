"""Who of the operators may do what: one table, duty by role, asked by services, API and admin.

An operator has any number of roles; a superuser has every duty. No actor: the command line, which
belongs to whoever runs the portal.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import TextChoices

from koogallery.kit.errors import Forbidden

if TYPE_CHECKING:
    from koogallery.models import User


class OperatorRole(TextChoices):
    VIEWER = "viewer", "Viewer"
    REFUND_OFFICER = "refund_officer", "Refund officer"
    SETTLEMENT_OFFICER = "settlement_officer", "Settlement officer"
    SELLER_MANAGER = "seller_manager", "Seller manager"
    TRADING_SYSTEM = "trading_system", "Trading system"
    AUDITOR = "auditor", "Auditor"


class Duty(TextChoices):
    """A kind of act; its label completes "may ..."."""

    VIEW = "view", "look at sellers, orders, bills and refunds"
    IMPORT_FACTS = "import_facts", "tell orders, products and usage"
    REQUEST_REFUNDS = "request_refunds", "apply for customers' refunds and withdraw them"
    REPORT_REFUNDS = "report_refunds", "report refunds as paid out"
    DECIDE_REFUNDS = "decide_refunds", "approve and reject refunds"
    RUN_BILLS = "run_bills", "close cycles and keep the calendar"
    APPROVE_BILLS = "approve_bills", "approve and reject bills"
    ADJUST_BILLS = "adjust_bills", "adjust issued bills"
    ANSWER_DISPUTES = "answer_disputes", "answer sellers' disputes"
    CHECK_INVOICES = "check_invoices", "verify and reject invoices"
    PAY_OUT = "pay_out", "release payouts to sellers"
    RECORD_PAYMENTS = "record_payments", "record payments and bank statements"
    MOVE_DEPOSITS = "move_deposits", "move deposits"
    MANAGE_SELLERS = "manage_sellers", "register and change sellers, their members and their exit"
    CERTIFY_SELLERS = "certify_sellers", "decide applications and certifications"
    REVIEW_PRODUCTS = "review_products", "decide product applications and list products"
    APPROVE_BANK_ACCOUNTS = "approve_bank_accounts", "approve changed bank accounts"
    MANAGE_DELIVERY = "manage_delivery", "keep delivery to sellers' servers going"
    MANAGE_NOTICES = "manage_notices", "send notices and webhooks again"
    PASS_ON_NOTICES = "pass_on_notices", "pass on to customers what they are notified of"
    CONNECT_SYSTEMS = "connect_systems", "connect the platform's systems to its events"
    READ_BOOKS = "read_books", "read the ledger and prove the books"
    READ_AUDIT = "read_audit", "read who did what"
    MANAGE_PEOPLE = "manage_people", "manage people, their roles and tokens"


_REFUNDS = frozenset({OperatorRole.REFUND_OFFICER})
_MONEY = frozenset({OperatorRole.SETTLEMENT_OFFICER})
_SELLERS = frozenset({OperatorRole.SELLER_MANAGER})
_CLIENT = frozenset({OperatorRole.TRADING_SYSTEM})
_AUDIT = frozenset({OperatorRole.AUDITOR})

#: Duty -> the roles that have it; a superuser has every one.
ROLES: Mapping[Duty, frozenset[OperatorRole]] = {
    Duty.VIEW: frozenset(OperatorRole),
    Duty.IMPORT_FACTS: _CLIENT | _SELLERS,
    Duty.REQUEST_REFUNDS: _CLIENT | _REFUNDS,
    Duty.REPORT_REFUNDS: _CLIENT | _MONEY,
    Duty.DECIDE_REFUNDS: _REFUNDS,
    Duty.RUN_BILLS: _MONEY,
    Duty.APPROVE_BILLS: _MONEY,
    Duty.ADJUST_BILLS: _MONEY,
    Duty.ANSWER_DISPUTES: _MONEY,
    Duty.CHECK_INVOICES: _MONEY,
    Duty.PAY_OUT: _MONEY,
    Duty.RECORD_PAYMENTS: _MONEY,
    Duty.MOVE_DEPOSITS: _MONEY,
    Duty.MANAGE_SELLERS: _SELLERS,
    Duty.CERTIFY_SELLERS: _SELLERS,
    Duty.REVIEW_PRODUCTS: _SELLERS,
    Duty.APPROVE_BANK_ACCOUNTS: _SELLERS | _MONEY,
    Duty.MANAGE_DELIVERY: _SELLERS,
    Duty.MANAGE_NOTICES: _SELLERS | _MONEY | _REFUNDS,
    Duty.PASS_ON_NOTICES: _CLIENT | _REFUNDS,
    Duty.CONNECT_SYSTEMS: _CLIENT,
    Duty.READ_BOOKS: _MONEY | _AUDIT,
    Duty.READ_AUDIT: _AUDIT,
    Duty.MANAGE_PEOPLE: frozenset(),
}


def gives(roles: Iterable[str], duty: Duty) -> bool:
    """Whether somebody in these roles has this duty."""
    return not ROLES[duty].isdisjoint(roles)


def holders_of(duty: Duty) -> str:
    """Who has this duty, as a refusal tells it: "a settlement officer or a superuser"."""
    roles = [role.label.lower() for role in OperatorRole if role in ROLES[duty]]
    return " or ".join(f"{_article(name)} {name}" for name in [*roles, "superuser"])


def _article(name: str) -> str:
    return "an" if name[0] in "aeio" else "a"


def require_duty(actor: "User | None", duty: Duty, act: str = "", *, rule: str = "") -> None:
    """`act` completes the sentence "Only an operator may ..."; else the duty itself does."""
    if actor is None or actor.may(duty):
        return
    act = act or duty.label
    if not actor.is_operator:
        raise Forbidden(f"Only an operator may {act}.", code="operator_only", rule=rule)
    raise Forbidden(
        f"To {act} takes {holders_of(duty)}: your roles do not include the duty {duty}.",
        code="duty_missing",
        rule=rule,
    )
