from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from koogallery.portal.formats import decimals_of
from koogallery.portal.keyset import KeysetPage
from koogallery.portal.tables import legal_orderings
from koogallery.portal.views import Exported
from sellers.models import Order, UsageRecord
from sellers.portal.pages import SellerKeysetListPage, SellerTemplatePage
from settlement.choices import LineKind
from settlement.models import BillLine
from settlement.portal.forms import NoFilters, TransactionFilters
from settlement.portal.tables import TRANSACTIONS, USAGE
from settlement.portal.transactions import place_text, read_place
from settlement.readings.billing import facts_of, with_billing
from settlement.readings.conditions import Unbilled, outlooks
from settlement.readings.transaction_rows import rows_of, usage_facts
from settlement.readings.transactions import TransactionPage, Wanted, transactions

ROWS_PER_PAGE = 25


class TransactionList(Exported, SellerTemplatePage):
    """All orders and usage of a seller, billed or not, and if not, why not (R1.3)."""

    template_name = "settlement/transaction_list.html"
    export_list = "transactions"
    title = _("Transaction Details")

    @cached_property
    def ordering(self) -> str:
        asked = self.request.GET.get("sort", "")
        return asked if asked in legal_orderings(TRANSACTIONS) else "-order"

    @cached_property
    def form(self) -> TransactionFilters:
        return TransactionFilters(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.transactions()
        rows = rows_of(found.rows, timezone.now())
        decimals = max((_decimals(row) for row in rows), default=0)
        page = KeysetPage(rows, place_text(found.before), place_text(found.after))
        return super().get_context_data(
            page=page,
            form=self.form,
            columns=TRANSACTIONS,
            ordering=self.ordering,
            decimals=decimals,
            **kwargs,
        )

    def transactions(self) -> TransactionPage:
        if not self.form.is_valid():
            return TransactionPage()
        sort = self.ordering.removeprefix("-")
        before, after = (
            read_place(self.request.GET.get(side, ""), sort) for side in ("before", "after")
        )
        return transactions(
            Wanted(self.reader.seller_ids, **self.form.wanted()),
            sort=sort,
            falling=self.ordering.startswith("-"),
            before=before,
            after=after,
            size=ROWS_PER_PAGE,
        )


def _decimals(row: Any) -> int:
    currency, amounts = row.order.currency, row.transaction
    return max(
        decimals_of(amounts.sales_amount, currency), decimals_of(amounts.customer_wht, currency)
    )


class UsageList(SellerKeysetListPage):
    """The usage records of one order in one cycle, oldest first."""

    queryset = UsageRecord.objects.all()
    template_name = "settlement/usage_list.html"
    export_list = "usage-records"
    title = _("Usage records")
    columns = USAGE
    first_ordering = "id"
    rows_per_page = 50

    @property
    def export_query(self) -> str:
        return urlencode({"order": self.kwargs["number"], "cycle": self.kwargs["cycle"]})

    @cached_property
    def order(self) -> Any:
        orders = with_billing(Order.objects.visible_to(self.request.user))
        return get_object_or_404(orders, number=self.kwargs["number"])

    def visible_rows(self) -> QuerySet[UsageRecord]:
        cycle = self.kwargs["cycle"]
        rows = UsageRecord.objects.filter(order=self.order)
        if cycle == "open":
            return rows.filter(cycle=None)
        if not cycle.isdigit():
            raise Http404
        return rows.filter(cycle=cycle)

    def build_form(self, rows: QuerySet[UsageRecord]) -> NoFilters:
        return NoFilters(self.request.GET, rows=rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(order=self.order, **kwargs)
        records = context["page"].rows
        lines = _lines(records)
        context["records"] = [(each, lines.get(each.pk)) for each in records]
        context["outlook"] = self.outlook(records, lines)
        context["decimals"] = max((_widest(each, self.order) for each in records), default=0)
        return context

    def outlook(self, records: list[UsageRecord], lines: dict[int, BillLine]) -> Any:
        """Of those not billed; they share their order's conditions."""
        waiting = [each for each in records if each.pk not in lines]
        if not waiting:
            return None
        now = timezone.now()
        facts = usage_facts(facts_of(self.order), waiting[-1].due_cycle, now)
        return outlooks([Unbilled(facts, is_usage=True)], now)[0]


def _lines(records: list[UsageRecord]) -> dict[int, BillLine]:
    lines = BillLine.objects.filter(usage_record__in=records, kind=LineKind.USAGE)
    return {line.usage_record_id or 0: line for line in lines.select_related("bill")}


def _widest(record: UsageRecord, order: Order) -> int:
    return max(
        decimals_of(amount, order.currency) for amount in (record.sales_amount, record.customer_wht)
    )
