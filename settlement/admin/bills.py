"""What an operator can do with a bill: move its state, or correct it on the next (R3.2, R3.3)."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, QueueFilter, by_verb, decision_of
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.reading import ReadOnlyAdmin, may, operator_of, page
from koogallery.downloads import Export, send_export
from koogallery.duties import Duty
from koogallery.kit.errors import DomainError
from koogallery.kit.language import marked_number, paragraph
from koogallery.models import ApprovalRequest, User
from koogallery.telling import LINES, LOOKS_RECORDED, counted
from settlement.admin.asking import BillLookForm
from settlement.admin.standing import rehearsed
from settlement.choices import BillState, RunSellerState
from settlement.models import Adjustment, Bill, BillLook, BillRun
from settlement.readings.bill_files import FORMS, BeingMade, export_bill, export_certificate
from settlement.readings.bill_sums import sum_of
from settlement.rules.standards import detail_of
from settlement.services.bills import adjustments, approval
from settlement.services.bills.approval import approve_bill, previewed_by
from settlement.services.closing.bill_reviews import look_at_bill
from settlement.tasks import dispatch_document


def _look(number: str, *, seller: str, comment: str, actor: User) -> object:  # noqa: ARG001
    """The seller's number was typed as a sign that the page was read."""
    return look_at_bill(number, comment, actor=actor)


#: In the order of their buttons.
DECISIONS = by_verb(
    decision_of(look_at_bill, act=_look, form=BillLookForm),
    decision_of(approval.approve_bill),
    decision_of(approval.reject_bill),
    decision_of(approval.resubmit_bill),
    decision_of(adjustments.adjust_bill, **rehearsed(adjustments.adjust_bill)),
)


APPROVED = marked_number("%(count)s bill approved.", "%(count)s bills approved.")


class BillQueue(QueueFilter):
    """Opens with every bill; `cycle` and `currency` lead here from a run."""

    states = BillState
    waiting = "all"


class LookFilter(ChoiceFilter):
    title = _("guard rails")
    parameter_name = "look"
    conditions = {
        "due": (_("To be looked at"), lambda: Q(look__isnull=False, look__looked_at=None)),
        "done": (_("Looked at"), lambda: Q(look__looked_at__isnull=False)),
    }


