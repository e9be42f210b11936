"""The list of roots."""

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByInstant, ByWord, Filters, between
from settlement.models import LedgerEntry, SealRoot


class BalanceFilters(Filters):
    """Two clocks: what had happened by `as_of`, as the books knew it at `known_at` (R7.2)."""

    model = LedgerEntry
    columns = "seller account currency"
    as_of = ByInstant("journal__effective_at", lookup_expr="lte")
    known_at = ByInstant("journal__recorded_at", lookup_expr="lte")


class EntryFilters(BalanceFilters):
    modified_since = ChangedSince("journal__recorded_at")
    journal = ByWord("journal__key")
    kind = ByWord("journal__kind")
    subject = ByWord("journal__subject")
    amount_from, amount_to = between(ByAmount, "amount")
    effective_at_from, effective_at_to = between(ByInstant, "journal__effective_at")
    recorded_at_from, recorded_at_to = between(ByInstant, "journal__recorded_at")


class RootFilters(Filters):
    model = SealRoot
    columns = "key hash merkle_root place made_at"
    modified_since = ChangedSince("made_at")
