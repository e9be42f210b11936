"""Sellers' servers are called: what is queued for them, and what their answers change (R9.4)."""
