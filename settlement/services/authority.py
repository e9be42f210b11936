"""Who may do what. A hidden row is not found; an act on a visible one may be refused."""

from django.utils.translation import gettext_lazy

from koogallery.acts import Who
from koogallery.duties import Duty
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
#: A seller's invoices are its accountants', or recorded by an operator who has the paper.
INVOICERS = ACCOUNTANTS | Duty.CHECK_INVOICES

#: Who records what sellers pay, and postpones it (R5.7).
CASHIERS = Who(Duty.RECORD_PAYMENTS)
