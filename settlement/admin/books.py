"""The books: accounts down to sellers, entries and documents; statements; what was learnt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from koogallery.admin.reading import operator_of, page
from koogallery.downloads import send_export
from koogallery.duties import Duty
from koogallery.kit.errors import InvalidInput
from koogallery.languages import Text
from sellers.models import Seller
from settlement.admin.documents import documents_of
from settlement.admin.yearly_statements import YearlyStatements
from settlement.choices import Account
from settlement.models import AccountBalance
from settlement.readings.account_statements import Period, statement_of
from settlement.readings.balances import (
    Balance,
    View,
    account_balances,
    journals_since,
    seller_balances,
)
from settlement.readings.statement_files import export_statement

#: Sellers on one page of an account, and journals that are told as learnt.
SELLERS_A_PAGE = 100
LEARNT_SHOWN = 200


def _instant(label: Text, help_text: Text) -> forms.DateTimeField:
    """In the settlement time zone, as the browser's own field gives it."""
    return forms.DateTimeField(
        label=label,
        required=False,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        widget=UnfoldAdminTextInputWidget({"type": "datetime-local"}),
    )


class ViewForm(forms.Form):
    as_of = _instant(_("As of"), _("What had happened by then"))
    known_at = _instant(_("As known at"), _("What the books knew by then"))
    since = _instant(_("Last looked at"), _("What they learnt after it is told apart"))

    @property
    def view(self) -> View:
        return View(**self.cleaned_data) if self.is_valid() else View()


class RangeForm(forms.Form):
    start = _instant(_("From"), _("Inclusive"))
    end = _instant(_("To"), _("Inclusive"))
    known_at = _instant(_("As known at"), _("What the books knew by then"))

    @property
    def period(self) -> Period:
        return Period(**self.cleaned_data) if self.is_valid() else Period()


@dataclass(frozen=True, slots=True)
class Row:
    """A balance, and the page that takes it apart."""

    balance: Balance
    page: str


@admin.register(AccountBalance)
class AccountBalanceAdmin(YearlyStatements):
    """Accounts, then the sellers on one, then the accounts of one seller, then entries."""

    reading = Duty.READ_BOOKS
    has_timeline = False
    fields = ["journal", "seller", "account", "amount"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._require(request)
        form = ViewForm(request.GET)
        asked, kept = request.GET, _kept(request, ViewForm)
        seller = _seller(asked["seller"]) if asked.get("seller") else None
        account = _account(asked["account"]) if asked.get("account") and not seller else None
        context = {
            "title": gettext("Account balances"),
            "form": form,
            "seller": seller,
            "account": account,
            "currency": asked.get("currency", ""),
            "kept": urlencode(kept),
            "learnt": _learnt(form.view, seller) if form.view.since else [],
            **self._balances(form.view, seller, account, asked, kept),
        }
        return self.framed(request, "admin/settlement/books/balances.html", **context)

    def _balances(
        self,
        view: View,
        seller: Seller | None,
        account: Account | None,
        asked: Mapping[str, str],
        kept: dict[str, str],
    ) -> dict[str, Any]:
        if account is None:
            found = account_balances(view, seller)
            return {"rows": [Row(each, _page(each, seller, kept)) for each in found]}
        after, currency = asked.get("after", ""), asked.get("currency", "")
        found = seller_balances(view, account, currency, after, SELLERS_A_PAGE + 1)
        shown = found[:SELLERS_A_PAGE]
        more = len(found) > SELLERS_A_PAGE and shown[-1].seller
        there = {**kept, "account": account.value, "currency": currency}
        return {
            "rows": [Row(each, _page(each, each.seller, kept)) for each in shown],
            "following": urlencode({**there, "after": more.number}) if more else "",
        }

    @page("statement/<str:number>/", "settlement_statement")
    def statement_view(self, request: HttpRequest, number: str) -> HttpResponse:
        self._require(request)
        seller, form = _seller(number), RangeForm(request.GET)
        statement, movements = None, []
        try:
            statement = statement_of(seller, form.period)
        except InvalidInput as refusal:
            form.is_valid()
            form.add_error(None, refusal.detail)
        else:
            documents = documents_of(each.journal for each in statement.movements)
            movements = [(each, documents[each.journal.pk]) for each in statement.movements]
        context = {
            "title": gettext("Statement of %(seller)s") % {"seller": seller},
            "form": form,
            "seller": seller,
            "statement": statement,
            "movements": movements,
            "kept": urlencode(_kept(request, RangeForm)),
        }
        return self.framed(request, "admin/settlement/books/statement.html", **context)

    @page("statement/<str:number>/file/", "settlement_statement_file")
    def download_view(self, request: HttpRequest, number: str) -> HttpResponseBase:
        self._require(request)
        seller = _seller(number)
        try:
            export = export_statement(
                seller, RangeForm(request.GET).period, request.GET.get("format", "")
            )
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        return send_export(
            export,
            actor=operator_of(request),
            kind="statement",
            number=seller.number,
            seller=seller.number,
        )

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _seller(number: str) -> Seller:
    found = Seller.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _account(word: str) -> Account:
    if word not in Account.values:
        raise Http404
    return Account(word)


def _kept(request: HttpRequest, form: type[forms.Form]) -> dict[str, str]:
    """The instants that were chosen go along to every page below."""
    return {name: request.GET[name] for name in form.base_fields if request.GET.get(name)}


def _page(balance: Balance, seller: Seller | None, kept: dict[str, str]) -> str:
    """One step down: of all to the sellers on it, of a seller to the entries."""
    here = reverse("admin:settlement_accountbalance_changelist")
    if seller is None:
        chosen = {"account": balance.account.value, "currency": balance.currency}
        return f"{here}?{urlencode({**kept, **chosen})}"
    if balance.seller is not None:
        return f"{here}?{urlencode({**kept, 'seller': seller.number})}"
    entries = reverse("admin:settlement_ledgerentry_changelist")
    chosen = {"seller__id__exact": str(seller.pk), "account__exact": balance.account.value}
    return f"{entries}?{urlencode(chosen)}"


def _learnt(view: View, seller: Seller | None) -> list[tuple[Any, Any]]:
    """The journals behind what was learnt, latest first, each with its document."""
    journals = journals_since(view).select_related("seller")
    mine = journals.filter(seller=seller) if seller else journals
    shown = list(mine[:LEARNT_SHOWN])
    documents = documents_of(shown)
    return [(journal, documents[journal.pk]) for journal in shown]
