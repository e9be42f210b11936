"""Who may do what. A hidden row is not found; an act on a visible one may be refused."""

from koogallery.kit.errors import Forbidden
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Seller

#: Members of a seller who speak for it about refunds (R4.3).
REVIEWERS = (Role.OWNER, Role.OPERATIONS)

#: Members of a seller who speak for it about bills (R3.4).
ACCOUNTANTS = (Role.OWNER, Role.FINANCE)


def may_review_for(seller: Seller, user: User) -> bool:
    return user.is_operator or seller.members.filter(user=user, role__in=REVIEWERS).exists()


def require_operator(actor: User, act: str, *, rule: str) -> None:
    """`act` completes the sentence "Only an operator may ..."."""
    if not actor.is_operator:
        raise Forbidden(f"Only an operator may {act}.", code="operator_only", rule=rule)


def require_reviewer(actor: User, seller: Seller) -> None:
    if not may_review_for(seller, actor):
        raise Forbidden(
            f"Only an owner or a member for operations of {seller} may review its refunds.",
            code="reviewer_only",
            rule="R4.3",
        )


def require_accountant(
    actor: User, seller: Seller, act: str = "dispute its bills", *, rule: str = "R3.4"
) -> None:
    """`act` completes the sentence "Only an owner or a member for finance may ..."."""
    if actor.is_operator:
        return
    if not seller.members.filter(user=actor, role__in=ACCOUNTANTS).exists():
        raise Forbidden(
            f"Only an owner or a member for finance of {seller} may {act}.",
            code="accountant_only",
            rule=rule,
        )