@admin.register(Bill)
class BillAdmin(ExportingAdmin, DecidingAdmin):
    exported = "bills"
    decisions = DECISIONS
    list_display = [
        "number",
        "seller",
        "cycle",
        "state",
        "net_payable",
        "settlement_amount",
        "recovered",
        "sales_amount",
        "to_look_at",
    ]
    list_filter = [BillQueue, LookFilter, "cycle", "currency", "seller", "issued_at", "net_payable"]
    search_fields = ["number__startswith", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a bill, for example B202602, or a seller’s number or name")
    list_select_related = ["look"]
    actions = ["look_together", "approve_together"]

    @columns.shown(_("To look at"))
    def to_look_at(self, bill: Bill) -> str:
        look = getattr(bill, "look", None)
        if look is None or not look.is_due:
            return ""
        return paragraph(map(detail_of, look.looks))

    @admin.action(permissions=["approving"], description=_("Look at together…"))
    def look_together(self, request: HttpRequest, queryset: QuerySet[Bill]) -> Any:
        """Each with its figures and what stands against it, on the page that is confirmed."""
        if "confirmed" in request.POST:
            return self._look_at_each(request, list(queryset.order_by("currency", "number")))
        due = BillLook.objects.due().filter(bill__in=queryset).select_related("bill__seller")
        looks = list(due.order_by("bill__currency", "bill__number"))
        template, title = (
            "admin/settlement/bill/look_together.html",
            gettext("Are these bills right?"),
        )
        return self.framed(request, template, title=title, looks=looks)

    def _look_at_each(self, request: HttpRequest, chosen: list[Bill]) -> None:
        """Every row says what became of it, also by others meanwhile."""
        done = 0
        for bill in chosen:
            try:
                comment = request.POST.get("comment", "")
                look_at_bill(bill.number, comment, actor=operator_of(request))
            except DomainError as refusal:
                self.message_user(request, f"{bill}: {refusal.detail}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, counted(done, LOOKS_RECORDED))

    def has_approving_permission(self, request: HttpRequest) -> bool:
        return may(request, Duty.APPROVE_BILLS)

    @admin.action(permissions=["approving"], description=_("Approve together…"))
    def approve_together(self, request: HttpRequest, queryset: QuerySet[Bill]) -> Any:
        """List the amounts first; what a bill says never changes, so its number binds."""
        rows = queryset.select_related("seller").order_by("currency", "number")
        waiting = rows.filter(state=BillState.PENDING_APPROVAL).exclude(
            look__in=BillLook.objects.due()
        )
        if "confirmed" in request.POST:
            return self._approve_each(request, list(rows))
        return self.framed(
            request,
            "admin/settlement/bill/approve_together.html",
            title=gettext("Approve these bills?"),
            bills=waiting,
            totals=waiting.order_by("currency")
            .values("currency")
            .annotate(bills=Count("pk"), payable=Sum("net_payable")),
            left_out=rows.exclude(pk__in=waiting.values("pk")).select_related("look"),
        )

    def _approve_each(self, request: HttpRequest, chosen: list[Bill]) -> HttpResponse:
        """Each an act of its own; every row says what became of it, also by others meanwhile."""
        approved, asked = 0, []
        for bill in chosen:
            try:
                came = approve_bill(bill.number, actor=operator_of(request))
            except DomainError as refusal:
                self.message_user(request, f"{bill}: {refusal.detail}", messages.ERROR)
            else:
                approved += isinstance(came, Bill)
                asked += (
                    [gettext("%(bill)s by %(request)s") % {"bill": bill, "request": came}]
                    if isinstance(came, ApprovalRequest)
                    else []
                )
        if asked:
            told = gettext("Another operator has to approve them first: %(bills)s.") % {
                "bills": gettext(", ").join(asked)
            }
            self.message_user(request, told, messages.WARNING)
        self.message_user(request, counted(approved, APPROVED), messages.SUCCESS)
        queue = reverse("admin:settlement_bill_changelist")
        return redirect(f"{queue}?state={BillState.PENDING_APPROVAL}")

    def question_context(self, request: HttpRequest, row: Bill) -> dict[str, Any]:
        return {"previewer": previewed_by(row, other_than=operator_of(request))}

    @page("<int:pk>/document/<str:form>/", "settlement_bill_document")
    def document_view(self, request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
        """The bill as it was made once (R3.2); a long one is made by a worker first."""
        bill = self._row(request, pk)
        if form not in FORMS:
            raise Http404
        try:
            export = export_bill(bill, form)
        except BeingMade:
            dispatch_document(bill.number, form)
            told = gettext("A worker is making the file: ask for it again in a moment.")
            return self._leave(request, bill, told, messages.INFO)
        except DomainError as refusal:
            return self._leave(request, bill, refusal.detail, messages.ERROR)
        return _sent(request, bill, export)

    @page("<int:pk>/wht-certificate/", "settlement_bill_certificate")
    def certificate_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The certificate of the tax withheld from the bill."""
        bill = self._row(request, pk)
        try:
            export = export_certificate(bill)
        except DomainError as refusal:
            return self._leave(request, bill, refusal.detail, messages.ERROR)
        return _sent(request, bill, export)

    def form_options(self, request: HttpRequest, row: Bill, decision: Decision) -> dict[str, Any]:
        return {"shown": row} if decision.verb == "look" else {}

    def page_context(self, row: Bill, user: User) -> dict[str, Any]:
        return {
            "look": BillLook.objects.filter(bill=row).select_related("looked_by").first(),
            "sum": sum_of(row),
            "lines": counted(row.line_count, LINES),
            "forms": tuple(FORMS),
            "runs": BillRun.objects.filter(  # later ones found the seller closed
                cycle=row.cycle, parts__seller=row.seller_id, parts__state=RunSellerState.DONE
            ).order_by("pk")[:1],
            "invoices": row.invoices.order_by("pk"),
            "may_read_books": user.may(Duty.READ_BOOKS),
            "allocations": row.allocations.select_related(
                "recovery__refund__order", "recovery__original_bill"
            ).order_by("pk"),
            "corrections": row.adjusted_by.select_related("created_by").order_by("pk"),
            "disputes": row.disputes.order_by("pk"),
        }


def _sent(request: HttpRequest, bill: Bill, export: Export) -> HttpResponseBase:
    seller = bill.seller.number
    return send_export(
        export, actor=operator_of(request), kind="bill", number=bill.number, seller=seller
    )


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnlyAdmin):
    has_timeline = False
    list_display = [
        "number",
        "seller",
        columns.link("bill", _("Corrects bill")),
        "kind",
        "amount",
        "reason",
        "created_at",
    ]
    list_filter = ["kind", "seller", "created_at", "amount"]
    search_fields = ["number__startswith", "bill__number__startswith", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of an adjustment or a bill, or a seller’s number or name")
    list_select_related = ["bill"]
    fields = [
        "number",
        "seller",
        columns.link("bill", _("Corrects bill")),
        "kind",
        "amount",
        "reason",
        "created_by",
        "created_at",
    ]
