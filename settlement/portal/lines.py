"""The lines of a bill, a page at a time: as quick at line 100,000 as at line 1."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from koogallery.portal.formats import decimals_of
from koogallery.portal.keyset import sorted_page
from koogallery.portal.tables import legal_orderings
from settlement.models import Bill, BillLine
from settlement.portal.forms import LineFilters
from settlement.portal.tables import LINES
from settlement.readings.explanations import explanation_of

LINES_PER_PAGE = 25
IN_ORDER = "line_no"


def lines_of(bill: Bill, query: QueryDict) -> dict[str, Any]:
    """What the page needs to show the lines its URL asks for."""
    form = LineFilters(query, rows=_with_what_they_name(bill))
    asked = query.get("sort", "")
    ordering = asked if asked in legal_orderings(LINES) else IN_ORDER
    page = sorted_page(form.narrow(), query, ordering=ordering, size=LINES_PER_PAGE)
    for line in page.rows:
        line.bill = bill
    return {
        "form": form,
        "columns": LINES,
        "ordering": ordering,
        "export_query": _export_query(bill, query),
        "page": page,
        "lines": [(line, explanation_of(line)) for line in page.rows],
        "decimals": max((_decimals(line, bill.currency) for line in page.rows), default=0),
    }


def _export_query(bill: Bill, query: QueryDict) -> str:
    """All lines that the filters leave, without the place in the list."""
    chosen = {name: query[name] for name in ("kind", "order", "sort") if query.get(name)}
    return urlencode({"bill": bill.number, **chosen})


def _with_what_they_name(bill: Bill) -> QuerySet[BillLine]:
    return bill.lines.select_related(
        "order", "product", "usage_record", "adjustment__bill", "adjustment__dispute"
    )


def _decimals(line: BillLine, currency: str) -> int:
    amounts = (line.sales_amount, line.customer_wht, line.settlement)
    return max(decimals_of(amount, currency) for amount in amounts)
