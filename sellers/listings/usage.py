"""What usage can be narrowed by."""

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByCycle, ByInstant, ByNumber, ByWord, Filters, between


class UsageFilters(Filters):
    customer_wht_from, customer_wht_to = between(ByAmount, "customer_wht")
    recorded_at_from, recorded_at_to = between(ByInstant, "recorded_at")
    metering_sn = ByWord("metering_sn")
    seller = ByNumber("seller__number")
    order = ByNumber("order__number")
    package = ByNumber("package__number")
    product = ByNumber("order__product__number")
    customer_account = ByWord("order__customer_account")
    currency = ByWord("order__currency")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    due_cycle = ByCycle("due_cycle")
    started_at_from, started_at_to = between(ByInstant, "started_at")
    ended_at_from, ended_at_to = between(ByInstant, "ended_at")
    quantity_from, quantity_to = between(ByAmount, "quantity")
    unit_price_from, unit_price_to = between(ByAmount, "unit_price")
    sales_amount_from, sales_amount_to = between(ByAmount, "sales_amount")
    modified_since = ChangedSince("recorded_at")
