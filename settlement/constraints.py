"""What the constraints of bills, refunds, payouts and the ledger refuse, as refusals."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from koogallery.guards import Guard, guard_constraints
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput

GUARDS: Mapping[str, Guard] = {
    # sellers
    "a_seller_who_left_pays_what_it_owes": Guard(
        Conflict, "R6.3", _("The seller has left and owes less than that."), "amount"
    ),
    "a_seller_asks_to_leave_once": Guard(
        Conflict, "R6.3", _("The seller has asked for its exit already.")
    ),
    "an_exit_request_is_decided_once": Guard(
        Conflict, "R6.3", _("A request for an exit stays as it was made, and is decided once.")
    ),
    "a_granted_exit_has_happened": Guard(
        Conflict, "R6.3", _("An exit is granted as the seller leaves, not before.")
    ),
    "a_currency_in_use_stays": Guard(
        Conflict,
        "R2.8",
        _("The settlement currency stays: there are orders, a deposit or bills in it."),
        "settlement_currency",
    ),
    "a_package_covers_what_it_settles": Guard(
        Conflict,
        "R9.2",
        _("A package covers usage of its term while it is paid, and once it covers any stays so."),
        "package",
    ),
    "a_close_leaves_nothing_due_behind": Guard(
        Conflict, "R1.6", _("Something of the seller is due in an earlier cycle; close it first.")
    ),
    # bills
    "billed_orders_are_frozen": Guard(
        Conflict, "R3.2", _("The order is on an issued bill and no longer changes.")
    ),
    "billed_usage_is_frozen": Guard(
        Conflict, "R3.2", _("The usage record is on an issued bill and no longer changes.")
    ),
    "an_issued_bill_is_frozen": Guard(Conflict, "R3.2", _("An issued bill is never rewritten.")),
    "one_bill_per_seller_and_cycle": Guard(
        Conflict, "R3.1", _("There is a bill of this seller and cycle already.")
    ),
    "an_order_is_billed_once": Guard(Conflict, "R1.5", _("The order is on a bill already.")),
    "a_usage_record_is_billed_once": Guard(
        Conflict, "R1.5", _("The usage record is on a bill already.")
    ),
    "an_adjustment_is_billed_once": Guard(
        Conflict, "R1.5", _("The adjustment is on a bill already.")
    ),
    "an_adjustment_changes_something": Guard(
        InvalidInput, "R3.2", _("amount must not be 0."), "amount"
    ),
    "one_open_dispute_per_bill_and_line": Guard(
        Conflict, "R3.4", _("The same is disputed already and not answered yet.")
    ),
    "a_dispute_keeps_its_claim": Guard(
        Conflict, "R3.4", _("The dispute is closed; an answer is final.")
    ),
    "the_opener_does_not_answer": Guard(
        Forbidden, "R3.4", _("Whoever opened a dispute does not answer it.")
    ),
    "seals_stay_as_they_are": Guard(Conflict, "R7.3", _("What is sealed stays as it is.")),
    "a_chain_of_seals_counts_up": Guard(
        Conflict, "R7.3", _("Somebody else has just added to this chain; send it again.")
    ),
    # previews and runs
    "a_preview_keeps_what_it_shows": Guard(
        Conflict, "R1.6", _("What was previewed stays as it was previewed and approved.")
    ),
    "an_approved_preview_was_looked_at": Guard(
        Conflict,
        "R1.6",
        _("The preview is not ready, or a seller in it was not looked at."),
    ),
    "a_run_issues_an_approved_preview": Guard(
        Conflict, "R1.7", _("The run has no approved preview of its cycle.")
    ),
    "a_part_issues_what_was_approved": Guard(
        Conflict, "R1.7", _("A run issues what was approved for a seller, and nothing else.")
    ),
    "a_flagged_bill_is_looked_at": Guard(
        Conflict, "R1.6", _("The bill met a guard rail; look at it before it is approved.")
    ),
    "a_look_at_a_bill_is_taken_once": Guard(
        Conflict, "R1.6", _("The look at this bill is on record, and stays.")
    ),
    "a_seller_is_held_back_once": Guard(
        Conflict, "R1.7", _("Somebody else has just held this seller back.")
    ),
    "a_hold_is_released_once": Guard(
        Conflict, "R1.7", _("A hold stays as it was said; it is released once.")
    ),
    "a_held_seller_is_issued_nothing": Guard(
        Conflict, "R1.7", _("The seller is held back; nothing is issued until it is released.")
    ),
    # payouts
    "a_payout_keeps_what_it_pays": Guard(
        Conflict, "R8.2", _("The payout is under way or has ended; what it pays stays.")
    ),
    "a_payout_item_is_what_is_owed": Guard(
        Conflict, "R8.2", _("A payout pays what its bills and returned deposits say, no more.")
    ),
    "a_payout_is_the_sum_of_its_items": Guard(
        Conflict, "R8.2", _("A payout is the exact sum of what it pays.")
    ),
    "a_payout_goes_to_the_certified_account": Guard(
        Conflict, "R8.2", _("A payout goes to the certified bank account, past its cool-down.")
    ),
    "a_payout_is_paid_by_the_bank_or_a_person": Guard(
        Conflict, "R4.4", _("A payout is paid by the bank, or by a person who answers for it.")
    ),
    "a_bill_is_paid_by_one_payout": Guard(Conflict, "R8.2", _("Another payout pays this bill.")),
    "a_deposit_is_returned_by_one_payout": Guard(
        Conflict, "R8.2", _("Another payout returns this deposit.")
    ),
    "a_batch_pays_a_seller_once": Guard(Conflict, "R8.2", _("The batch pays this seller already.")),
    "an_end_to_end_id_is_used_once": Guard(
        Conflict, "R8.2", _("Another payment has this end-to-end ID.")
    ),
    "a_batch_keeps_what_it_pays": Guard(
        Conflict, "R8.2", _("The batch stays as it was put together.")
    ),
    "a_batch_is_the_sum_of_its_payouts": Guard(
        Conflict, "R8.2", _("The batch is the exact sum of its payouts.")
    ),
    "a_batch_ends_with_its_payouts": Guard(
        Conflict, "R8.2", _("Payouts of this batch are still under way.")
    ),
    "a_batch_is_approved_by_enough": Guard(
        Forbidden, "R4.4", _("The batch is not approved by enough others.")
    ),
    "a_batch_is_approved_once_by_each": Guard(
        Conflict, "R4.4", _("You approved this already; another person has to approve it, too.")
    ),
    "who_puts_a_batch_together_does_not_approve_it": Guard(
        Forbidden, "R4.4", _("You put this batch together; another operator has to approve it.")
    ),
    "a_bill_is_paid_by_its_payout": Guard(
        Conflict, "R8.2", _("A bill is paid by its payout, and fails with it.")
    ),
    # bank statements
    "a_bank_statement_is_taken_once": Guard(
        Conflict, "R8.2", _("Somebody else has just taken this statement.")
    ),
    "a_bank_line_is_attributed_once": Guard(
        Conflict, "R8.2", _("The line is attributed already; what the bank said stays.")
    ),
    "a_bank_line_is_over_what_it_names": Guard(
        InvalidInput,
        "R8.2",
        _("The line is over another amount than what it is attributed to."),
        "to",
    ),
    "a_payout_leaves_the_bank_once": Guard(
        Conflict, "R8.2", _("Another line says already that this payout left the bank."), "to"
    ),
    "a_payout_comes_back_once": Guard(
        Conflict, "R8.2", _("Another line says already that this payout came back."), "to"
    ),
    # invoices
    "an_invoice_asks_for_something": Guard(
        InvalidInput, "R8.1", _("amount must be above 0."), "amount"
    ),
    "an_invoice_takes_no_tax_off": Guard(
        InvalidInput, "R8.1", _("The VAT of an invoice is 0 or more."), "taxes"
    ),
    "a_rate_stands_once_on_an_invoice": Guard(
        InvalidInput, "R8.1", _("Each rate of VAT stands once on an invoice."), "taxes"
    ),
    "a_rate_taxes_something": Guard(
        InvalidInput,
        "R8.1",
        _("A rate of VAT is at least 0 and less than 1, on a net of more than 0."),
        "taxes",
    ),
    "taxes_make_the_invoice": Guard(
        InvalidInput,
        "R8.1",
        _("The rates of VAT add up to the invoice, their tax rounded half up."),
        "taxes",
    ),
    "a_seller_consents_once": Guard(
        Conflict, "R8.3", _("The seller has consented to self-billing already.")
    ),
    "a_consent_ends_once": Guard(
        Conflict, "R8.3", _("A consent stays as it was given, and ends once.")
    ),
    "a_self_billed_invoice_has_its_consent": Guard(
        Conflict, "R8.3", _("The seller's consent to self-billing has ended.")
    ),
    "self_billed_numbers_have_no_gaps": Guard(
        Conflict, "R8.3", _("Self-billed invoices are numbered without gaps.")
    ),
    "a_self_billed_number_is_used_once": Guard(
        Conflict, "R8.3", _("Self-billed invoices are numbered without gaps.")
    ),
    "invoices_stay_within_net_payable": Guard(
        InvalidInput,
        "R8.1",
        _("The invoices of a bill never ask for more than is payable."),
        "amount",
    ),
    "an_invoice_number_is_used_once": Guard(
        Conflict, "R8.1", _("An invoice of this number has been submitted already."), "invoice_no"
    ),
    "an_invoice_is_for_a_bill_that_waits_for_it": Guard(
        Conflict, "R8.1", _("The bill waits for no invoice.")
    ),
    "invoices_add_up_to_net_payable": Guard(
        Conflict, "R8.1", _("The bill's invoices do not add up to what is payable.")
    ),
    "a_bill_is_paid_on_verified_invoices": Guard(
        Conflict, "R8.1", _("A bill is paid once all its invoices are verified.")
    ),
    "an_invoice_keeps_its_facts": Guard(
        Conflict, "R8.1", _("The invoice is closed, or its facts would change; submit another one.")
    ),
    # refunds
    "a_refund_is_positive": Guard(InvalidInput, "R4.1", _("amount must be above 0."), "amount"),
    "refunds_stay_within_the_amount_paid": Guard(
        InvalidInput,
        "R4.1",
        _("All refunds of one order together never exceed what the customer paid."),
        "amount",
    ),
    "a_claimed_order_stays_paid": Guard(
        Conflict,
        "R4.1",
        _("Refund %(named)s claims what was paid; the order stays paid and is not cancelled."),
        "paid_at",
    ),
    "nothing_goes_back_before_it_came": Guard(
        InvalidInput,
        "R1.8",
        _("Refund %(named)s went back to the customer; the order was paid by then."),
        "paid_at",
    ),
    "requester_is_not_approver": Guard(
        Forbidden, "R4.4", _("Whoever asked for a refund cannot approve it.")
    ),
    "approvers_are_different": Guard(
        Forbidden, "R4.4", _("A second approval is another operator's; you have given yours.")
    ),
    "approved_means_approved_by_enough": Guard(
        Conflict, "R4.4", _("The refund has not been approved by enough operators.")
    ),
    "a_refund_keeps_its_claim": Guard(
        Conflict, "R4.3", _("The refund is closed, or its claim is no longer open to change.")
    ),
    "the_requester_does_not_speak_for_the_seller": Guard(
        Forbidden, "R4.4", _("Who applied for a refund does not speak for the seller.")
    ),
    "a_refund_takes_an_approval": Guard(
        Conflict, "R4.4", _("The refund has not been approved by enough operators.")
    ),
    # a second person
    "nobody_moves_more_alone": Guard(
        Forbidden, "R4.4", _("One person alone moves less than this; it takes a second one.")
    ),
    "nobody_charges_more_alone": Guard(
        Forbidden,
        "R4.4",
        _("With what one person said to be charges before it, so much takes two people."),
    ),
    "a_second_person_has_agreed": Guard(
        Forbidden, "R4.4", _("The second person has not agreed to this.")
    ),
    "the_second_person_is_another": Guard(
        Forbidden, "R4.4", _("The second person is another than the first.")
    ),
    "a_request_brings_a_second_person": Guard(
        Forbidden, "R4.4", _("The second person has not agreed to this.")
    ),
    "money_moves_by_authority": Guard(
        Forbidden, "R4.4", _("Money moves only where somebody answers for it.")
    ),
    "money_is_authorised_once": Guard(Conflict, "R4.4", _("Somebody else has just done the same.")),
    "a_preview_takes_two": Guard(
        Forbidden, "R4.4", _("Who asked for a preview of this size does not approve it.")
    ),
    "who_records_an_invoice_does_not_verify_it": Guard(
        Forbidden, "R8.1", _("Who recorded an invoice does not verify it.")
    ),
    "another_account_takes_two": Guard(
        Forbidden, "R8.1", _("An invoice with another bank account takes two people.")
    ),
    "a_rejection_gives_its_reason": Guard(
        InvalidInput, "R4.3", _("A rejection gives its reason."), "reason"
    ),
    # recoveries, deposits, receivables
    "outstanding_is_within_the_recovery": Guard(
        InvalidInput, "R5.7", _("amount exceeds what is outstanding."), "amount"
    ),
    "the_deposit_waits_for_the_window": Guard(
        Conflict, "R5.4", _("The deposit is untouched while bills of the window are to come.")
    ),
    "bills_are_drawn_on_within_the_window": Guard(
        Conflict, "R5.3", _("A recovery draws on the bills of its window only.")
    ),
    "a_deposit_is_never_below_zero": Guard(
        InvalidInput, "R6.1", _("amount exceeds the deposit's balance."), "amount"
    ),
    "no_movement_overdraws_a_deposit": Guard(
        InvalidInput, "R6.1", _("amount exceeds the deposit's balance."), "amount"
    ),
    "a_movement_is_recorded_once": Guard(
        Conflict,
        "R6.1",
        _("A movement of this kind and reference is recorded already."),
        "reference",
    ),
    "a_payment_is_positive": Guard(InvalidInput, "R5.7", _("amount must be above 0."), "amount"),
    "a_payment_is_recorded_once": Guard(
        Conflict, "R5.7", _("A payment of this reference is recorded already."), "reference"
    ),
}
RECORDED_ONCE = frozenset(
    {
        "a_batch_leaves_the_bank_once",
        "a_bill_is_carried_over_once",
        "a_bill_is_drawn_on_once_per_recovery",
        "a_document_of_a_bill_is_made_once",
        "a_forecast_is_kept_once",
        "a_preview_shows_a_seller_once",
        "a_run_closes_a_seller_once",
        "settlement_authorisation_request_id_key",
        "settlement_bankline_adjustment_id_key",
        "settlement_bankline_sends_back_id_key",
        "settlement_bill_number_key",
        "settlement_billlook_bill_id_key",
        "settlement_billrun_preview_id_key",
        "settlement_calendarday_date_key",
        "settlement_invoicinglist_bill_id_key",
        "settlement_journal_key_key",
        "settlement_receivable_recovery_id_key",
        "settlement_receivablepayment_reverses_id_key",
        "settlement_recovery_refund_id_key",
    }
)

guard_constraints(GUARDS, RECORDED_ONCE)
