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
