from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByNumber
from koogallery.exports.lists import ExportedList
from settlement.api.filters.bills import BillFilters, BillLineFilters
from settlement.models import Bill, BillLine
from settlement.portal import forms, tables
from settlement.readings.bill_files import LINE_AMOUNTS, LINE_COLUMNS, RATIO

BILLS = ExportedList(
    name="bills",
    label=_("Bills"),
    rows=Bill.objects.all(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "company_name": "seller_name",
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


LINES = ExportedList(
    name="bill-lines",
    label=_("Bill lines"),
    rows=BillLine.objects.annotate(ratio=RATIO),
    columns=LINE_COLUMNS,
    form=_line_form,
    shown=tables.LINES,
    filters=ExportedLineFilters,
    ordering="line_no",
    amounts=LINE_AMOUNTS,
)
