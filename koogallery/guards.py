"""What the database refuses, said as the refusal it is.

Services check first, to answer well; the database checks last, to be right also when two callers
act at once. Whoever loses such a race gets the same named refusal, not a crash.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, DataError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from koogallery.kit.errors import Busy, Conflict, DomainError, Forbidden, InvalidInput
from koogallery.outages import LOCKED, sqlstate_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guard:
    """How the breach of one constraint is told; the constraint's name is its code.

    `detail` may say `%(named)s`: the row that stands in the way, which the trigger names.
    """

    refusal: type[DomainError]
    rule: str
    detail: str
    field: str = ""


#: Constraints and triggers that a call can run into, by their names in the database.
GUARDS: Mapping[str, Guard] = {
    # sellers
    "withholding_tax_rate_is_a_share": Guard(
        InvalidInput, "R2.2", _("A tax rate is a share from 0 to 1."), "withholding_tax_rate"
    ),
    "digital_service_tax_rate_is_a_share": Guard(
        InvalidInput, "R2.2", _("A tax rate is a share from 0 to 1."), "digital_service_tax_rate"
    ),
    "required_deposit_is_not_negative": Guard(
        InvalidInput, "R6.2", _("A required deposit is not negative."), "required_deposit"
    ),
    "a_company_that_left_stays_away": Guard(
        Conflict,
        "R6.3",
        _("A company of this name has left and does not come back."),
        "company_name",
    ),
    "a_seller_who_left_pays_what_it_owes": Guard(
        Conflict, "R6.3", _("The seller has left and owes less than that."), "amount"
    ),
    "a_company_leaves_as_a_whole": Guard(
        Conflict, "R6.3", _("The company is registered again, and leaves with all of it.")
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
    "platform_fee_ratio_is_a_share": Guard(
        InvalidInput,
        "R2.1",
        _("A platform fee ratio is a share from 0 to 1."),
        "platform_fee_ratio",
    ),
    "a_product_with_orders_keeps_its_kind": Guard(
        Conflict,
        "R9.2",
        _("The product has orders, which follow its delivery method and its supervision."),
        "delivery_method",
    ),
    "fee_ratio_versions_count_up": Guard(
        Conflict, "R2.6", _("Somebody else has just changed this ratio; read it again.")
    ),
    "an_order_has_the_ratio_of_its_day": Guard(
        Conflict,
        "R2.6",
        _("The product's fee ratio has just been changed; send it again."),
    ),
    "a_version_leaves_orders_as_they_are": Guard(
        Conflict,
        "R2.6",
        _("Orders placed since then have another fee ratio, and keep it."),
        "valid_from",
    ),
    "wht_within_sales_within_paid": Guard(
        InvalidInput,
        "R2.1",
        _("customer_wht is within sales_amount, and sales_amount within paid_amount."),
        "sales_amount",
    ),
    "a_pay_per_use_order_carries_no_amount": Guard(
        InvalidInput, "R4.8", _("A pay-per-use order carries no amount of its own."), "paid_amount"
    ),
    "a_trial_is_free": Guard(
        InvalidInput,
        "R1.3",
        _("A trial is free; what the customer pays for is a purchase."),
        "paid_amount",
    ),
    "completed_supervision_has_its_instant": Guard(
        InvalidInput,
        "R9.3",
        _("A completed supervision has the instant it was completed at, any other has none."),
        "supervision_completed_at",
    ),
    "a_cancelled_order_is_neither_paid_nor_due": Guard(
        Conflict,
        "R1.3",
        _("A cancelled order is not paid, and a paid one is not cancelled."),
        "cancelled_at",
    ),
    "an_order_is_not_cancelled_before_it_was_placed": Guard(
        InvalidInput, "R1.8", _("cancelled_at lies before placed_at."), "cancelled_at"
    ),
    "only_pay_per_use_in_effect_ends": Guard(
        InvalidInput, "R6.3", _("Only a pay-per-use order that took effect ends."), "ended_at"
    ),
    "usage_of_a_package_is_not_charged_again": Guard(
        InvalidInput, "R9.2", _("What a package covers is not charged again."), "sales_amount"
    ),
    "a_package_covers_what_it_settles": Guard(
        Conflict,
        "R9.2",
        _("A package covers usage of its term while it is paid, and once it covers any stays so."),
        "package",
    ),
    "rated_usage_has_its_orders_price": Guard(
        Conflict, "R9.5", _("The order's price has just been changed; send it again.")
    ),
    "nothing_happens_before_its_order": Guard(
        InvalidInput,
        "R1.8",
        _("Nothing is paid, enabled or accepted before the order was placed."),
        "placed_at",
    ),
    "usage_quantity_is_positive": Guard(
        InvalidInput, "R9.5", _("quantity must be above 0."), "quantity"
    ),
    "usage_wht_within_sales": Guard(
        InvalidInput, "R2.1", _("customer_wht cannot exceed sales_amount."), "customer_wht"
    ),
    "rated_usage_costs_price_times_quantity": Guard(
        InvalidInput,
        "R9.5",
        _("What is rated costs the order's price times the quantity."),
        "sales_amount",
    ),
    "usage_starts_before_it_ends": Guard(
        InvalidInput, "R9.5", _("ended_at must be later than started_at."), "ended_at"
    ),
    "facts_land_in_an_open_cycle": Guard(
        Conflict, "R1.5", _("The seller's cycle has just been closed; send it again.")
    ),
    "a_close_leaves_nothing_due_behind": Guard(
        Conflict, "R1.6", _("Something of the seller is due in an earlier cycle; close it first.")
    ),
    "an_instance_id_names_one_instance_of_its_seller": Guard(
        Conflict, "R9.4", _("Another instance of the seller has this instanceId.")
    ),
    "a_message_keeps_what_it_says": Guard(
        Conflict, "R9.4", _("What was told to the seller's server stays on record as it was.")
    ),
    "an_instance_is_enabled_once": Guard(Conflict, "R9.4", _("The instance is enabled already.")),
    "messages_of_an_instance_are_sent_one_by_one": Guard(
        Conflict, "R9.4", _("Another message of this instance is being sent.")
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
    "another_person_approves": Guard(
        Forbidden, "R4.4", _("Who asked for an act does not approve it.")
    ),
    "a_second_person_approves": Guard(
        Forbidden, "R4.4", _("Who asked for an act does not approve it.")
    ),
    "each_approves_once": Guard(
        Conflict, "R4.4", _("A second approval is another operator's; you have given yours.")
    ),
    "a_request_is_approved_by_enough": Guard(
        Conflict, "R4.4", _("The act has not been approved by enough people.")
    ),
    "a_request_keeps_what_it_asks": Guard(
        Conflict, "R4.4", _("What was asked for stays as it was; what was decided stays decided.")
    ),
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
    # applications, certifications, bank accounts
    "whoever_submits_a_seller_application_does_not_decide_it": Guard(
        Forbidden, "R9.1", _("Whoever sent in an application does not decide it.")
    ),
    "whoever_submits_a_certification_does_not_decide_it": Guard(
        Forbidden, "R9.1", _("Whoever sent in a certification does not decide it.")
    ),
    "who_made_a_seller_does_not_certify_it": Guard(
        Forbidden, "R4.4", _("Who admitted or registered a seller does not certify it.")
    ),
    "whoever_submits_a_product_application_does_not_decide_it": Guard(
        Forbidden, "R9.2", _("Whoever sent in an application does not decide it.")
    ),
    "an_address_is_invited_once_at_a_time": Guard(
        Conflict, "", _("This address is invited already."), "email"
    ),
    "an_invitation_stays_as_it_was_made": Guard(
        Conflict, "", _("The invitation has been answered meanwhile.")
    ),
    "what_was_submitted_stays": Guard(
        Conflict, "R9.1", _("What was sent in stays as it was; what was decided stays decided.")
    ),
    "a_person_has_one_open_application": Guard(
        Conflict, "R9.1", _("This person has an application that is not finished yet.")
    ),
    "a_seller_has_one_open_certification": Guard(
        Conflict, "R9.1", _("This seller has a certification that is not decided yet.")
    ),
    "three_rejections_lock": Guard(
        Conflict, "R9.1", _("Three rejections in a row lock the certification.")
    ),
    "a_product_has_one_open_change": Guard(
        Conflict, "R9.2", _("This product has an application that is not decided yet.")
    ),
    "a_delivery_method_is_sold_in_its_billing_modes": Guard(
        InvalidInput, "R9.2", _("The delivery method is not sold in this way."), "billing_modes"
    ),
    "one_bank_account_change_waits_at_a_time": Guard(
        Conflict, "R9.1", _("Another change of the bank account is under way.")
    ),
    "a_bank_account_takes_a_second_operator": Guard(
        Forbidden, "R9.1", _("A change of the bank account takes a second operator.")
    ),
    "bank_details_stay": Guard(
        Conflict, "R9.1", _("A bank account stays as it was written; ask for another one.")
    ),
    "a_bank_account_is_the_companys": Guard(
        InvalidInput, "R9.1", _("The account must be held by the company."), "account_holder"
    ),
    "documents_stay_as_they_were": Guard(Conflict, "R9.1", _("A document stays as it was added.")),
    # everywhere
    "a_view_has_a_name_of_its_own": Guard(Conflict, "", _("You have a view of this name."), "name"),
    "an_act_stays_as_it_was": Guard(Conflict, "R7.1", _("What was done is on record, and stays.")),
    "insert_only": Guard(Conflict, "R7.1", _("What is on the books is corrected by a new entry.")),
}

#: SQLSTATEs that mean: somebody else was quicker; nothing was done, the call may be repeated.
BUSY = frozenset({"40001", "40P01", LOCKED})
UNIQUE_VIOLATION = "23505"
#: Keys that name what a caller or an act has done: breached, it is done already. Every other one,
#: as of numbers that the database gives, is a fault: a sequence that lags behind its table, as
#: after a restore, is no repeated call, and no answer may make a client think so.
RECORDED_ONCE = frozenset(
    {
        "a_batch_leaves_the_bank_once",
        "a_bill_is_carried_over_once",
        "a_bill_is_drawn_on_once_per_recovery",
        "a_callers_key_names_one_call",
        "a_document_of_a_bill_is_made_once",
        "a_forecast_is_kept_once",
        "a_member_chooses_mail_once_per_seller",
        "a_notice_is_mailed_once_to_each",
        "a_page_has_one_default_view",
        "a_notice_is_read_once",
        "a_preview_shows_a_seller_once",
        "a_run_closes_a_seller_once",
        "a_seller_uses_a_serial_once",
        "a_token_succeeds_one_other",
        "a_user_joins_a_seller_once",
        "an_event_is_queued_once_per_endpoint",
        "attempts_count_up",
        "bank_account_versions_count_up",
        "koogallery_notice_key_key",
        "koogallery_platformmark_user_id_key",
        "koogallery_user_username_key",
        "sellers_certification_revises_id_key",
        "sellers_deliveryinterface_product_id_key",
        "sellers_deliverymessage_key_key",
        "sellers_instance_order_id_key",
        "sellers_order_number_key",
        "sellers_productapplication_revises_id_key",
        "sellers_sellerapplication_revises_id_key",
        "settlement_authorisation_request_id_key",
        "settlement_bill_number_key",
        "settlement_bankline_sends_back_id_key",
        "settlement_billlook_bill_id_key",
        "settlement_billrun_preview_id_key",
        "settlement_calendarday_date_key",
        "settlement_invoicinglist_bill_id_key",
        "settlement_journal_key_key",
        "settlement_receivable_recovery_id_key",
        "settlement_recovery_refund_id_key",
    }
)
CHECK_VIOLATION = "23514"
#: How PostgreSQL ends the names of checks of one column: of a name, a text, a number.
CHECK_OF_A_COLUMN = "_check"
#: How the key of a partition is told from the key that it is part of.
NUMBER_OF_PARTITION = re.compile(r"_\d+$")


def refusal_of(error: DatabaseError) -> DomainError | None:
    """The refusal behind a database error; None if it is none, but a fault of ours."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = NUMBER_OF_PARTITION.sub("", getattr(diagnosis, "constraint_name", None) or "")
    if guard := GUARDS.get(name):
        told = gettext(guard.detail)
        if "%(named)s" in told:
            told %= {"named": getattr(diagnosis, "message_detail", "")}
        return guard.refusal(told, code=name, rule=guard.rule, field=guard.field)
    sqlstate = sqlstate_of(error)
    if sqlstate == UNIQUE_VIOLATION:
        return _already_recorded(name)
    if sqlstate in BUSY:
        return Busy(gettext("Another caller holds these rows; send it again."), code="busy")
    is_column = sqlstate == CHECK_VIOLATION and name.endswith(CHECK_OF_A_COLUMN)
    if is_column or isinstance(error, DataError):
        return InvalidInput(gettext("A value cannot be stored as it is."), code="unstorable")
    return None


def _already_recorded(key: str) -> Conflict | None:
    if key in RECORDED_ONCE:
        told = gettext("Another caller has just recorded the same.")
        return Conflict(told, code="already_recorded")
    logger.critical("%s was given twice: its sequence lags behind its table.", key)
    return None


@contextmanager
def as_refusals() -> Iterator[None]:
    """Around a transaction, as a context manager or a decorator: its breaches become refusals."""
    try:
        yield
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
