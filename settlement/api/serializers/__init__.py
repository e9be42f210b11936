"""What is sent and answered, a noun a file. Amounts are written in the row's own currency."""
