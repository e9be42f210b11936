"""Who sells what, to whom, delivered or not: facts that arrive."""
