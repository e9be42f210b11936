"""Who sells: applications, certification, bank accounts, and who has left (R9.1, R6.3)."""
