"""What the lists can be filtered by."""

import django_filters

from koogallery.api.filters import (
    ByAmount,
    ByCycle,
    ByFlag,
    ByInstant,
    ByNumber,
    ByText,
    ByWord,
    OneOf,
    between,
    since,
)
from sellers.choices import DeliveryMethod


class SellerFilters(django_filters.FilterSet):
    number = ByNumber("number")
    company_name = ByText("company_name")
    country = ByWord("country")
    settlement_currency = ByWord("settlement_currency")
    certified = ByFlag("certified_at", lookup_expr="isnull", exclude=True)
    certified_at_from, certified_at_to = between(ByInstant, "certified_at")
    required_deposit_from, required_deposit_to = between(ByAmount, "required_deposit")
    open_cycle = ByCycle("open_cycle")
    open_cycle_from, open_cycle_to = between(ByCycle, "open_cycle")
    has_left = ByFlag("left_at", lookup_expr="isnull", exclude=True)
    created_at_from, created_at_to = between(ByInstant, "created_at")
    modified_since = since("modified_at")


class ProductFilters(django_filters.FilterSet):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    name = ByText("name")
    delivery_method = OneOf(choices=DeliveryMethod.choices)
    supervised = ByFlag("supervised")
    listed = ByFlag("delisted_at", lookup_expr="isnull")
    delisted_at_from, delisted_at_to = between(ByInstant, "delisted_at")
    platform_fee_ratio_from, platform_fee_ratio_to = between(ByAmount, "platform_fee_ratio")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    modified_since = since("modified_at")


class UsageFilters(django_filters.FilterSet):
    metering_sn = ByWord("metering_sn")
    seller = ByNumber("seller__number")
    order = ByNumber("order__number")
    product = ByNumber("order__product__number")
    customer_account = ByWord("order__customer_account")
    currency = ByWord("order__currency")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    due_cycle = ByCycle("due_cycle")
    started_at_from, started_at_to = between(ByInstant, "started_at")
    ended_at_from, ended_at_to = between(ByInstant, "ended_at")
    quantity_from, quantity_to = between(ByAmount, "quantity")
    sales_amount_from, sales_amount_to = between(ByAmount, "sales_amount")
    modified_since = since("recorded_at")
