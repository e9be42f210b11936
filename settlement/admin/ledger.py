from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.reading import LongReadOnlyAdmin, ReadOnlyAdmin
from koogallery.duties import Duty
from settlement.models import InvariantResult, Journal, LedgerEntry


@admin.register(Journal)
class JournalAdmin(LongReadOnlyAdmin):
    """One movement of money with its legs, which sum to zero (R7.1)."""

    reading = Duty.READ_BOOKS
    list_display = [
        "key",
        "kind",
        columns.link("seller", "Seller"),
        "subject",
        "effective_at",
        "recorded_at",
    ]
    list_filter = [("seller", AutocompleteSelectFilter)]
    search_fields = ["key__startswith"]
    list_select_related = ["seller"]
    ordering = ["-pk"]
    fields = [
        "key",
        "kind",
        columns.link("seller", "Seller"),
        "subject",
        "effective_at",
        "recorded_at",
        "legs",
    ]

    @columns.shown("Entries; debits are positive")
    def legs(self, journal: Journal) -> SafeString:
        entries = journal.entries.order_by("pk")
        return columns.table(
            ["Account", columns.amount_heading("Amount")],
            [
                (each.get_account_display(), columns.amount_cell(each.amount, each.currency))
                for each in entries
            ],
        )


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LongReadOnlyAdmin):
    reading = Duty.READ_BOOKS
    list_display = [
        columns.link("journal", "Journal"),
        columns.link("seller", "Seller"),
        "account",
        columns.amount("amount", "Amount"),
        "effective_at",
    ]
    list_display_links = None
    list_filter = [("seller", AutocompleteSelectFilter), "account"]
    list_select_related = ["journal", "seller"]
    ordering = ["-pk"]

    @columns.shown("Effective at")
    def effective_at(self, entry: LedgerEntry) -> object:
        return entry.journal.effective_at


@admin.register(InvariantResult)
class InvariantResultAdmin(ReadOnlyAdmin):
    """The sentences the books are proven by, with their last result (R7.2)."""

    reading = Duty.READ_BOOKS
    list_display = ["sentence", "holds", "checked", "difference", "at"]
    list_filter = ["holds"]
    fields = ["name", "sentence", "holds", "checked", "difference", "at"]
