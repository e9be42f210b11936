from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.models import DeliveryInterface, Product
from sellers.portal.forms import ProductFilters
from sellers.portal.pages import SellerDetailPage, SellerKeysetListPage
from sellers.portal.tables import PRODUCTS


class ProductList(SellerKeysetListPage):
    queryset = Product.objects.select_related("seller")
    export_list = "products"
    template_name = "sellers/product_list.html"
    title = _("Products")
    columns = PRODUCTS
    first_ordering = "number"

    def build_form(self, rows: QuerySet[Product]) -> ProductFilters:
        return ProductFilters(self.request.GET, rows=rows)


class ProductDetail(SellerDetailPage):
    """A product with every version of its fee ratio (R2.6)."""

    queryset = Product.objects.select_related("seller")
    template_name = "sellers/product_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.object.fee_ratios.order_by("-version"))
        now = timezone.now()
        current = next((each for each in versions if each.valid_from <= now), None)
        interface = DeliveryInterface.objects.filter(product=self.object).first()
        return super().get_context_data(
            versions=versions, current=current, interface=interface, **kwargs
        )
