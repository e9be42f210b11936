from koogallery.portal.tables import Column

BILLS = (
    Column("Bill", sort="number", first="-"),
    Column("Cycle", sort="cycle", first="-"),
    Column("State", sort="state"),
    Column("Issued", sort="issued_at", first="-", is_instant=True),
    Column("Currency"),
    Column("Sales amount", sort="sales_amount", first="-", is_amount=True),
    Column("Settlement amount", sort="settlement_amount", first="-", is_amount=True),
    Column("Recovered", sort="recovered", first="-", is_amount=True),
    Column("To be paid", sort="net_payable", first="-", is_amount=True),
)

LINES = (
    Column("No."),
    Column("Order"),
    Column("Product"),
    Column("Took effect", is_instant=True),
    Column("Sales amount", is_amount=True),
    Column("Customer’s WHT", is_amount=True),
    Column("Fee ratio", is_amount=True),
    Column("Settlement", is_amount=True),
)

TRANSACTIONS = (
    Column("Order", sort="order", first="-"),
    Column("Product and customer"),
    Column("Took effect", is_instant=True),
    Column("Cycle", sort="cycle", first="-"),
    Column("Sales amount", sort="sales_amount", first="-", is_amount=True),
    Column("Customer’s WHT", is_amount=True),
    Column("Fee ratio", is_amount=True),
    Column("Bill"),
)

USAGE = (
    Column("Record"),
    Column("Consumed", is_instant=True),
    Column("Quantity", is_amount=True),
    Column("Sales amount", is_amount=True),
    Column("Customer’s WHT", is_amount=True),
    Column("Bill"),
)

RECOVERIES = (
    Column("Recovery", sort="number", first="-"),
    Column("Order"),
    Column("Settled on bill"),
    Column("Refunded", sort="refunded_at", first="-", is_instant=True),
    Column("State", sort="state"),
    Column("To recover", sort="amount", first="-", is_amount=True),
    Column("Taken", is_amount=True),
    Column("Open", sort="outstanding", first="-", is_amount=True),
)

DEPOSITS = (
    Column("Seller", sort="number"),
    Column("Company", sort="company_name"),
    Column("Balance", is_amount=True),
    Column("Required level", sort="required_deposit", first="-", is_amount=True),
)

MOVEMENTS = (
    Column("When", is_instant=True),
    Column("Movement"),
    Column("Reference"),
    Column("Change", is_amount=True),
    Column("Balance after", is_amount=True),
)

RECEIVABLES = (
    Column("Receivable", sort="number", first="-"),
    Column("For"),
    Column("State", sort="state"),
    Column("Due", sort="due_at", is_instant=True),
    Column("Amount", sort="amount", first="-", is_amount=True),
    Column("Outstanding", is_amount=True),
)

ORDERS = (
    Column("Order", sort="number", first="-"),
    Column("Product and customer"),
    Column("Type"),
    Column("Placed", sort="placed_at", first="-", is_instant=True),
    Column("Supervision"),
    Column("Paid incl. VAT", sort="paid_amount", first="-", is_amount=True),
    Column("Sales amount", sort="sales_amount", first="-", is_amount=True),
    Column("Billing"),
)

REFUNDS = (
    Column("Refund", sort="number", first="-"),
    Column("Order and customer"),
    Column("Requested", sort="requested_at", first="-", is_instant=True),
    Column("Amount", sort="amount", first="-", is_amount=True),
    Column("State", sort="state"),
    Column("Who acts"),
)

DISPUTES = (
    Column("Dispute", sort="number", first="-"),
    Column("Of"),
    Column("Opened", sort="opened_at", first="-", is_instant=True),
    Column("Reason"),
    Column("Missing", is_amount=True),
    Column("State", sort="state"),
    Column("Found", is_amount=True),
)
