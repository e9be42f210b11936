"""Payouts: planned, put into batches, sent to the bank, paid, failed or returned (R8.2)."""
