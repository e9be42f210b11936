"""What the constraints of sellers, products, orders and usage refuse, as refusals."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from koogallery.guards import Guard, guard_constraints
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput

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
    "a_company_leaves_as_a_whole": Guard(
        Conflict, "R6.3", _("The company is registered again, and leaves with all of it.")
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
}
RECORDED_ONCE = frozenset(
    {
        "a_seller_uses_a_serial_once",
        "a_user_joins_a_seller_once",
        "attempts_count_up",
        "bank_account_versions_count_up",
        "sellers_certification_revises_id_key",
        "sellers_deliveryinterface_product_id_key",
        "sellers_deliverymessage_key_key",
        "sellers_instance_order_id_key",
        "sellers_order_number_key",
        "sellers_productapplication_revises_id_key",
        "sellers_sellerapplication_revises_id_key",
    }
)

guard_constraints(GUARDS, RECORDED_ONCE)
