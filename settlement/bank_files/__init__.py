"""Files exchanged with banks, as plain Python: nothing here knows a database.

`payment_file` writes the order to pay, `reading` reads what a bank sends back.
"""
