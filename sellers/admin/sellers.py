from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.people import PeopleAdmin
from koogallery.admin.reading import ReadOnlyAdmin
from koogallery.portal.formats import percent_text
from sellers.models import Member, Product, Seller


@admin.register(Seller)
class SellerAdmin(ReadOnlyAdmin):
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
    fields = [
        "number",
        "company_name",
        "country",
        "settlement_currency",
        "certified_at",
        "open_cycle",
        "withholding_tax",
        "digital_service_tax",
        columns.amount("required_deposit", "Required deposit", currency="settlement_currency"),
        "left_at",
        "people",
    ]

    @columns.shown("Withholding tax rate")
    def withholding_tax(self, seller: Seller) -> str:
        return percent_text(seller.withholding_tax_rate)

    @columns.shown("Digital service tax rate")
    def digital_service_tax(self, seller: Seller) -> str:
        return percent_text(seller.digital_service_tax_rate)

    @columns.shown("Members")
    def people(self, seller: Seller) -> SafeString:
        members = seller.members.select_related("user").order_by("user__username")
        return columns.table(
            ["User", "E-mail", "Role"],
            [(each.user.username, each.user.email, each.get_role_display()) for each in members],
        )


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
class ProductAdmin(ReadOnlyAdmin):
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
    fields = [
        "number",
        "name",
        columns.link("seller", "Seller"),
        "delivery_method",
        "supervised",
        "delisted_at",
        "ratios",
    ]

    @columns.shown("Platform fee ratio", ordering="platform_fee_ratio")
    def ratio(self, product: Product) -> str:
        return percent_text(product.platform_fee_ratio)

    @columns.shown("Platform fee ratios (R2.6)")
    def ratios(self, product: Product) -> SafeString:
        versions = product.fee_ratios.order_by("-version")
        return columns.table(
            ["Version", "Ratio", "Valid from"],
            [
                (each.version, percent_text(each.platform_fee_ratio), each.valid_from)
                for each in versions
            ],
        )
