"""Business information to be certified, and bank accounts to be changed (R9.1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timesince import timeuntil
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.reading import operator_of
from koogallery.attachments import attachments_of
from koogallery.models import User
from sellers.admin.reviewing import MOST_EARLIER, ReviewAdmin, compare
from sellers.choices import BankAccountState, CertificationState
from sellers.models import BankAccount, Certification, Seller
from sellers.models.bank_accounts import BANK_COLUMNS
from sellers.services.authority import may_read_every_account
from sellers.services.companies import bank_accounts, certifications


def bank_details(account: Any, user: User) -> dict[str, str]:
    """Of an account or a certification; the number whole for who decides on accounts."""
    details = {name: getattr(account, name) for name in BANK_COLUMNS}
    if details["account_number"] and not may_read_every_account(user):
        details["account_number"] = account.masked_account_number
    return details


@admin.register(Certification)
class CertificationAdmin(ReviewAdmin):
    recorded_as = "certification"
    decisions = by_verb(
        decision_of(certifications.approve_certification),
        decision_of(certifications.reject_certification),
    )
    list_display = [
        "number",
        "seller",
        "company_name",
        "country",
        "state",
        "waiting_for",
        "submitted_by",
    ]
    list_filter = [opens_with(CertificationState.PENDING), "seller", "country"]
    search_fields = ["number__exact", "seller__number__exact"]
    folded_names = ["company_name"]

    def today(self, row: Certification, user: User) -> Mapping[str, Any]:
        """What is certified today, and where the seller is paid."""
        certified = certifications.stand_of(row.seller).certified
        known = certified.content if certified and certified.pk != row.pk else {}
        of_seller = {name: getattr(row.seller, name) for name in certifications.OF_THE_SELLER}
        account = bank_accounts.account_in_use(row.seller)
        nothing = dict.fromkeys(BANK_COLUMNS, "")
        return {**known, **of_seller, **(bank_details(account, user) if account else nothing)}

    def content(self, row: Certification, user: User) -> Mapping[str, Any]:
        if row.has_bank_details:
            return {**row.content, **bank_details(row, user)}
        return {name: said for name, said in row.content.items() if name not in BANK_COLUMNS}

    def earlier(self, row: Certification) -> Sequence[Certification]:
        rows = Certification.objects.filter(seller=row.seller_id, state="rejected")
        return list(rows.exclude(pk=row.pk).select_related("decided_by")[:MOST_EARLIER])

    def page_context(self, row: Certification, user: User) -> dict[str, Any]:
        rejections = certifications.rejections_in_a_row(row.seller)
        return {**super().page_context(row, user), "rejections": rejections}

    def question_context(self, request: HttpRequest, row: Certification) -> dict[str, Any]:
        rejections = certifications.rejections_in_a_row(row.seller)
        return {**super().question_context(request, row), "rejections": rejections}


class BankQueue(ChoiceFilter):
    """Opens with what waits for an operator."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("waiting", gettext("Waiting for an operator")), *BankAccountState.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "waiting":
            return queryset.filter(state__in=bank_accounts.WAITING)
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(BankAccount)
class BankAccountAdmin(DecidingAdmin):
    recorded_as = "bank_account"
    decisions = by_verb(
        decision_of(bank_accounts.check_bank_account),
        decision_of(bank_accounts.approve_bank_account),
        decision_of(bank_accounts.reject_bank_account),
        decision_of(bank_accounts.stop_bank_account),
    )
    list_display = [
        "number",
        "seller",
        "version",
        "account_end",
        "bank_name",
        "state",
        "requested_at",
        "usable_from",
    ]
    list_filter = [BankQueue, "seller"]
    search_fields = ["number__exact", "seller__number__exact", "account_number__endswith"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a change or a seller, a seller’s name, the end of an account")

    @columns.shown(_("Account"))
    def account_end(self, account: BankAccount) -> str:
        return account.masked_account_number

    def page_context(self, row: BankAccount, user: User) -> dict[str, Any]:
        before = self._before(row)
        return {
            "compared": compare(
                bank_details(before, user) if before else {}, bank_details(row, user)
            ),
            "before": before,
            "attachments": attachments_of("bank_account", row.number),
            "countdown": countdown_of(row),
            "why_not": bank_accounts.approve_bank_account.refusal(row, user)
            if row.state == BankAccountState.CHECKED
            else "",
        }

    def question_context(self, request: HttpRequest, row: BankAccount) -> dict[str, Any]:
        user, before = operator_of(request), self._before(row)
        now = bank_details(before, user) if before else {}
        compared = compare(now, bank_details(row, user))
        return {"compared": [each for each in compared if each.differs], "before": before}

    def _before(self, row: BankAccount) -> BankAccount | None:
        """Where money goes without it."""
        seller: Seller = row.seller
        used = bank_accounts.account_in_use(seller)
        return used if used != row else None


def countdown_of(account: BankAccount) -> str:
    """How long a change still cools down."""
    if not account.is_cooling_down or account.usable_from is None:
        return ""
    return str(timeuntil(account.usable_from, depth=2))
