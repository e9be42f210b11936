"""Companies that apply to sell, and products that sellers apply for (R9.1, R9.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from koogallery.admin.deciding import by_verb, decision_of, opens_with
from koogallery.models import User
from sellers.admin.reviewing import MOST_EARLIER, ReviewAdmin
from sellers.choices import ApplicationState, ProductApplicationState
from sellers.models import ProductApplication, SellerApplication
from sellers.services.companies import applications
from sellers.services.products import release_applications


@admin.register(SellerApplication)
class SellerApplicationAdmin(ReviewAdmin):
    recorded_as = "seller_application"
    decisions = by_verb(
        decision_of(applications.approve_application), decision_of(applications.reject_application)
    )
    list_display = [
        "number",
        "company_name",
        "country",
        "applicant",
        "state",
        "waiting_for",
        "seller",
    ]
    list_filter = [opens_with(ApplicationState.PENDING_REVIEW), "country"]
    search_fields = ["number__exact"]
    folded_names = found_by_name = ["company_name"]

    def today(self, row: SellerApplication, user: User) -> Mapping[str, Any]:
        """Nothing: the company is not a seller yet."""
        return {}

    def earlier(self, row: SellerApplication) -> Sequence[SellerApplication]:
        rows = SellerApplication.objects.filter(applicant=row.applicant_id, state="rejected")
        return list(rows.exclude(pk=row.pk).select_related("decided_by")[:MOST_EARLIER])


@admin.register(ProductApplication)
class ProductApplicationAdmin(ReviewAdmin):
    recorded_as = "product_application"
    decisions = by_verb(
        decision_of(release_applications.approve_product_application),
        decision_of(release_applications.reject_product_application),
    )
    list_display = ["number", "seller", "kind", "name", "product", "state", "waiting_for"]
    list_filter = [
        opens_with(ProductApplicationState.PENDING_APPROVAL),
        "seller",
        "kind",
        "delivery_method",
    ]
    search_fields = ["number__exact", "seller__number__exact", "product__number__exact"]
    folded_names = ["name", "seller__company_name"]
    search_help_text = _("Number of an application, a seller or a product; or a name")

    def today(self, row: ProductApplication, user: User) -> Mapping[str, Any]:
        """The product as it is; once it is decided, this is what came of it."""
        is_now = {name: getattr(row.product, name, None) for name in ProductApplication.CONTENT}
        return {**is_now, "platform_fee_ratio": row.product and row.product.ratio_now()}

    def earlier(self, row: ProductApplication) -> Sequence[ProductApplication]:
        rows = ProductApplication.objects.filter(seller=row.seller_id, state="rejected")
        same = rows.filter(product=row.product_id) if row.product_id else rows.filter(product=None)
        return list(same.exclude(pk=row.pk).select_related("decided_by")[:MOST_EARLIER])

    def page_context(self, row: ProductApplication, user: User) -> dict[str, Any]:
        product = row.product
        ratio = product and row.is_waiting and product.ratio_now() != row.platform_fee_ratio
        return {**super().page_context(row, user), "new_ratio": ratio}
