from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByNumber
from koogallery.exports.lists import ExportedList
from settlement.listings.bills import BillLineFilters
from settlement.models import BillLine
from settlement.portal import forms, tables
from settlement.readings.bill_files import LINE_AMOUNTS, LINE_COLUMNS, RATIO


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
