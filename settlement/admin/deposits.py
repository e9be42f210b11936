"""The forms in which operators enter amounts, references, reasons and days."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, by_verb, decision_of
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.reading import LongReadOnlyAdmin, operator_of
from koogallery.kit.money import ZERO
from koogallery.kit.names import TEXT_LENGTH
from koogallery.languages import Text
from koogallery.models import Act, User
from sellers.models import Seller
from settlement.admin.standing import rehearsed
from settlement.choices import MovementKind
from settlement.models import Deposit, DepositMovement
from settlement.services.deposits import move_deposit, top_up_of


class AmountForm(forms.Form):
    """An amount as a bank or a contract states it."""

    amount = forms.DecimalField(widget=UnfoldAdminDecimalFieldWidget())
    reference = forms.CharField(
        max_length=100,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Of the transfer or the contract; each is recorded once."),
    )


class MovementForm(AmountForm):
    """Of a deposit; its seller is notified with the reason."""

    reason = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("The seller reads it."),
    )


class DepositAdjustmentForm(MovementForm):
    amount = forms.DecimalField(
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=_("In the deposit’s currency; below 0 it is taken from it."),
    )


#: Movements on a deposit's own page; the rest is one list away.
LATEST = 20


def _of_seller(deposit: Deposit, _: User) -> str:
    return gettext("The seller has left.") if deposit.seller.left_at else ""


def _decision(
    kind: MovementKind,
    label: Text,
    question: Text,
    done: Text,
    form: type[MovementForm] = MovementForm,
) -> Decision:
    def move(number: str, *, amount: Decimal, reference: str, reason: str, actor: User) -> object:
        return move_deposit(number, kind, amount, reference, reason, actor=actor)

    return decision_of(
        move_deposit,
        verb=kind.value,
        label=label,
        question=question,
        form=form,
        refusal=_of_seller,
        done=done,
        **rehearsed(move_deposit, move),
    )


DECISIONS = by_verb(
    _decision(
        MovementKind.TOP_UP, _("Top up"), _("Has the seller paid in?"), _("The top-up is recorded.")
    ),
    _decision(
        MovementKind.PENALTY, _("Penalty"), _("Keep a penalty?"), _("The penalty is recorded.")
    ),
    _decision(
        MovementKind.ADJUSTMENT,
        _("Adjust"),
        _("Correct what the deposit holds?"),
        _("The adjustment is recorded."),
        form=DepositAdjustmentForm,
    ),
    _decision(
        MovementKind.RETURN, _("Return"), _("Pay back to the seller?"), _("The return is recorded.")
    ),
)


BELOW = Q(balance__lt=F("seller__required_deposit"), seller__left_at=None)


class LevelFilter(ChoiceFilter):
    """Deposits below their required level (R6.2)."""

    title = _("level")
    parameter_name = "level"
    conditions = {"below": (_("Below"), lambda: BELOW), "kept": (_("Kept"), lambda: ~BELOW)}


@admin.register(Deposit)
class DepositAdmin(DecidingAdmin):
    """Every seller has one: where nothing was paid in yet its page can be opened all the same."""

    decisions = DECISIONS
    list_display = [
        "its_page",
        "balance",
        columns.amount("seller.required_deposit", _("Required")),
        "level",
        "modified_at",
    ]
    list_display_links = None
    list_filter = [LevelFilter, "seller", "currency"]
    search_fields = ["seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number or name of a seller")
    list_select_related = ["seller"]

    @columns.shown(_("Deposit of"), ordering="seller__number")
    def its_page(self, deposit: Deposit) -> SafeString:
        page = reverse("admin:settlement_deposit_change", args=[deposit.pk])
        return format_html('<a class="link" href="{}">{}</a>', page, deposit.seller)

    def number_of(self, row: Deposit | None) -> str:
        return row.seller.number if row else ""

    @columns.shown(_("Level (R6.2)"), tones={"below": "warning", "kept": "success"})
    def level(self, deposit: Deposit) -> tuple[str, str]:
        if deposit.balance < deposit.seller.required_deposit:
            return "below", gettext("Below")
        return "kept", gettext("Kept")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Deposit | None:
        """As it would be, for a seller who has paid nothing in."""
        sellers = Seller.objects.visible_to(operator_of(request))
        seller = sellers.filter(pk=int(object_id)).first() if object_id.isdecimal() else None
        if seller is None or not self.has_view_permission(request):
            return None
        found = Deposit.objects.select_related("seller").filter(seller=seller).first()
        return found or Deposit(seller=seller, currency=seller.settlement_currency, balance=ZERO)

    def name_of(self, row: Deposit) -> str:
        return row.seller.number

    def page_context(self, row: Deposit, user: User) -> dict[str, Any]:
        movements = row.seller.deposit_movements.select_related("actor").order_by("-pk")
        return {
            "top_up": top_up_of(row.seller),
            "movements": movements[:LATEST],
            "more": movements[LATEST : LATEST + 1].exists(),
            "acts": Act.objects.filter(object_kind="deposit", object_number=row.seller.number)
            .select_related("actor")
            .order_by("-pk")[:LATEST],
        }


@admin.register(DepositMovement)
class DepositMovementAdmin(ExportingAdmin, LongReadOnlyAdmin):
    exported = "deposit-movements"
    list_display = [
        "at",
        "seller",
        "kind",
        "reference",
        "reason",
        "actor",
        columns.amount("change", _("Change"), currency="seller.settlement_currency"),
        columns.amount("balance_after", _("Balance after"), currency="seller.settlement_currency"),
    ]
    list_filter = ["seller", "kind", "at", "change"]
    search_fields = ["reference__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Reference of a movement, or a seller’s number or name")
    ordering = ["-pk"]
    fields = [
        "at",
        "seller",
        "kind",
        "reference",
        "reason",
        "actor",
        columns.amount("change", _("Change"), currency="seller.settlement_currency"),
        columns.amount("balance_after", _("Balance after"), currency="seller.settlement_currency"),
    ]
