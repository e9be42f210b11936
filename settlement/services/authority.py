"""Who may do what. A hidden row is not found; an act on a visible one may be refused."""

from django.utils.translation import gettext as _

from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import Forbidden
from koogallery.models import User
from koogallery.own_hand import require_own_hand
from sellers.choices import Role
from sellers.models import Seller

#: Members of a seller who speak for it about refunds (R4.3).
REVIEWERS = (Role.OWNER, Role.OPERATIONS)

#: Members of a seller who speak for it about bills (R3.4).
ACCOUNTANTS = (Role.OWNER, Role.FINANCE)


def require_reviewer(actor: User, seller: Seller) -> None:
    """An operator records what the seller said, as its decider."""
    require_own_hand(actor)
    if actor.is_operator:
        require_duty(actor, Duty.DECIDE_REFUNDS, "record a seller's review", rule="R4.3")
    elif not seller.members.filter(user=actor, role__in=REVIEWERS).exists():
        raise Forbidden(
            _("Only an owner or a member for operations of %(seller)s may review its refunds.")
            % {"seller": seller},
            code="reviewer_only",
            rule="R4.3",
        )


def require_accountant(actor: User, seller: Seller) -> None:
    require_own_hand(actor)
    if actor.is_operator:
        require_duty(actor, Duty.ANSWER_DISPUTES, "record a seller's dispute", rule="R3.4")
    elif not seller.members.filter(user=actor, role__in=ACCOUNTANTS).exists():
        raise Forbidden(
            _("Only an owner or a member for finance of %(seller)s may dispute its bills.")
            % {"seller": seller},
            code="accountant_only",
            rule="R3.4",
        )


def require_invoicer(actor: User, seller: Seller) -> None:
    """An operator records the invoice that came on paper."""
    if actor.is_operator:
        require_duty(actor, Duty.CHECK_INVOICES, "record a seller's invoice", rule="R8.1")
    elif not seller.members.filter(user=actor, role__in=ACCOUNTANTS).exists():
        raise Forbidden(
            _("Only an owner or a member for finance of %(seller)s may invoice its bills.")
            % {"seller": seller},
            code="accountant_only",
            rule="R8.1",
        )
