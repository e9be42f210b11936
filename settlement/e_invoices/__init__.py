"""E-invoices of EN 16931: read, held against a bill, and written. Plain Python."""
