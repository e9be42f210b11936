"""What the lists can be filtered by."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from koogallery.api import filters
from koogallery.api.changed_since import ChangedSince
from koogallery.duties import OperatorRole
from koogallery.models import AccessToken
from koogallery.models.tokens import TokenQuerySet, TokenState
from sellers.models import Seller

TOKEN_SCOPES = [("operator", "Operator"), ("read", "Read"), ("write", "Read and write")]
TOKEN_STATES = TokenState.choices


class FeeRatioFilters(filters.Filters):
    version_from, version_to = filters.between(filters.ByCount, "version")
    ratio_from, ratio_to = filters.between(filters.ByAmount, "platform_fee_ratio")
    valid_from_from, valid_from_to = filters.between(filters.ByInstant, "valid_from")


class SellerFilters(filters.Filters):
    model = Seller
    columns = (
        "withholding_tax_rate digital_service_tax_rate left_at number company_name country "
        "settlement_currency certified_at required_deposit created_at"
    )
    certified = filters.ByFlag("certified_at", lookup_expr="isnull", exclude=True)
    open_cycle = filters.ByCycle("open_cycle")
    open_cycle_from, open_cycle_to = filters.between(filters.ByCycle, "open_cycle")
    has_left = filters.ByFlag("left_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")


class TokenFilters(filters.Filters):
    model = AccessToken
    columns = "number name replaced_by revoked_at"
    scope = filters.OneOf(choices=TOKEN_SCOPES, method="by_scope")
    state = filters.OneOf(choices=TOKEN_STATES, method="by_state")
    seller = filters.ByNumber("seller_number")
    holder = filters.ByWord("user__username")
    role = filters.OneOf("roles", choices=OperatorRole.choices, lookup_expr="overlap")
    prefix = filters.ByWord("token_key")
    issued_at_from, issued_at_to = filters.between(filters.ByInstant, "created")
    expires_at_from, expires_at_to = filters.between(filters.ByInstant, "expiry")
    last_used_at_from, last_used_at_to = filters.between(filters.ByInstant, "last_use__at")
    last_used_from = filters.ByText("last_use__address")
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
