"""What usage can be narrowed by."""

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCycle, ByNumber, ByWord, Filters
from sellers.models import UsageRecord


class UsageFilters(Filters):
    model = UsageRecord
    columns = (
        "customer_wht recorded_at metering_sn seller order package cycle started_at ended_at "
        "quantity unit_price sales_amount"
    )
    product = ByNumber("order__product__number")
    customer_account = ByWord("order__customer_account")
    currency = ByWord("order__currency")
    due_cycle = ByCycle("due_cycle")
    modified_since = ChangedSince("recorded_at")
