"""Where a page of Transaction Details starts, as its address says; and what all pages come to."""

import re
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.portal.cells import decimals_on
from koogallery.portal.keyset import END, KeysetPage
from koogallery.portal.on_page import OnPage
from koogallery.portal.tables import Column, chosen, legal_orderings, shown
from koogallery.portal.totals import Reach, Totals, counted, reach_of
from koogallery.settlement_time import cycle_of
from sellers.models import Order, UsageRecord
from sellers.portal.pages import SellerListingPage, SellerTemplatePage
from settlement.choices import LineKind
from settlement.listings.orders import OPEN, USAGE
from settlement.listings.transactions import TRANSACTIONS
from settlement.models import BillLine
from settlement.portal.forms import TransactionFilters
from settlement.readings.billing import facts_of, with_billing
from settlement.readings.conditions import Unbilled, outlooks
from settlement.readings.transaction_rows import rows_of, usage_facts
from settlement.readings.transactions import (
    NO_CYCLE,
    Place,
    TransactionPage,
    Wanted,
    parameters_of,
    statement_of,
    transactions,
)

#: Between the parts of a place in the address.
SEPARATOR = "~"
ID = re.compile(r"[0-9]{1,18}")
AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,12})?")


def totals_of(wanted: Wanted, reach: Reach) -> Totals | None:
    listed = statement_of("order", falling=True)
    statement = f"SELECT currency, sales_amount, customer_wht FROM ({listed}) t"  # noqa: S608
    fields = ["transaction__sales_amount", "transaction__customer_wht"]
    return counted(statement, parameters_of(wanted, size=reach.rows + 1), fields, reach)


def place_text(place: Place | None) -> str | None:
    if place is None:
        return None
    parts = (place.value, place.order, place.cycle, place.due, place.refund)
    return SEPARATOR.join(map(str, parts))


def read_place(text: str, sort: str) -> Place | None:
    """None if it is no place of a list sorted like this: then the list starts at its beginning."""
    parts = text.split(SEPARATOR)
    if len(parts) != len(Place.__dataclass_fields__):
        return None
    value, order, cycle, due, refund = parts
    ids = ID.fullmatch(order) and ID.fullmatch(refund)
    if not (ids and _is_cycle(cycle) and _is_cycle(due)):
        return None
    read = _value(value, sort)
    return None if read is None else Place(read, int(order), cycle, due, int(refund))


def _is_cycle(text: str) -> bool:
    if text == NO_CYCLE:
        return True
    try:
        return bool(Cycle(text))
    except InvalidInput:
        return False


def _value(text: str, sort: str) -> Any:
    if sort == "cycle":
        return text if _is_cycle(text) else None
    if sort == "order":
        return int(text) if ID.fullmatch(text) else None
    return Decimal(text) if AMOUNT.fullmatch(text) else None


class TransactionList(OnPage, SellerTemplatePage):
    """All orders and usage of a seller, billed or not, and if not, why not (R1.3)."""

    template_name = "settlement/transaction_list.html"
    export_list = "transactions"
    title = _("Transaction Details")
    offered = tuple(each for each in TRANSACTIONS if each.key != "order")

    @property
    def columns(self) -> tuple[Column, ...]:
        return shown(chosen(TRANSACTIONS, self.request.GET))

    @cached_property
    def ordering(self) -> str:  # type: ignore[override]
        asked = self.request.GET.get("sort", "")
        return asked if asked in legal_orderings(shown(TRANSACTIONS)) else "-order"

    @cached_property
    def form(self) -> TransactionFilters:
        return TransactionFilters(self.request.GET, self.first_cycle())

    def first_cycle(self) -> str:
        """Of what a seller sold: nothing older can be found."""
        seller = self.reader.only_seller
        if seller is None:
            return ""
        placed = Order.objects.filter(seller=seller).order_by("placed_at")
        first = placed.values_list("placed_at", flat=True).first()
        return cycle_of(first) if first else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.transactions()
        rows = rows_of(found.rows, timezone.now())
        page = KeysetPage(rows, place_text(found.before), place_text(found.after))
        return super().get_context_data(
            page=page,
            totals=totals_of(self.wanted, reach_of(self.request.GET)) if rows else None,
            form=self.form,
            columns=self.columns,
            ordering=self.ordering,
            decimals=decimals_on(rows, self.columns),
            **kwargs,
        )

    def beside(self, row: Any) -> dict[str, Any]:  # noqa: ARG002
        return {}

    @cached_property
    def wanted(self) -> Wanted:
        return Wanted(self.reader.seller_ids, **self.form.wanted())

    def transactions(self) -> TransactionPage:
        if not self.form.is_valid():
            return TransactionPage()
        sort = self.ordering.removeprefix("-")
        before, after = (
            read_place(self.request.GET.get(side, ""), sort) for side in ("before", "after")
        )
        return transactions(
            self.wanted,
            sort=sort,
            falling=self.ordering.startswith("-"),
            before=before,
            after=after,
            last=self.request.GET.get("before") == END,
            size=self.size,
        )


class UsageList(SellerListingPage):
    """The usage records of one order in one cycle, oldest first."""

    listing = USAGE
    template_name = "settlement/usage_list.html"
    rows_per_page = 50

    @property
    def export_scope(self) -> dict[str, str]:
        return {"order": self.kwargs["number"], "cycle": self.kwargs["cycle"]}

    @cached_property
    def order(self) -> Any:
        orders = with_billing(Order.objects.visible_to(self.request.user))
        return get_object_or_404(orders, number=self.kwargs["number"])

    def visible_rows(self) -> QuerySet[UsageRecord]:
        cycle = self.kwargs["cycle"]
        if cycle != OPEN and not cycle.isdigit():
            raise Http404
        rows = self.listing.rows.filter(order=self.order)
        return rows.filter(cycle=None if cycle == OPEN else cycle)

    @cached_property
    def lines(self) -> dict[int, BillLine]:
        lines = BillLine.objects.filter(usage_record__in=self.page.rows, kind=LineKind.USAGE)
        return {line.usage_record_id or 0: line for line in lines.select_related("bill")}

    def beside(self, row: UsageRecord) -> dict[str, Any]:
        return {"line": self.lines.get(row.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(order=self.order, outlook=self.outlook(), **kwargs)

    def outlook(self) -> Any:
        """Of those not billed; they share their order's conditions."""
        waiting = [each for each in self.page.rows if each.pk not in self.lines]
        if not waiting:
            return None
        now = timezone.now()
        facts = usage_facts(facts_of(self.order), waiting[-1].due_cycle, now)
        return outlooks([Unbilled(facts, is_usage=True)], now)[0]
