"""Who may do what. A hidden row is not found; an act on a visible one may be refused."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.acts import Who
from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import Forbidden
from koogallery.models import User
from sellers.models import Seller
from sellers.services.authority import FINANCE, OPERATIONS

#: Members of a seller who speak for it about refunds (R4.3).
REVIEWERS = Who(
    roles=OPERATIONS,
    named=gettext_lazy("an owner or a member for operations"),
    code="reviewer_only",
)

#: Members of a seller who speak for it about bills (R3.4).
ACCOUNTANTS = Who(
    roles=FINANCE,
    named=gettext_lazy("an owner or a member for finance"),
    code="accountant_only",
)


def require_invoicer(actor: User, seller: Seller) -> None:
    """An operator records the invoice that came on paper."""
    if actor.is_operator:
        require_duty(actor, Duty.CHECK_INVOICES, rule="R8.1")
    elif not seller.members.filter(user=actor, role__in=ACCOUNTANTS.roles).exists():
        raise Forbidden(
            _("Only an owner or a member for finance of %(seller)s may invoice its bills.")
            % {"seller": seller},
            code="accountant_only",
            rule="R8.1",
        )
