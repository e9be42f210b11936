"""Sellers, their members and their products."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, refused_by
from koogallery.admin.people import PeopleAdmin
from koogallery.duties import Duty
from koogallery.models import User
from koogallery.portal.formats import percent_text
from sellers.admin.reviewing import MOST_EARLIER, ReasonForm, acts_of
from sellers.admin.tones import STANDING
from sellers.choices import OfferMode
from sellers.models import Member, Product, Seller
from sellers.rules.certifications import MOST_REJECTIONS
from sellers.services.bank_accounts import account_in_use
from sellers.services.certifications import require_unlocker, stand_of, unlock_certification
from sellers.services.products import change_product

UNLOCK = Decision(
    verb="unlock",
    duty=Duty.CERTIFY_SELLERS,
    label="Unlock certification",
    question="Let this seller try again?",
    form=ReasonForm,
    act=unlock_certification,
    refusal=refused_by(require_unlocker),
    done="Unlocked. The seller can send its business information in again.",
)


def _list(number: str, *, actor: User) -> Product:
    return change_product(number, {"listed": True}, actor=actor)


def _delist(number: str, *, actor: User) -> Product:
    return change_product(number, {"listed": False}, actor=actor)


LISTING: Mapping[str, Decision] = {
    "delist": Decision(
        verb="delist",
        duty=Duty.REVIEW_PRODUCTS,
        label="Delist",
        question="Delist this product?",
        form=forms.Form,
        act=_delist,
        refusal=lambda product, _: "" if product.is_listed else "It is delisted already.",
        done="The product is delisted.",
    ),
    "relist": Decision(
        verb="relist",
        duty=Duty.REVIEW_PRODUCTS,
        label="List again",
        question="List this product again?",
        form=forms.Form,
        act=_list,
        refusal=lambda product, _: "It is listed." if product.is_listed else "",
        done="The product is listed again.",
    ),
}


@admin.register(Seller)
class SellerAdmin(DecidingAdmin):
    """A seller as a whole; settlement adds its leaving."""

    decisions: ClassVar[Mapping[str, Decision]] = {"unlock": UNLOCK}
    state_tones: ClassVar[Mapping[str, str]] = {}
    list_display = [
        "number",
        "company_name",
        "country",
        "settlement_currency",
        "certified_at",
        "open_cycle",
        "left_at",
    ]
    list_filter = ["settlement_currency", "country"]
    search_fields = ["number__startswith", "company_name"]

    def page_context(self, row: Seller, user: User) -> dict[str, Any]:
        stand = stand_of(row)
        return {
            "stand": stand,
            "standing_tone": STANDING.get(stand.standing, ""),
            "certifications": row.certifications.order_by("-pk")[:MOST_EARLIER],
            "account": account_in_use(row),
            "changes": row.bank_accounts.all().underway(),
            "applications": row.product_applications.order_by("-pk")[:MOST_EARLIER],
            "products": row.products.filter(delisted_at=None).count(),
            "members": row.members.select_related("user").order_by("user__username"),
            "acts": acts_of("seller", row.number),
        }

    def question_context(self, request: HttpRequest, row: Seller) -> dict[str, Any]:
        rejected = row.certifications.filter(state="rejected").order_by("-pk")
        return {"earlier": rejected.select_related("decided_by")[:MOST_REJECTIONS]}


@admin.register(Member)
class MemberAdmin(PeopleAdmin):
    """Who acts for a seller: managed by superusers."""

    recorded_as = "member"
    list_display = ["user", "seller", "role"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__email", "seller__number"]
    autocomplete_fields = ["user", "seller"]
    list_select_related = ["user", "seller"]

    def number_of(self, row: Member) -> str:
        return row.user.username

    def seller_of(self, row: Member) -> str:
        return row.seller.number


@admin.register(Product)
class ProductAdmin(DecidingAdmin):
    decisions = LISTING
    state_tones: ClassVar[Mapping[str, str]] = {}
    list_display = [
        "number",
        "name",
        columns.link("seller", "Seller"),
        "delivery_method",
        "supervised",
        "ratio",
        "delisted_at",
    ]
    list_filter = [("seller", AutocompleteSelectFilter), "delivery_method"]
    search_fields = ["number__startswith", "name"]
    list_select_related = ["seller"]

    @columns.shown("Platform fee ratio", ordering="platform_fee_ratio")
    def ratio(self, product: Product) -> str:
        return percent_text(product.platform_fee_ratio)

    def page_context(self, row: Product, user: User) -> dict[str, Any]:
        return {
            "modes": ", ".join(str(OfferMode(mode).label) for mode in row.billing_modes),
            "versions": row.fee_ratios.order_by("-version"),
            "applications": row.applications.order_by("-pk")[:MOST_EARLIER],
            "acts": acts_of("product", row.number),
        }
