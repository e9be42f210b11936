"""Refunds of settled orders come back: bills, deposit, then what the seller pays (R5)."""
