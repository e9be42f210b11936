"""The forms in which operators register and correct sellers, products and orders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koogallery.admin import facts
from koogallery.admin.facts import CorrectionForm
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision

NEXT_FREE = _("The next free one if left empty.")
RATE = _("A share of 1: 0.05 is 5 %.")


class SellerFacts(forms.Form):
    company_name = facts.text()
    country = facts.text(longest=2, help_text=_("ISO 3166: two capital letters."))
    settlement_currency = facts.text(longest=3, help_text=_("ISO 4217; fixed by the first order."))
    certified_at = facts.instant(help_text=_("Nothing is billed before (R1.3)."))
    withholding_tax_rate = facts.decimal(initial=0, help_text=RATE)
    digital_service_tax_rate = facts.decimal(initial=0, help_text=RATE)
    required_deposit = facts.decimal(initial=0, help_text=_("Below it the seller is asked (R6.2)."))


class NewSellerForm(SellerFacts):
    number = facts.number(NEXT_FREE, required=False)
    field_order = ["number"]


class SellerForm(CorrectionForm, SellerFacts):
    pass


class ProductFacts(forms.Form):
    name = facts.text()
    delivery_method = facts.choice(DeliveryMethod.choices)
    supervised = facts.flag(
        _("Service supervision"),
        help_text=_("Each order waits for the customer’s acceptance (R9.3)."),
    )


class RatioForm(forms.Form):
    """A version of a product's fee ratio (R2.6)."""

    platform_fee_ratio = facts.decimal(help_text=_("A share of 1: 0.15 is 15 %."))
    valid_from = facts.instant(
        _("Counts from"), _("For orders placed from then on; from now on if left empty (R2.6).")
    )


class NewProductForm(RatioForm, ProductFacts):
    seller = facts.number(_("Of the seller."))
    number = facts.number(NEXT_FREE, required=False)
    field_order = ["number", "seller", "name", "delivery_method", "supervised"]


class ProductForm(CorrectionForm, ProductFacts):
    description = facts.paragraph(required=False)
    billing_modes = facts.several(BillingMode.choices)


class OrderFacts(forms.Form):
    customer_name = facts.text(_("Customer’s name"))
    customer_account = facts.text(_("Customer’s account"))
    customer_email = facts.text(
        _("Customer’s e-mail"),
        longest=254,
        required=False,
        help_text=_("Mailed of a refund (R4.5)."),
    )
    paid_amount = facts.decimal(_("Paid, with VAT"))
    sales_amount = facts.decimal(_("Sales amount, without VAT"))
    customer_wht = facts.decimal(_("Customer’s withholding tax"), initial=0)
    unit_price = facts.decimal(
        _("Unit price"), required=False, help_text=_("Of pay-per-use, to rate usage by.")
    )
    placed_at = facts.instant(help_text=_("Decides the fee ratio (R2.6)."), required=True)
    paid_at = facts.instant()
    effective_at = facts.instant(help_text=_("When it was enabled (R1.2)."))
    term_ends_at = facts.instant()
    supervision_status = facts.choice(Supervision.choices)
    supervision_completed_at = facts.instant()
    cancelled_at = facts.instant(help_text=_("Before it was paid; it is closed then (R1.3)."))
    ended_at = facts.instant(help_text=_("Of pay-per-use: it no longer runs (R6.3)."))


class NewOrderForm(OrderFacts):
    number = facts.number(_("The trading system’s own."))
    product = facts.number(_("Of the product."))
    order_type = facts.choice(OrderType.choices)
    billing_mode = facts.choice(BillingMode.choices)
    currency = facts.text(longest=3, help_text=_("The seller’s settlement currency (R2.8)."))
    field_order = ["number", "product", "order_type", "billing_mode", "currency"]


class OrderForm(CorrectionForm, OrderFacts):
    """All that the trading system may still correct of an order that is not billed."""
