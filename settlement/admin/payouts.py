"""The payments desk: payouts, the batches they go to the bank in, the files (R8.2)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from koogallery import audit
from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.new_work import new_work
from koogallery.admin.reading import may, operator_of, page
from koogallery.duties import Duty
from koogallery.kit.seen import Fact, Seen, money
from koogallery.models import User
from settlement.choices import BatchState, PayoutState
from settlement.models import Payout, PayoutBatch
from settlement.readings import payments_desk
from settlement.readings.payouts import balances_of, bank_lines_of
from settlement.services.payouts import batches, outcomes


@admin.register(Payout)
class PayoutAdmin(ExportingAdmin, DecidingAdmin):
    exported = "payouts"
    decisions = by_verb(
        decision_of(outcomes.pay_again),
        decision_of(outcomes.pay_by_hand),
        decision_of(outcomes.fail_by_hand),
        decision_of(outcomes.unpay_by_hand),
    )
    list_display = [
        "number",
        "seller",
        "amount",
        "state",
        "expected_on",
        "batch",
        "paid_at",
        "failure_code",
    ]
    list_filter = [
        opens_with(PayoutState.PLANNED),
        "seller",
        "currency",
        "expected_on",
        "paid_at",
        "failed_at",
        "failure_code",
        "amount",
    ]
    search_fields = [
        "number__exact",
        "end_to_end_id__exact",
        "bank_reference__exact",
        "items__bill__number__exact",
        "batch__number__exact",
        "seller__number__exact",
    ]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a payout, bill, batch or seller, or a reference of the bank")
    ordering = ["expected_on", "pk"]

    @page("desk/", "settlement_payments_desk")
    def desk_view(self, request: HttpRequest) -> HttpResponse:
        """What is payable when, batches, our accounts, suspense, failures: each with its rows."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Payments desk"),
            "today": timezone.localdate(),
            "due": payments_desk.due_payouts(),
            "batches": payments_desk.batches_under_way(),
            "accounts": payments_desk.our_accounts(),
            "failed": payments_desk.failed_payouts(),
        }
        return TemplateResponse(request, "admin/settlement/payout/desk.html", context)

    def page_context(self, row: Payout, user: User) -> dict[str, Any]:
        items = row.items.select_related("bill__seller", "movement").order_by("pk")
        return {
            "items": items,
            "balances": balances_of(row),
            "bank_lines": bank_lines_of(row),
        }


class BatchForm(forms.Form):
    """What is planned in a currency; an empty day takes all of it."""

    currency = forms.CharField(
        max_length=3, min_length=3, widget=UnfoldAdminTextInputWidget(), help_text=_("Such as USD.")
    )
    expected_on = forms.DateField(
        required=False,
        label=_("Expected until"),
        widget=UnfoldAdminDateWidget(),
        help_text=_("Payouts expected by this day; all that are planned if left empty."),
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


def _foresee(entered: Mapping[str, Any], _actor: User) -> Seen:
    """What the batch would take, and what it would leave out and why."""
    return Seen.of(_facts_of(entered["currency"], entered["expected_on"]))


def _facts_of(currency: str, until: Any) -> Iterator[Fact]:
    taken, left_out = batches.due_payouts(currency, until)
    for payout in taken:
        yield Fact("to_be_paid_to", money(payout.amount, currency), str(payout.seller))
    for each in left_out:
        yield Fact("left_out", each.violation.detail, each.payout.number)
    amount = sum(payout.amount for payout in taken)
    if amount:
        yield Fact("amount", money(amount, currency))
        yield Fact("approvals_needed", batches.approvals_needed(amount, currency))


@admin.register(PayoutBatch)
class PayoutBatchAdmin(DecidingAdmin):
    decisions = by_verb(
        decision_of(batches.approve_batch),
        decision_of(batches.send_batch),
        decision_of(batches.cancel_batch),
    )
    list_display = [
        "number",
        "amount",
        "count",
        "state",
        "expected_on",
        "given",
        "created_by",
        "sent_at",
    ]
    list_filter = [opens_with(BatchState.DRAFT), "currency", "expected_on", "sent_at", "amount"]
    search_fields = ["number__exact", "payouts__number__exact"]
    search_help_text = _("Number of a batch or of a payout in it")
    ordering = ["-pk"]
    asking = Duty.PAY_OUT
    actions_list = ["put_together"]

    @columns.shown(_("Approvals"))
    def given(self, batch: PayoutBatch) -> str:
        return columns.given(len(batch.approvals.all()), batch.approvals_needed)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PayoutBatch]:
        rows: QuerySet[PayoutBatch] = super().get_queryset(request)
        return rows.prefetch_related("approvals")

    put_together = new_work(
        BatchForm,
        lambda entered, actor: batches.create_batch(**entered, actor=actor),
        description=_("Put a batch together…"),
        url_path="ask",
        done=_("The batch waits for another operator’s approval."),
        foresee=_foresee,
        question=_("Put a batch of payouts together?"),
        consequence=_("Another operator approves it; then its file goes to the bank."),
        label=_("Put together"),
    )

    @page("<str:pk>/file/", "settlement_payoutbatch_file")
    def file_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The file of a batch that was sent, again."""
        batch: PayoutBatch = self._row(request, pk)
        actor = operator_of(request)
        if not may(request, Duty.PAY_OUT):
            raise PermissionDenied
        if batch.file is None:
            return redirect(self.page_address(batch))
        batch, file = batches.file_of(batch.number, actor=actor)
        audit.note(actor, "exported", batch, file=f"{batch.number}.xml")
        answer = HttpResponse(file, content_type="application/xml")
        answer["Content-Disposition"] = f'attachment; filename="{batch.number}.xml"'
        return answer

    def page_context(self, row: PayoutBatch, user: User) -> dict[str, Any]:
        payouts = row.payouts.select_related("seller", "bank_account").order_by("pk")
        under_way = Q(state__in=(PayoutState.IN_BATCH, PayoutState.SENT))
        return {
            "payouts": payouts[:500],
            "under_way": row.payouts.filter(under_way).count(),
            "approvals": row.approvals.select_related("operator"),
            "may_fetch": user.may(Duty.PAY_OUT),
        }
