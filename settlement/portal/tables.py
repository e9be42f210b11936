from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.portal.cells import Amount, Instant
from koogallery.portal.tables import Column

LINES = (
    Column(_("No."), sort="+line_no"),
    Column(_("Order")),
    Column(_("Product")),
    Instant(_("Took effect"), sort="+effective_at"),
    Amount(_("Sales amount"), sort="-sales_amount"),
    Amount(_("Customer’s WHT"), sort="-customer_wht"),
    Amount(_("Fee ratio"), sort="-platform_fee_ratio"),
    Amount(_("Settlement"), sort="-settlement"),
)

TRANSACTIONS = (
    Column(_("Order"), sort="-order"),
    Column(_("Product and customer")),
    Instant(_("Took effect")),
    Column(_("Cycle"), sort="-cycle"),
    Amount(_("Sales amount"), sort="-sales_amount"),
    Amount(_("Customer’s WHT")),
    Amount(_("Fee ratio")),
    Column(_("Bill")),
)

USAGE = (
    Column(_("Record")),
    Instant(_("Consumed")),
    Amount(_("Quantity")),
    Amount(_("Sales amount")),
    Amount(_("Customer’s WHT")),
    Column(_("Bill")),
)

RECOVERIES = (
    Column(_("Recovery"), sort="-number"),
    Column(_("Order")),
    Column(_("Settled on bill")),
    Instant(pgettext_lazy("when", "Refunded"), sort="-refunded_at"),
    Column(_("State"), sort="+state"),
    Amount(_("To recover"), sort="-amount"),
    Amount(_("Taken")),
    Amount(_("Open"), sort="-outstanding"),
)

DEPOSITS = (
    Column(_("Seller"), sort="+number"),
    Column(_("Company"), sort="+company_name"),
    Amount(_("Balance")),
    Amount(_("Required level"), sort="-required_deposit"),
)

MOVEMENTS = (
    Instant(_("When")),
    Column(_("Movement")),
    Column(_("Reference")),
    Column(_("Reason")),
    Amount(_("Change")),
    Amount(_("Balance after")),
)

RECEIVABLES = (
    Column(_("Receivable"), sort="-number"),
    Column(_("For")),
    Column(_("State"), sort="+state"),
    Instant(_("Due"), sort="+due_at"),
    Amount(_("Amount"), sort="-amount"),
    Amount(_("Outstanding")),
)

ORDERS = (
    Column(_("Order"), sort="-number"),
    Column(_("Product and customer")),
    Column(_("Type")),
    Instant(_("Placed"), sort="-placed_at"),
    Column(_("Supervision")),
    Amount(_("Paid incl. VAT"), sort="-paid_amount"),
    Amount(_("Sales amount"), sort="-sales_amount"),
    Column(_("Billing")),
)

REFUNDS = (
    Column(_("Refund"), sort="-number"),
    Column(_("Order and customer")),
    Instant(_("Requested"), sort="-requested_at"),
    Amount(_("Amount"), sort="-amount"),
    Column(_("State"), sort="+state"),
    Column(_("Who acts")),
)

DISPUTES = (
    Column(_("Dispute"), sort="-number"),
    Column(_("Of")),
    Instant(_("Opened"), sort="-opened_at"),
    Column(_("Reason")),
    Amount(_("Missing")),
    Column(_("State"), sort="+state"),
    Amount(_("Found")),
)

INVOICES = (
    Column(_("Invoice"), sort="-number"),
    Column(_("Your No."), sort="+invoice_no"),
    Column(_("Bill")),
    Column(_("Invoice date"), sort="-invoice_date"),
    Instant(pgettext_lazy("when", "Submitted"), sort="-submitted_at"),
    Column(_("State"), sort="+state"),
    Amount(_("Amount"), sort="-amount"),
)
