"""Who of the operators may do what: one table, duty by role, asked by services, API and admin.

An operator has any number of roles; a superuser has every duty. No actor: the command line, which
belongs to whoever runs the portal.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.kit.errors import Forbidden
from koogallery.kit.language import marked

if TYPE_CHECKING:
    from koogallery.languages import Text
    from koogallery.models import User


class OperatorRole(TextChoices):
    VIEWER = "viewer", gettext_lazy("Viewer")
    REFUND_OFFICER = "refund_officer", gettext_lazy("Refund officer")
    SETTLEMENT_OFFICER = "settlement_officer", gettext_lazy("Settlement officer")
    SELLER_MANAGER = "seller_manager", gettext_lazy("Seller manager")
    TRADING_SYSTEM = "trading_system", gettext_lazy("Trading system")
    AUDITOR = "auditor", gettext_lazy("Auditor")


class Duty(TextChoices):
    """A kind of act; its label completes "may ..."."""

    VIEW = "view", gettext_lazy("look at sellers, orders, bills and refunds")
    IMPORT_FACTS = "import_facts", gettext_lazy("tell orders, products and usage")
    REQUEST_REFUNDS = (
        "request_refunds",
        gettext_lazy("apply for customers' refunds and withdraw them"),
    )
    REPORT_REFUNDS = "report_refunds", gettext_lazy("report refunds as paid out")
    DECIDE_REFUNDS = "decide_refunds", gettext_lazy("approve and reject refunds")
    RUN_BILLS = "run_bills", gettext_lazy("close cycles and keep the calendar")
    APPROVE_BILLS = "approve_bills", gettext_lazy("approve and reject bills")
    ADJUST_BILLS = "adjust_bills", gettext_lazy("adjust issued bills")
    ANSWER_DISPUTES = "answer_disputes", gettext_lazy("answer sellers' disputes")
    CHECK_INVOICES = "check_invoices", gettext_lazy("verify and reject invoices")
    PAY_OUT = "pay_out", gettext_lazy("release payouts to sellers")
    RECORD_PAYMENTS = "record_payments", gettext_lazy("record payments and bank statements")
    MOVE_DEPOSITS = "move_deposits", gettext_lazy("move deposits")
    MANAGE_SELLERS = (
        "manage_sellers",
        gettext_lazy("register and change sellers, their members and their exit"),
    )
    CERTIFY_SELLERS = "certify_sellers", gettext_lazy("decide applications and certifications")
    REVIEW_PRODUCTS = (
        "review_products",
        gettext_lazy("decide product applications and list products"),
    )
    APPROVE_BANK_ACCOUNTS = "approve_bank_accounts", gettext_lazy("approve changed bank accounts")
    MANAGE_DELIVERY = "manage_delivery", gettext_lazy("keep delivery to sellers' servers going")
    MANAGE_NOTICES = "manage_notices", gettext_lazy("send notices and webhooks again")
    PASS_ON_NOTICES = (
        "pass_on_notices",
        gettext_lazy("pass on to customers what they are notified of"),
    )
    CONNECT_SYSTEMS = (
        "connect_systems",
        gettext_lazy("connect the platform's systems to its events"),
    )
    READ_BOOKS = "read_books", gettext_lazy("read the ledger and prove the books")
    READ_AUDIT = "read_audit", gettext_lazy("read who did what")
    MANAGE_PEOPLE = "manage_people", gettext_lazy("manage people, their roles and tokens")


#: One who has the role, as a refusal names them.
HOLDERS: Mapping[OperatorRole, str] = {
    OperatorRole.VIEWER: marked("a viewer"),
    OperatorRole.REFUND_OFFICER: marked("a refund officer"),
    OperatorRole.SETTLEMENT_OFFICER: marked("a settlement officer"),
    OperatorRole.SELLER_MANAGER: marked("a seller manager"),
    OperatorRole.TRADING_SYSTEM: marked("a trading system"),
    OperatorRole.AUDITOR: marked("an auditor"),
}
SUPERUSER = marked("a superuser")

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
    holders = [*(holder for role, holder in HOLDERS.items() if role in ROLES[duty]), SUPERUSER]
    return reduce(_or, map(_, holders))


def _or(one: str, other: str) -> str:
    return _("%(one)s or %(other)s") % {"one": one, "other": other}


def require_duty(actor: "User | None", duty: Duty, act: "Text" = "", *, rule: str = "") -> None:
    """`act` completes the sentence "Only an operator may ..."; else the duty itself does."""
    if actor is None or actor.may(duty):
        return
    act = act or duty.label
    if not actor.is_operator:
        raise Forbidden(
            _("Only an operator may %(act)s.") % {"act": act}, code="operator_only", rule=rule
        )
    raise Forbidden(
        _("To %(act)s takes %(holders)s: your roles do not include the duty %(duty)s.")
        % {"act": act, "holders": holders_of(duty), "duty": duty},
        code="duty_missing",
        rule=rule,
    )
