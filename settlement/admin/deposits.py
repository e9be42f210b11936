from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.reading import LongReadOnlyAdmin, ReadOnlyAdmin
from settlement.models import Deposit, DepositMovement

#: Movements on a deposit's own page; the rest is one list away.
LATEST = 20


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin):
    list_display = [
        columns.link("seller", "Seller"),
        columns.amount("balance", "Balance"),
        columns.amount("seller.required_deposit", "Required"),
        "level",
        "modified_at",
    ]
    list_display_links = ["modified_at"]
    list_filter = [("seller", AutocompleteSelectFilter), "currency"]
    list_select_related = ["seller"]
    fields = [
        columns.link("seller", "Seller"),
        columns.amount("balance", "Balance"),
        columns.amount("seller.required_deposit", "Required"),
        "level",
        "movements",
    ]

    def number_of(self, row: Deposit | None) -> str:
        return row.seller.number if row else ""

    @columns.shown("Level (R6.2)", tones={"Below": "warning", "Kept": "success"})
    def level(self, deposit: Deposit) -> str:
        return "Below" if deposit.balance < deposit.seller.required_deposit else "Kept"

    @columns.shown("Latest movements")
    def movements(self, deposit: Deposit) -> SafeString:
        latest = deposit.seller.deposit_movements.select_related("actor").order_by("-pk")
        return columns.table(
            [
                "At",
                "Kind",
                "Reference",
                "By",
                columns.amount_heading("Change"),
                columns.amount_heading("Balance after"),
            ],
            [
                (
                    each.at,
                    each.get_kind_display(),
                    each.reference,
                    each.actor or "Bill run",
                    columns.amount_cell(each.change, deposit.currency),
                    columns.amount_cell(each.balance_after, deposit.currency),
                )
                for each in latest[:LATEST]
            ],
        )


@admin.register(DepositMovement)
class DepositMovementAdmin(LongReadOnlyAdmin):
    list_display = [
        "at",
        columns.link("seller", "Seller"),
        "kind",
        "reference",
        "actor",
        columns.amount("change", "Change", currency="seller.settlement_currency"),
        columns.amount("balance_after", "Balance after", currency="seller.settlement_currency"),
    ]
    list_filter = [("seller", AutocompleteSelectFilter), "kind"]
    search_fields = ["reference__exact"]
    list_select_related = ["seller", "actor"]
    ordering = ["-pk"]
    fields = [
        "at",
        columns.link("seller", "Seller"),
        "kind",
        "reference",
        "actor",
        columns.amount("change", "Change", currency="seller.settlement_currency"),
        columns.amount("balance_after", "Balance after", currency="seller.settlement_currency"),
    ]
