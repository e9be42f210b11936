"""The lists of bills, their lines, invoices and disputes."""

from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCount, ByFlag, ByName, ByNumber, ByText, ByWord, Filters
from koogallery.dates import cycle_label
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import (
    Amount,
    Code,
    Day,
    ExactAmount,
    Excerpt,
    Instant,
    Link,
    Month,
    Number,
    Part,
    Percent,
    StateTag,
)
from koogallery.portal.tables import Column, FileOnly
from settlement.models import Adjustment, Bill, BillLine, Dispute, Invoice, SelfBillingConsent
from settlement.readings.bill_files import LINE_AMOUNTS, LINE_COLUMNS, RATIO

STATE = StateTag(_("State"), "state")


class BillFilters(Filters):
    model = Bill
    columns = (
        "number line_count sales_amount customer_wht platform_fee withholding_tax "
        "digital_service_tax adjustments seller cycle currency state settlement_amount "
        "recovered net_payable issued_at"
    )
    modified_since = ChangedSince("modified_at")


def cycles_of(bills: QuerySet[Bill]) -> Iterator[tuple[str, str]]:
    for cycle in bills.order_by("-cycle").values_list("cycle", flat=True).distinct():
        yield cycle, cycle_label(cycle)


BILLS = Listing(
    title=_("Bills"),
    rows=Bill.objects.select_related("seller"),
    filters=BillFilters,
    narrowed_by=(
        *period(_("Cycle"), "cycle", _("Any"), cycles_of),
        *period(_("Issued"), "issued_at"),
        Narrowing("state", _("State"), _("All states")),
        find(_("Seller number or name"), "seller__number", "seller__company_name"),
    ),
    ordering="-cycle",
    export="bills",
    columns=(
        Number(_("Bill"), "number", "bill-detail", sort="-", several="seller_name"),
        FileOnly("seller__number", "seller"),
        FileOnly("seller_name", "company_name"),
        Month(_("Cycle"), "cycle", sort="-"),
        STATE,
        Instant(_("Issued"), "issued_at", sort="-"),
        Column(_("Currency"), "currency"),
        FileOnly("line_count"),
        Amount(_("Sales amount"), "sales_amount", sort="-"),
        FileOnly("customer_wht", is_money=True),
        FileOnly("platform_fee", is_money=True),
        FileOnly("withholding_tax", is_money=True),
        FileOnly("digital_service_tax", is_money=True),
        FileOnly("adjustments", is_money=True),
        Amount(_("Settlement amount"), "settlement_amount", sort="-"),
        Amount(_("Recovered"), "recovered", sort="-"),
        Amount(_("To be paid"), "net_payable", sort="-", is_strong=True),
    ),
)


class BillLineFilters(Filters):
    model = BillLine
    columns = (
        "sales_amount customer_wht platform_fee_ratio refunded_before line_no kind order "
        "adjustment product cycle catch_up effective_at settlement"
    )
    product_name = ByName("product__name")
    modified_since = ChangedSince("bill__issued_at")
    line_no = ByCount("line_no")
    metering_sn = ByWord("usage_record__metering_sn")
    customer = ByName("order__customer_name")


class LinesOfAnyFilters(BillLineFilters):
    """Lines of any bills, for files: REST lists them bill by bill."""

    bill = ByNumber("bill__number")
    seller = ByNumber("seller__number")


def of_the_bill(lines: QuerySet[BillLine], query: QueryDict) -> QuerySet[BillLine]:
    return lines.filter(bill__number=query.get("bill", ""))


