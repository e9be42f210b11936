"""The lines of a bill, a page at a time: as quick at line 100,000 as at line 1."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from koogallery.portal.formats import decimals_of
from koogallery.portal.keyset import keyset_page
from settlement.models import Bill, BillLine
from settlement.portal.forms import LineFilters
from settlement.portal.tables import LINES
from settlement.services.explanations import explanation_of

LINES_PER_PAGE = 50


def lines_of(bill: Bill, query: QueryDict) -> dict[str, Any]:
    """What the page needs to show the lines its URL asks for."""
    form = LineFilters(query, rows=_with_what_they_name(bill))
    page = keyset_page(form.narrow(), query, key="line_no", size=LINES_PER_PAGE)
    for line in page.rows:
        line.bill = bill
    return {
        "form": form,
        "columns": LINES,
        "ordering": "",
        "page": page,
        "lines": [(line, explanation_of(line)) for line in page.rows],
        "decimals": max((_decimals(line, bill.currency) for line in page.rows), default=0),
    }


def _with_what_they_name(bill: Bill) -> QuerySet[BillLine]:
    return bill.lines.select_related(
        "order__product", "usage_record", "adjustment__bill", "adjustment__dispute"
    )


def _decimals(line: BillLine, currency: str) -> int:
    amounts = (line.sales_amount, line.customer_wht, line.settlement)
    return max(decimals_of(amount, currency) for amount in amounts)
