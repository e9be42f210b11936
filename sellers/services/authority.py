"""Who may do what in the sellers' room. No actor: the operator's own commands."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.acts import Who
from koogallery.duties import Duty, require_duty
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Order, OrderQuerySet, Seller

EVERY_MEMBER = frozenset(Role)
OPERATIONS = frozenset({Role.OWNER, Role.OPERATIONS})
FINANCE = frozenset({Role.OWNER, Role.FINANCE})

#: Anybody of the company.
MEMBERS = Who(roles=EVERY_MEMBER, named=gettext_lazy("a member"))
OWNERS = Who(roles=frozenset({Role.OWNER}), named=gettext_lazy("an owner"), code="owner_only")
#: Owners manage what is their company's alone; operators help where no owner is left.
MANAGERS = OWNERS | Duty.MANAGE_SELLERS
#: Members of a seller who look after the delivery to its server (R9.4).
DELIVERERS = Who(
    roles=OPERATIONS,
    named=gettext_lazy("an owner or a member for operations"),
    code="deliverer_only",
)
#: Members who provide what is sold as a service (R9.3).
PROVIDERS = Who(
    roles=OPERATIONS,
    named=gettext_lazy("an owner or a member for operations"),
    code="provider_only",
)


def orders_to_meter(actor: User | None) -> OrderQuerySet:
    """The orders whose usage `actor` may record."""
    orders = Order.objects.all()
    if actor is None or actor.is_operator:
        require_duty(actor, Duty.IMPORT_FACTS, _("record usage"), rule="R9.5")
        return orders
    role = {"seller__members__user": actor, "seller__members__role__in": OPERATIONS}
    return orders.visible_to(actor).filter(**role)


def may_report_amounts(actor: User | None) -> bool:
    """The trading system's part; sellers upload quantities (R9.5)."""
    return actor is None or actor.is_operator


#: Members of a seller who write its applications: for certification, for products (R9.1, R9.2).
APPLICANTS = Who(roles=OPERATIONS, named=gettext_lazy("an owner or a member for operations"))
#: Members who say where their company is paid, and read its account numbers.
TREASURERS = Who(roles=FINANCE, named=gettext_lazy("an owner or a member for finance"))


def may_read_every_account(user: User) -> bool:
    """Operators who decide on bank accounts see them whole."""
    return user.may(Duty.CERTIFY_SELLERS) or user.may(Duty.APPROVE_BANK_ACCOUNTS)


def treasured_sellers(user: User) -> frozenset[int]:
    """The sellers whose account numbers this member sees whole."""
    mine = Seller.objects.visible_to(user).filter(
        members__user=user, members__role__in=TREASURERS.roles
    )
    return frozenset() if user.is_operator else frozenset(mine.values_list("pk", flat=True))


def may_read_accounts(actor: User, seller: Seller) -> bool:
    return may_read_every_account(actor) or seller.pk in treasured_sellers(actor)