LINES = Listing(
    title=_("Bill lines"),
    rows=BillLine.objects.select_related(
        "order", "product", "usage_record", "adjustment__bill", "adjustment__dispute"
    ).annotate(ratio=RATIO),
    filters=LinesOfAnyFilters,
    within=of_the_bill,
    narrowed_by=(
        Narrowing("kind", _("Kind"), _("All kinds")),
        find(_("Order number"), "order__number", name="order"),
        Narrowing("product", _("Product number")),
        Narrowing("customer", _("Customer")),
        *period(_("Took effect"), "effective_at"),
    ),
    ordering="line_no",
    export="bill-lines",
    draws=True,
    columns=(
        # The page draws a line on two rows, an adjustment unlike an order; its file is the bill's.
        Column(_("No."), "line_no", sort="+", export=""),
        Column(_("Order")),
        Column(_("Product")),
        Instant(_("Took effect"), "effective_at", sort="+", export=""),
        ExactAmount(_("Sales amount"), "sales_amount", "bill__currency", sort="-", export=""),
        ExactAmount(_("Customer’s WHT"), "customer_wht", "bill__currency", sort="-", export=""),
        Percent(_("Fee ratio"), "platform_fee_ratio", sort="-", export=""),
        ExactAmount(_("Settlement"), "settlement", "bill__currency", sort="-", export=""),
        *(
            FileOnly(lookup, name, is_money=name in LINE_AMOUNTS)
            for name, lookup in LINE_COLUMNS.items()
        ),
    ),
)


class AdjustmentFilters(Filters):
    model = Adjustment
    columns = "number seller bill kind currency amount created_at"
    modified_since = ChangedSince("created_at")
    reason = ByText("reason")
    billed = ByFlag("bill_lines", lookup_expr="isnull", exclude=True)
    billed_on = ByNumber("bill_lines__bill__number")


class InvoiceFilters(Filters):
    model = Invoice
    columns = (
        "seller bill state invoice_no currency amount tax invoice_date submitted_at decided_at"
    )
    modified_since = ChangedSince("modified_at")


INVOICES = Listing(
    title=_("Invoices"),
    rows=Invoice.objects.select_related("seller", "bill").annotate(total=F("amount") + F("tax")),
    filters=InvoiceFilters,
    narrowed_by=(
        find(_("Invoice, your No. or bill"), "number", "invoice_no", "bill__number"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Invoice date"), "invoice_date"),
    ),
    ordering="-id",
    export="invoices",
    columns=(
        Number(_("Invoice"), "number", "invoice-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        Code(_("Your No."), "invoice_no", sort="+"),
        Link(_("Bill"), "bill__number", "bill-detail", export="bill"),
        Day(_("Invoice date"), "invoice_date", sort="-"),
        Instant(pgettext_lazy("when", "Submitted"), "submitted_at", sort="-id"),
        STATE,
        FileOnly("currency"),
        Amount(_("Net amount"), "amount", sort="-"),
        Amount(_("VAT"), "tax"),
        Amount(_("Gross amount"), "total", export="gross", is_named=True, is_strong=True),
    ),
)


class ConsentFilters(Filters):
    model = SelfBillingConsent
    columns = "number seller vat_rate agreed_at ended_at"
    ended = ByFlag("ended_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")


class DisputeFilters(Filters):
    model = Dispute
    columns = "number adjustment difference seller bill state amount opened_at answered_at"
    line_no = ByCount("line_no")
    currency = ByWord("bill__currency")
    reason = ByText("reason")
    modified_since = ChangedSince("modified_at")


DISPUTES = Listing(
    title=_("Disputes"),
    rows=Dispute.objects.select_related("seller", "bill", "adjustment"),
    filters=DisputeFilters,
    narrowed_by=(
        find(_("Dispute, bill or reason"), "number", "bill__number", "reason"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Opened"), "opened_at"),
    ),
    ordering="-id",
    export="disputes",
    columns=(
        Number(_("Dispute"), "number", "dispute-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        Part(_("Of"), "bill__number", "settlement/cells/disputed.html", export="bill"),
        FileOnly("line_no"),
        Instant(_("Opened"), "opened_at", sort="-id"),
        Excerpt(_("Reason"), "reason"),
        FileOnly("bill__currency", "currency"),
        Amount(_("Missing"), "amount", "bill__currency", is_named=True, empty=_("not said")),
        STATE,
        Amount(_("Found"), "difference", "bill__currency", is_named=True),
        FileOnly("adjustment__number", "adjustment"),
        FileOnly("answer"),
        FileOnly("answered_at"),
    ),
)
