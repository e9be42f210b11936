"""Refunds from application to payout, by the standards of R4.2 and the approvers of R4.4."""
