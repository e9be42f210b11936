"""Documents of what is applied for and certified: who adds them while, who reads them."""

from django.utils.translation import gettext as _

from koogallery.attachments import Belonging, Holder, hold_attachments
from koogallery.kit.errors import Conflict, Forbidden
from koogallery.models import User
from sellers.choices import BankAccountState
from sellers.models import BankAccount, Certification, ProductApplication, SellerApplication
from sellers.models.reviews import Reviewed
from sellers.rules.bank_accounts import RULE
from sellers.services.authority import APPLICANTS, may_read_accounts
from sellers.services.companies import applications, bank_accounts, certifications
from sellers.services.products import release_applications


def _to_an_application(row: SellerApplication, actor: User) -> None:
    applications.WRITERS.require(actor, row, rule=RULE)
    _require_draft(row)


def _to_a_certification(row: Certification, actor: User) -> None:
    certifications.WRITERS.require(actor, row, rule=RULE)
    _require_draft(row)


def _to_a_product_application(row: ProductApplication, actor: User) -> None:
    release_applications.WRITERS.require(actor, row, rule=release_applications.RULE)
    _require_draft(row)


def _to_a_bank_account(row: BankAccount, actor: User) -> None:
    bank_accounts.request_bank_account.by.require(actor, row, rule=RULE)
    if row.state not in (BankAccountState.REQUESTED, BankAccountState.CHECKED):
        told = _("This bank account is %(state)s; its documents stay as they are.") % {
            "state": row.state_label.lower()
        }
        raise Conflict(told, code="documents_stay", rule=RULE)


def _require_draft(row: Reviewed) -> None:
    if not row.is_draft:
        told = _("This is %(state)s; its documents stay as they are.") % {
            "state": row.state_label.lower()
        }
        raise Conflict(told, code="documents_stay", rule=RULE)


def _of_the_account(row: Certification | BankAccount, user: User) -> None:
    """They show account numbers: for who may read these, and for who writes the certification."""
    writes = isinstance(row, Certification) and APPLICANTS.includes(user, row)
    if not (writes or may_read_accounts(user, row.seller)):
        told = _("Its documents are for owners, finance and whoever writes the certification.")
        raise Forbidden(told, code="role_missing", rule=RULE)


hold_attachments(
    "seller_application",
    Holder(
        rows=lambda: SellerApplication.objects.select_related("applicant"),
        belongs_to=lambda row: Belonging(person=row.applicant),
        require_adding=_to_an_application,
    ),
)
hold_attachments(
    "certification",
    Holder(
        rows=lambda: Certification.objects.select_related("seller"),
        belongs_to=lambda row: Belonging(row.seller.number),
        require_adding=_to_a_certification,
        require_reading=_of_the_account,
    ),
)
hold_attachments(
    "bank_account",
    Holder(
        rows=lambda: BankAccount.objects.select_related("seller"),
        belongs_to=lambda row: Belonging(row.seller.number),
        require_adding=_to_a_bank_account,
        require_reading=_of_the_account,
    ),
)
hold_attachments(
    "product_application",
    Holder(
        rows=lambda: ProductApplication.objects.select_related("seller"),
        belongs_to=lambda row: Belonging(row.seller.number),
        require_adding=_to_a_product_application,
    ),
)
