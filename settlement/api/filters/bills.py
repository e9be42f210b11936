import django_filters

from koogallery.api.filters import (
    ByAmount,
    ByCount,
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
from settlement.choices import BillState, LineKind


class BillFilters(django_filters.FilterSet):
    seller = ByNumber("seller__number")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    currency = ByWord("currency")
    state = OneOf(choices=BillState.choices)
    settlement_amount_from, settlement_amount_to = between(ByAmount, "settlement_amount")
    recovered_from, recovered_to = between(ByAmount, "recovered")
    net_payable_from, net_payable_to = between(ByAmount, "net_payable")
    issued_at_from, issued_at_to = between(ByInstant, "issued_at")
    modified_since = since("modified_at")


class BillLineFilters(django_filters.FilterSet):
    line_no = ByCount("line_no")
    line_no_from, line_no_to = between(ByCount, "line_no")
    kind = OneOf(choices=LineKind.choices)
    order = ByNumber("order__number")
    metering_sn = ByWord("usage_record__metering_sn")
    adjustment = ByNumber("adjustment__number")
    product = ByNumber("order__product__number")
    customer = ByText("order__customer_name")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    catch_up = ByFlag("catch_up")
    effective_at_from, effective_at_to = between(ByInstant, "effective_at")
    settlement_from, settlement_to = between(ByAmount, "settlement")
