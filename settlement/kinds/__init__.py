"""The kinds of notices of settlement, and their facts (R10)."""

from koogallery.kinds import register
from settlement.kinds import account, bills, deposits, facts, invoices, payouts, recoveries, refunds

for subject in (bills, invoices, payouts, refunds, recoveries, deposits, account):
    register(subject.KINDS, facts.FACTS)
