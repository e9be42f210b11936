"""The refund desk: the queue, one refund with all that its decision rests on, the decision."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.reading import ReadOnlyAdmin, operator_of
from koogallery.kit.errors import DomainError, InvalidInput
from settlement.admin import tones
from settlement.admin.decisions import DECISIONS, Decision
from settlement.admin.desk import cost_of, desk_of
from settlement.choices import RefundState
from settlement.models import Refund


class QueueFilter(admin.SimpleListFilter):
    """Opens with what waits for an operator; any other state on demand."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [("all", "All"), *RefundState.choices]

    def value(self) -> str:
        return super().value() or RefundState.OPERATOR_REVIEW

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": value == self.value(),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Refund]) -> QuerySet[Refund]:
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("order", "Order"),
        columns.amount("amount", "Amount"),
        columns.state(tones.REFUND),
        "waiting_for",
        "standards",
        "given",
        "requested_by",
    ]
    list_filter = [QueueFilter, ("seller", AutocompleteSelectFilter)]
    search_fields = ["number__exact", "order__number__exact", "seller__number__exact"]
    search_help_text = "Number of a refund, an order or a seller"
    list_select_related = ["seller", "order", "requested_by"]
    ordering = ["requested_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        refunds: QuerySet[Refund] = super().get_queryset(request)
        return refunds.annotate(approvals_given=Count("approvals"))

    @columns.shown("Age", ordering="requested_at")
    def waiting_for(self, refund: Refund) -> str:
        return timesince(refund.requested_at, depth=1)

    @columns.shown("Standards", tones={"hold": "success", "fail": "warning"})
    def standards(self, refund: Refund) -> tuple[str, str]:
        failing = sum(not check["holds"] for check in refund.checks)
        return ("fail", f"{failing} failing") if failing else ("hold", "All hold")

    @columns.shown("Approvals")
    def given(self, refund: Any) -> str:
        return f"{refund.approvals_given} of {refund.approvals_needed}"

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide_view)
        name = "settlement_refund_decide"
        return [path("<int:pk>/<str:verb>/decide/", decide, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        refund = self._refund(request, object_id)
        desk = desk_of(refund, operator_of(request))
        return self._page(request, "page", refund, title=str(refund), desk=desk)

    def decide_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Ask first; a POST runs the one service. What is not open to this user is refused."""
        refund, decision = self._refund(request, pk), self._decision(verb)
        actor = operator_of(request)
        if refusal := decision.refusal(refund, actor):
            return self._leave(request, refund, refusal, messages.ERROR)
        form = decision.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                decision.act(refund.number, **form.cleaned_data, actor=actor)
            except InvalidInput as refusal_of_form:
                form.add_error(refusal_of_form.field or None, refusal_of_form.detail)
            except DomainError as refusal_of_act:
                return self._leave(request, refund, refusal_of_act.detail, messages.ERROR)
            else:
                return self._leave(request, refund, decision.done, messages.SUCCESS)
        context = {"decision": decision, "form": form, "cost": cost_of(refund)}
        return self._page(request, "decide", refund, title=decision.question, **context)

    def _refund(self, request: HttpRequest, object_id: Any) -> Refund:
        refund: Refund | None = self.get_object(request, str(object_id))
        if refund is None:
            raise Http404
        return refund

    def _decision(self, verb: str) -> Decision:
        if verb not in DECISIONS:
            raise Http404
        return DECISIONS[verb]

    def _leave(self, request: HttpRequest, refund: Refund, text: str, level: int) -> HttpResponse:
        self.message_user(request, text, level)
        return redirect("admin:settlement_refund_change", refund.pk)

    def _page(
        self, request: HttpRequest, name: str, refund: Refund, **context: Any
    ) -> TemplateResponse:
        return TemplateResponse(
            request,
            f"admin/settlement/refund/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "media": self.media,
                "original": refund,
                "refund": refund,
                "tone": tones.REFUND.get(refund.state, ""),
                **context,
            },
        )
