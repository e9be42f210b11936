"""The lists of payouts, their batches and what the bank says of them."""

from django.utils.translation import gettext_lazy as _

from koogallery.api import filters
from koogallery.api.changed_since import ChangedSince
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Code, Day, Number
from koogallery.portal.tables import FileOnly
from koogallery.portal.totals import Sums
from settlement.choices import (
    LinePurpose,
    LineReason,
    LineState,
    StatementFormat,
    StatementState,
)
from settlement.listings.bills import STATE
from settlement.models import Payout, PayoutBatch


class PayoutFilters(filters.Filters):
    model = Payout
    columns = (
        "number seller batch state currency amount expected_on sent_at paid_at failed_at "
        "created_at end_to_end_id bank_reference failure_code"
    )
    bill = filters.ByNumber("items__bill__number")
    bank_line = filters.ByNumber("bank_lines__number")
    modified_since = ChangedSince("modified_at")


class BatchFilters(filters.Filters):
    model = PayoutBatch
    columns = (
        "number state currency amount expected_on created_at created_by approved_at sent_at "
        "settled_at"
    )
    payout = filters.ByNumber("payouts__number")
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
    ordering="-id",
    sums=Sums(_("Sum, without what failed or came back"), without="failure_code"),
    export="payouts",
    columns=(
        Number(_("Payout"), "number", "payout-detail", sort="-id", several="seller__company_name"),
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


class BankStatementFilters(filters.Filters):
    number = filters.ByNumber("number")
    format = filters.OneOf(choices=StatementFormat.choices)
    account = filters.ByWord("account")
    currency = filters.ByWord("currency")
    reference = filters.ByWord("reference")
    sequence = filters.ByWord("sequence")
    digest = filters.ByWord("file_digest")
    taken_by = filters.ByWord("taken_by__username")
    opening_from, opening_to = filters.between(filters.ByAmount, "opening")
    closing_from, closing_to = filters.between(filters.ByAmount, "closing")
    opened_on_from, opened_on_to = filters.between(filters.ByDay, "opened_on")
    closed_on_from, closed_on_to = filters.between(filters.ByDay, "closed_on")
    taken_at_from, taken_at_to = filters.between(filters.ByInstant, "taken_at")
    state = filters.OneOf(choices=StatementState.choices)
    reversed_by = filters.ByWord("reversed_by__username")
    reversed_at_from, reversed_at_to = filters.between(filters.ByInstant, "reversed_at")
    reversal_reason = filters.ByText("reversal_reason")
    #: A line of it is attributed later; it is itself reversed at the most.
    modified_since = ChangedSince("modified_at")


class BankLineFilters(filters.Filters):
    number = filters.ByNumber("number")
    statement = filters.ByNumber("statement__number")
    state = filters.OneOf(choices=LineState.choices)
    # The fields of a line that say what it is are named in its answer as here.
    match = filters.OneOf(field_name="reason", choices=LineReason.choices)
    purpose = filters.OneOf(choices=LinePurpose.choices)
    currency = filters.ByWord("currency")
    seller = filters.ByNumber("seller__number")
    payout = filters.ByNumber("payout__number")
    batch = filters.ByNumber("batch__number")
    receivable = filters.ByNumber("payment__receivable__number")
    adjustment = filters.ByNumber("adjustment__number")
    sends_back = filters.ByNumber("sends_back__number")
    repeats = filters.ByNumber("repeats__number")
    is_reversal = filters.ByFlag("is_reversal")
    amount_from, amount_to = filters.between(filters.ByAmount, "amount")
    charges_from, charges_to = filters.between(filters.ByAmount, "charges")
    booked_on_from, booked_on_to = filters.between(filters.ByDay, "booked_on")
    value_on_from, value_on_to = filters.between(filters.ByDay, "value_on")
    end_to_end_id = filters.ByWord("end_to_end_id")
    bank_reference = filters.ByWord("bank_reference")
    uetr = filters.ByWord("uetr")
    counterparty_name = filters.ByText("counterparty_name")
    counterparty_account = filters.ByWord("counterparty_account")
    text = filters.ByText("text")
    return_reason = filters.ByWord("return_reason")
    transaction_code = filters.ByWord("transaction_code")
    attributed_by = filters.ByWord("attributed_by__username")
    attributed_at_from, attributed_at_to = filters.between(filters.ByInstant, "attributed_at")
    modified_since = ChangedSince("modified_at")
