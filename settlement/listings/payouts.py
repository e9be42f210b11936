"""The lists of payouts, their batches and what the bank says of them."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByDay,
    ByFlag,
    ByInstant,
    ByNumber,
    ByText,
    ByWord,
    Filters,
    OneOf,
    between,
)
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


class PayoutFilters(Filters):
    model = Payout
    columns = (
        "number seller batch state currency amount expected_on sent_at paid_at failed_at "
        "created_at end_to_end_id bank_reference failure_code"
    )
    bill = ByNumber("items__bill__number")
    bank_line = ByNumber("bank_lines__number")
    modified_since = ChangedSince("modified_at")


class BatchFilters(Filters):
    model = PayoutBatch
    columns = (
        "number state currency amount expected_on created_at created_by approved_at sent_at "
        "settled_at"
    )
    payout = ByNumber("payouts__number")
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
    sums=Sums(_("Sum, without what failed or came back"), without="failure_code"),
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


class BankStatementFilters(Filters):
    number = ByNumber("number")
    format = OneOf(choices=StatementFormat.choices)
    account = ByWord("account")
    currency = ByWord("currency")
    reference = ByWord("reference")
    sequence = ByWord("sequence")
    digest = ByWord("file_digest")
    taken_by = ByWord("taken_by__username")
    opening_from, opening_to = between(ByAmount, "opening")
    closing_from, closing_to = between(ByAmount, "closing")
    opened_on_from, opened_on_to = between(ByDay, "opened_on")
    closed_on_from, closed_on_to = between(ByDay, "closed_on")
    taken_at_from, taken_at_to = between(ByInstant, "taken_at")
    state = OneOf(choices=StatementState.choices)
    reversed_by = ByWord("reversed_by__username")
    reversed_at_from, reversed_at_to = between(ByInstant, "reversed_at")
    reversal_reason = ByText("reversal_reason")
    #: A line of it is attributed later; it is itself reversed at the most.
    modified_since = ChangedSince("modified_at")


class BankLineFilters(Filters):
    number = ByNumber("number")
    statement = ByNumber("statement__number")
    state = OneOf(choices=LineState.choices)
    # The fields of a line that say what it is are named in its answer as here.
    match = OneOf(field_name="reason", choices=LineReason.choices)
    purpose = OneOf(choices=LinePurpose.choices)
    currency = ByWord("currency")
    seller = ByNumber("seller__number")
    payout = ByNumber("payout__number")
    batch = ByNumber("batch__number")
    receivable = ByNumber("payment__receivable__number")
    adjustment = ByNumber("adjustment__number")
    sends_back = ByNumber("sends_back__number")
    repeats = ByNumber("repeats__number")
    is_reversal = ByFlag("is_reversal")
    amount_from, amount_to = between(ByAmount, "amount")
    charges_from, charges_to = between(ByAmount, "charges")
    booked_on_from, booked_on_to = between(ByDay, "booked_on")
    value_on_from, value_on_to = between(ByDay, "value_on")
    end_to_end_id = ByWord("end_to_end_id")
    bank_reference = ByWord("bank_reference")
    uetr = ByWord("uetr")
    counterparty_name = ByText("counterparty_name")
    counterparty_account = ByWord("counterparty_account")
    text = ByText("text")
    return_reason = ByWord("return_reason")
    transaction_code = ByWord("transaction_code")
    attributed_by = ByWord("attributed_by__username")
    attributed_at_from, attributed_at_to = between(ByInstant, "attributed_at")
    modified_since = ChangedSince("modified_at")
