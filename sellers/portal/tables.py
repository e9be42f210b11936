from koogallery.portal.tables import Column

PRODUCTS = (
    Column("Product", sort="number"),
    Column("Name", sort="name"),
    Column("Delivery method", sort="delivery_method"),
    Column("Supervised"),
    Column("Fee ratio", sort="platform_fee_ratio", first="-", is_amount=True),
)

SUPERVISIONS = (
    Column("Order", sort="number", first="-"),
    Column("Product and customer"),
    Column("Waiting for", sort="supervision_status"),
    Column("Placed", sort="placed_at", is_instant=True),
    Column("Age", is_amount=True),
    Column("Sales amount", sort="sales_amount", first="-", is_amount=True),
)
