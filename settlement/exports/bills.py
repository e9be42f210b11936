from functools import partial
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByNumber
from koogallery.exports.lists import ExportedList
from settlement.api.filters.bills import BillFilters, BillLineFilters
from settlement.choices import LineKind
from settlement.models import Bill, BillLine
from settlement.portal import forms, tables

BILLS = ExportedList(
    name="bills",
    label=_("Bills"),
    rows=Bill.objects.all(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "company_name": "seller__company_name",
        "cycle": "cycle",
        "state": "state",
        "currency": "currency",
        "line_count": "line_count",
        "sales_amount": "sales_amount",
        "customer_wht": "customer_wht",
        "platform_fee": "platform_fee",
        "withholding_tax": "withholding_tax",
        "digital_service_tax": "digital_service_tax",
        "adjustments": "adjustments",
        "settlement_amount": "settlement_amount",
        "recovered": "recovered",
        "net_payable": "net_payable",
        "issued_at": "issued_at",
    },
    form=partial(forms.BillFilters, several_sellers=True),
    filters=BillFilters,
    shown=tables.BILLS,
    ordering="-cycle",
    amounts=frozenset(
        {
            "sales_amount",
            "customer_wht",
            "platform_fee",
            "withholding_tax",
            "digital_service_tax",
            "adjustments",
            "settlement_amount",
            "recovered",
            "net_payable",
        }
    ),
)


class ExportedLineFilters(BillLineFilters):
    """Lines of any bills: REST lists them bill by bill."""

    bill = ByNumber("bill__number")
    seller = ByNumber("seller__number")


def _line_form(query: QueryDict, *, rows: QuerySet[Any]) -> forms.LineFilters:
    """The lines of the bill that the address names."""
    return forms.LineFilters(query, rows=rows.filter(bill__number=query.get("bill", "")))


#: An adjustment carries no ratio; the column is there because every line has it.
_RATIO = Case(When(kind=LineKind.ADJUSTMENT, then=None), default=F("platform_fee_ratio"))

LINES = ExportedList(
    name="bill-lines",
    label=_("Bill lines"),
    rows=BillLine.objects.annotate(ratio=_RATIO),
    columns={
        "bill": "bill__number",
        "line_no": "line_no",
        "seller": "seller__number",
        "kind": "kind",
        "order": "order__number",
        "metering_sn": "usage_record__metering_sn",
        "adjustment": "adjustment__number",
        "product": "order__product__number",
        "product_name": "order__product__name",
        "customer_name": "order__customer_name",
        "customer_account": "order__customer_account",
        "order_type": "order__order_type",
        "cycle": "cycle",
        "catch_up": "catch_up",
        "effective_at": "effective_at",
        "currency": "bill__currency",
        "sales_amount": "sales_amount",
        "customer_wht": "customer_wht",
        "platform_fee_ratio": "ratio",
        "settlement": "settlement",
        "refunded_before": "refunded_before",
        "reason": "adjustment__reason",
    },
    form=_line_form,
    filters=ExportedLineFilters,
    ordering="line_no",
    amounts=frozenset({"sales_amount", "customer_wht", "settlement", "refunded_before"}),
)
