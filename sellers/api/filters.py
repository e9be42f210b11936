"""What the lists can be filtered by."""

from functools import reduce
from operator import or_

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
    Filters,
    OneOf,
    between,
)
from koogallery.duties import OperatorRole
from koogallery.models import AccessToken
from koogallery.models.tokens import TokenQuerySet, TokenState

TOKEN_SCOPES = [("operator", "Operator"), ("read", "Read"), ("write", "Read and write")]
TOKEN_STATES = TokenState.choices


class FeeRatioFilters(Filters):
    version_from, version_to = between(ByCount, "version")
    ratio_from, ratio_to = between(ByAmount, "platform_fee_ratio")
    valid_from_from, valid_from_to = between(ByInstant, "valid_from")


class SellerFilters(Filters):
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


class TokenFilters(Filters):
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
        return tokens.filter(reduce(or_, (SCOPES[word] for word in words))) if words else tokens

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
