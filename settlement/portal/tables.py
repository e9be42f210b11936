from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.portal.tables import Column

BILLS = (
    Column(_("Bill"), sort="number", first="-"),
    Column(_("Cycle"), sort="cycle", first="-"),
    Column(_("State"), sort="state"),
    Column(_("Issued"), sort="issued_at", first="-", is_instant=True),
    Column(_("Currency")),
    Column(_("Sales amount"), sort="sales_amount", first="-", is_amount=True),
    Column(_("Settlement amount"), sort="settlement_amount", first="-", is_amount=True),
    Column(_("Recovered"), sort="recovered", first="-", is_amount=True),
    Column(_("To be paid"), sort="net_payable", first="-", is_amount=True),
)

LINES = (
    Column(_("No."), sort="line_no"),
    Column(_("Order")),
    Column(_("Product")),
    Column(_("Took effect"), sort="effective_at", is_instant=True),
    Column(_("Sales amount"), sort="sales_amount", first="-", is_amount=True),
    Column(_("Customer’s WHT"), sort="customer_wht", first="-", is_amount=True),
    Column(_("Fee ratio"), sort="platform_fee_ratio", first="-", is_amount=True),
    Column(_("Settlement"), sort="settlement", first="-", is_amount=True),
)

TRANSACTIONS = (
    Column(_("Order"), sort="order", first="-"),
    Column(_("Product and customer")),
    Column(_("Took effect"), is_instant=True),
    Column(_("Cycle"), sort="cycle", first="-"),
    Column(_("Sales amount"), sort="sales_amount", first="-", is_amount=True),
    Column(_("Customer’s WHT"), is_amount=True),
    Column(_("Fee ratio"), is_amount=True),
    Column(_("Bill")),
)

USAGE = (
    Column(_("Record")),
    Column(_("Consumed"), is_instant=True),
    Column(_("Quantity"), is_amount=True),
    Column(_("Sales amount"), is_amount=True),
    Column(_("Customer’s WHT"), is_amount=True),
    Column(_("Bill")),
)

RECOVERIES = (
    Column(_("Recovery"), sort="number", first="-"),
    Column(_("Order")),
    Column(_("Settled on bill")),
    Column(pgettext_lazy("when", "Refunded"), sort="refunded_at", first="-", is_instant=True),
    Column(_("State"), sort="state"),
    Column(_("To recover"), sort="amount", first="-", is_amount=True),
    Column(_("Taken"), is_amount=True),
    Column(_("Open"), sort="outstanding", first="-", is_amount=True),
)

DEPOSITS = (
    Column(_("Seller"), sort="number"),
    Column(_("Company"), sort="company_name"),
    Column(_("Balance"), is_amount=True),
    Column(_("Required level"), sort="required_deposit", first="-", is_amount=True),
)

MOVEMENTS = (
    Column(_("When"), is_instant=True),
    Column(_("Movement")),
    Column(_("Reference")),
    Column(_("Reason")),
    Column(_("Change"), is_amount=True),
    Column(_("Balance after"), is_amount=True),
)

RECEIVABLES = (
    Column(_("Receivable"), sort="number", first="-"),
    Column(_("For")),
    Column(_("State"), sort="state"),
    Column(_("Due"), sort="due_at", is_instant=True),
    Column(_("Amount"), sort="amount", first="-", is_amount=True),
    Column(_("Outstanding"), is_amount=True),
)

ORDERS = (
    Column(_("Order"), sort="number", first="-"),
    Column(_("Product and customer")),
    Column(_("Type")),
    Column(_("Placed"), sort="placed_at", first="-", is_instant=True),
    Column(_("Supervision")),
    Column(_("Paid incl. VAT"), sort="paid_amount", first="-", is_amount=True),
    Column(_("Sales amount"), sort="sales_amount", first="-", is_amount=True),
    Column(_("Billing")),
)

REFUNDS = (
    Column(_("Refund"), sort="number", first="-"),
    Column(_("Order and customer")),
    Column(_("Requested"), sort="requested_at", first="-", is_instant=True),
    Column(_("Amount"), sort="amount", first="-", is_amount=True),
    Column(_("State"), sort="state"),
    Column(_("Who acts")),
)

DISPUTES = (
    Column(_("Dispute"), sort="number", first="-"),
    Column(_("Of")),
    Column(_("Opened"), sort="opened_at", first="-", is_instant=True),
    Column(_("Reason")),
    Column(_("Missing"), is_amount=True),
    Column(_("State"), sort="state"),
    Column(_("Found"), is_amount=True),
)

INVOICES = (
    Column(_("Invoice"), sort="number", first="-"),
    Column(_("Your No."), sort="invoice_no"),
    Column(_("Bill")),
    Column(_("Invoice date"), sort="invoice_date", first="-"),
    Column(pgettext_lazy("when", "Submitted"), sort="submitted_at", first="-", is_instant=True),
    Column(_("State"), sort="state"),
    Column(_("Amount"), sort="amount", first="-", is_amount=True),
)
