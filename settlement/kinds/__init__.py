"""The kinds of notices of settlement, and their facts (R10)."""

from koogallery.kinds import register
from settlement.kinds import bills, deposits, facts, payouts, refunds

for subject in (bills, payouts, refunds, deposits):
    register(subject.KINDS, facts.FACTS)
