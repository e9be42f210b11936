"""The lists of payouts and of their batches."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByDay,
    ByInstant,
    ByNumber,
    ByWord,
    Filters,
    OneOf,
    between,
)
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Code, Day, Number
from koogallery.portal.tables import FileOnly
from settlement.choices import BatchState, PayoutState
from settlement.listings.columns import STATE
from settlement.models import Payout


class PayoutFilters(Filters):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    bill = ByNumber("items__bill__number")
    batch = ByNumber("batch__number")
    state = OneOf(choices=PayoutState.choices)
    currency = ByWord("currency")
    amount_from, amount_to = between(ByAmount, "amount")
    expected_on_from, expected_on_to = between(ByDay, "expected_on")
    sent_at_from, sent_at_to = between(ByInstant, "sent_at")
    paid_at_from, paid_at_to = between(ByInstant, "paid_at")
    failed_at_from, failed_at_to = between(ByInstant, "failed_at")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    end_to_end_id = ByWord("end_to_end_id")
    bank_reference = ByWord("bank_reference")
    failure_code = ByWord("failure_code")
    bank_line = ByNumber("bank_lines__number")
    modified_since = ChangedSince("modified_at")


class BatchFilters(Filters):
    number = ByNumber("number")
    state = OneOf(choices=BatchState.choices)
    currency = ByWord("currency")
    payout = ByNumber("payouts__number")
    amount_from, amount_to = between(ByAmount, "amount")
    expected_on_from, expected_on_to = between(ByDay, "expected_on")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    created_by = ByWord("created_by__username")
    approved_at_from, approved_at_to = between(ByInstant, "approved_at")
    sent_at_from, sent_at_to = between(ByInstant, "sent_at")
    settled_at_from, settled_at_to = between(ByInstant, "settled_at")
    modified_since = ChangedSince("modified_at")


PAYOUTS = Listing(
    title=_("Payouts"),
    rows=Payout.objects.with_names(),
    filters=PayoutFilters,
    narrowed_by=(
        find(_("Payout or bank reference"), "number", "bank_reference"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Expected"), "expected_on"),
        *period(_("Paid"), "paid_at"),
    ),
    ordering="-created_at",
    export="payouts",
    columns=(
        Number(_("Payout"), "number", "payout-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        STATE,
        Day(_("Expected"), "expected_on", sort="-"),
        Day(_("Paid"), "paid_at"),
        Code(_("Bank reference"), "bank_reference"),
        FileOnly("currency"),
        Amount(_("Amount"), "amount", sort="-", is_named=True, is_strong=True),
        FileOnly("batch__number", "batch"),
        FileOnly("end_to_end_id"),
        FileOnly("failure_code"),
        FileOnly("failure_detail"),
        FileOnly("created_at"),
    ),
)
