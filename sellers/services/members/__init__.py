"""Who belongs to a company, what they are mailed, and who is forgotten (R10)."""
