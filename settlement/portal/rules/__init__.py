"""The settlement rules as sellers read them: what each says, in words, and a worked number.

The law is docs/rules.md's table and the tests that it names; this tells no more than that.
"""

from settlement.portal.rules import bills, payments, refunds

CHAPTERS = (*bills.CHAPTERS, *refunds.CHAPTERS, *payments.CHAPTERS)
RULES = {rule.number: rule for chapter in CHAPTERS for rule in chapter.rules}
