"""Plain Python that everyone may import: errors, money, cycles. No Django, no clock."""
