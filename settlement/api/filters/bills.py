import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByCount,
    ByCycle,
    ByFlag,
    ByInstant,
    ByName,
    ByNumber,
    ByWord,
    OneOf,
    between,
)
from settlement.choices import BillState, LineKind


class BillFilters(django_filters.FilterSet):
    number = ByNumber("number")
    line_count_from, line_count_to = between(ByCount, "line_count")
    sales_amount_from, sales_amount_to = between(ByAmount, "sales_amount")
    customer_wht_from, customer_wht_to = between(ByAmount, "customer_wht")
    platform_fee_from, platform_fee_to = between(ByAmount, "platform_fee")
    withholding_tax_from, withholding_tax_to = between(ByAmount, "withholding_tax")
    digital_service_tax_from, digital_service_tax_to = between(ByAmount, "digital_service_tax")
    adjustments_from, adjustments_to = between(ByAmount, "adjustments")
    seller = ByNumber("seller__number")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    currency = ByWord("currency")
    state = OneOf(choices=BillState.choices)
    settlement_amount_from, settlement_amount_to = between(ByAmount, "settlement_amount")
    recovered_from, recovered_to = between(ByAmount, "recovered")
    net_payable_from, net_payable_to = between(ByAmount, "net_payable")
    issued_at_from, issued_at_to = between(ByInstant, "issued_at")
    modified_since = ChangedSince("modified_at")


class BillLineFilters(django_filters.FilterSet):
    sales_amount_from, sales_amount_to = between(ByAmount, "sales_amount")
    customer_wht_from, customer_wht_to = between(ByAmount, "customer_wht")
    platform_fee_ratio_from, platform_fee_ratio_to = between(ByAmount, "platform_fee_ratio")
    refunded_before_from, refunded_before_to = between(ByAmount, "refunded_before")
    product_name = ByName("product__name")
    modified_since = ChangedSince("bill__issued_at")
    line_no = ByCount("line_no")
    line_no_from, line_no_to = between(ByCount, "line_no")
    kind = OneOf(choices=LineKind.choices)
    order = ByNumber("order__number")
    metering_sn = ByWord("usage_record__metering_sn")
    adjustment = ByNumber("adjustment__number")
    product = ByNumber("product__number")
    customer = ByName("order__customer_name")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    catch_up = ByFlag("catch_up")
    effective_at_from, effective_at_to = between(ByInstant, "effective_at")
    settlement_from, settlement_to = between(ByAmount, "settlement")
