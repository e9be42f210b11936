"""Where the company is paid: its changes, asked for, stopped, withdrawn (R9.1)."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from koogallery.attachments import attach_all, attachments_of
from koogallery.kit.errors import DomainError
from sellers.models import BankAccount
from sellers.models.bank_accounts import BANK_COLUMNS
from sellers.portal.applying import refuse_in
from sellers.portal.applying_forms import BankForm
from sellers.portal.pages import SellerDetailPage
from sellers.portal.views.settings import FormPage
from sellers.services.authority import may_read_accounts
from sellers.services.companies import bank_accounts


class AddBankAccount(FormPage):
    """Ask for another account; it never takes the place of the old one at once."""

    menu = "company"
    performs = bank_accounts.request_bank_account
    template_name = "sellers/bank_account_add.html"
    form_class = BankForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            days=settings.BANK_ACCOUNT_COOL_DOWN_DAYS,
            account=bank_accounts.account_in_use(self.seller),
            **kwargs,
        )

    def get(self, *_args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(BankForm(initial={"account_holder": self.seller.company_name}), **kwargs)

    def post(self, request: Any, *_args: Any, **kwargs: Any) -> HttpResponse:
        form = BankForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, **kwargs)
        try:
            return self.act(form)
        except DomainError as refusal:
            refuse_in(form, refusal)
            return self.show(form, **kwargs)

    def act(self, form: forms.Form) -> HttpResponse:
        user = self.request.user
        details = {name: form.cleaned_data[name] for name in BANK_COLUMNS}
        account = bank_accounts.request_bank_account(self.seller.number, details, actor=user)
        try:
            attach_all("bank_account", account.number, form.cleaned_data["documents"], actor=user)
        except DomainError as refusal:
            messages.error(self.request, refusal.detail)
        messages.success(
            self.request, gettext("The change is asked for. Every member is told by e-mail.")
        )
        return redirect("console:bank-account-detail", account.number)


class BankAccountDetail(SellerDetailPage):
    menu = "company"
    queryset = BankAccount.objects.select_related("seller", "requested_by")
    template_name = "sellers/bank_account_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account: BankAccount = self.object
        whole = may_read_accounts(self.request.user, account.seller)
        content = {name: getattr(account, name) for name in BANK_COLUMNS}
        return super().get_context_data(
            account=account,
            facts=BankForm.facts(content, whole=whole),
            attachments=attachments_of("bank_account", account.number),
            reads_documents=whole,
            used=bank_accounts.account_in_use(account.seller),
            may_withdraw=self.reader.may_do(bank_accounts.withdraw_bank_account, account),
            may_stop=account.is_cooling_down
            and self.reader.may_do(bank_accounts.stop_bank_account, account),
            **kwargs,
        )
