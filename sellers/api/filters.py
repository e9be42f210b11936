"""What the lists can be filtered by."""

from collections.abc import Mapping
from functools import reduce
from operator import or_

import django_filters
from django.db.models import Q, QuerySet

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByCount,
    ByCycle,
    ByFlag,
    ByInstant,
    ByName,
    ByNumber,
    ByText,
    ByWord,
    OneOf,
    between,
)
from koogallery.duties import OperatorRole
from koogallery.models import AccessToken
from koogallery.models.tokens import TokenQuerySet
from sellers.choices import DeliveryMethod, Supervision

TOKEN_SCOPES = [("operator", "Operator"), ("read", "Read"), ("write", "Read and write")]
TOKEN_STATES = [
    ("active", "Active"),
    ("rotated", "Rotated"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
]


class FeeRatioFilters(django_filters.FilterSet):
    version_from, version_to = between(ByCount, "version")
    ratio_from, ratio_to = between(ByAmount, "platform_fee_ratio")
    valid_from_from, valid_from_to = between(ByInstant, "valid_from")


class SellerFilters(django_filters.FilterSet):
    withholding_tax_rate_from, withholding_tax_rate_to = between(ByAmount, "withholding_tax_rate")
    digital_service_tax_rate_from, digital_service_tax_rate_to = between(
        ByAmount, "digital_service_tax_rate"
    )
    left_at_from, left_at_to = between(ByInstant, "left_at")
    number = ByNumber("number")
    company_name = ByName("company_name")
    country = ByWord("country")
    settlement_currency = ByWord("settlement_currency")
    certified = ByFlag("certified_at", lookup_expr="isnull", exclude=True)
    certified_at_from, certified_at_to = between(ByInstant, "certified_at")
    required_deposit_from, required_deposit_to = between(ByAmount, "required_deposit")
    open_cycle = ByCycle("open_cycle")
    open_cycle_from, open_cycle_to = between(ByCycle, "open_cycle")
    has_left = ByFlag("left_at", lookup_expr="isnull", exclude=True)
    created_at_from, created_at_to = between(ByInstant, "created_at")
    modified_since = ChangedSince("modified_at")


class ProductFilters(django_filters.FilterSet):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    name = ByName("name")
    delivery_method = OneOf(choices=DeliveryMethod.choices)
    supervised = ByFlag("supervised")
    listed = ByFlag("delisted_at", lookup_expr="isnull")
    delisted_at_from, delisted_at_to = between(ByInstant, "delisted_at")
    platform_fee_ratio_from, platform_fee_ratio_to = between(ByAmount, "present_ratio")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    modified_since = ChangedSince("modified_at")


class UsageFilters(django_filters.FilterSet):
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


class SupervisionFilters(django_filters.FilterSet):
    """Orders by how far their supervision is (R9.3); for exports, as orders are settlement's."""

    seller = ByNumber("seller__number")
    order = ByNumber("number")
    product = ByNumber("product__number")
    supervision_status = OneOf(choices=Supervision.choices)
    placed_at_from, placed_at_to = between(ByInstant, "placed_at")


class TokenFilters(django_filters.FilterSet):
    number = ByNumber("number")
    name = ByName("name")
    scope = OneOf(choices=TOKEN_SCOPES, method="by_scope")
    state = OneOf(choices=TOKEN_STATES, method="by_state")
    seller = ByNumber("seller_number")
    holder = ByWord("user__username")
    role = OneOf("roles", choices=OperatorRole.choices, lookup_expr="overlap")
    prefix = ByWord("token_key")
    replaced_by = ByNumber("replaced_by__number")
    issued_at_from, issued_at_to = between(ByInstant, "created")
    expires_at_from, expires_at_to = between(ByInstant, "expiry")
    revoked_at_from, revoked_at_to = between(ByInstant, "revoked_at")
    last_used_at_from, last_used_at_to = between(ByInstant, "last_use__at")
    last_used_from = ByText("last_use__address")
    modified_since = ChangedSince("modified_at")

    def by_scope(
        self,
        tokens: QuerySet[AccessToken],
        name: str,  # noqa: ARG002
        words: list[str],
    ) -> QuerySet[AccessToken]:
        return tokens.filter(_any(words, SCOPES)) if words else tokens

    def by_state(
        self,
        tokens: TokenQuerySet,
        name: str,  # noqa: ARG002
        words: list[str],
    ) -> TokenQuerySet:
        return tokens.in_states(*words)


#: What a token of each scope looks like.
SCOPES = {
    "operator": Q(seller_number=""),
    "read": ~Q(seller_number="") & Q(may_write=False),
    "write": ~Q(seller_number="") & Q(may_write=True),
}


def _any(words: list[str], meanings: Mapping[str, Q]) -> Q:
    return reduce(or_, (meanings[word] for word in words))
