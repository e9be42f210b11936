"""What lists of bank statements and of their lines can be narrowed by."""

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
from settlement.choices import LinePurpose, LineReason, LineState, StatementFormat, StatementState


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
