from typing import Any

from django.utils import timezone

from sellers.choices import BillingMode
from sellers.listings.products import PRODUCTS
from sellers.models import DeliveryInterface, FeeRatio, Product, ProductApplication
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from sellers.services.products.catalogue import may_list_again
from sellers.services.products.release_applications import OPEN, WRITERS

#: Applications above the list of products; the others are one page away.
MOST_UNFINISHED = 10


class ProductList(SellerListingPage):
    listing = PRODUCTS
    template_name = "sellers/product_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = ProductApplication.objects.all().visible_to(self.request.user)
        unfinished = mine.filter(state__in=[*OPEN, "rejected"], revised_by=None)
        return super().get_context_data(
            waiting=unfinished[:MOST_UNFINISHED],
            may_apply=self.reader.may(WRITERS),
            **kwargs,
        )


class ProductDetail(SellerDetailPage):
    """A product with every version of its fee ratio (R2.6)."""

    queryset = Product.objects.select_related("seller", "delisted_by")
    template_name = "sellers/product_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        interface = DeliveryInterface.objects.filter(product=self.object).first()
        return super().get_context_data(
            versions=self.object.fee_ratios.order_by("-version"),
            current=FeeRatio.objects.all().at(self.object.pk, now),
            now=now,
            interface=interface,
            modes=[str(BillingMode(mode).label) for mode in self.object.billing_modes],
            may_change=self.reader.may(WRITERS, self.object.seller_id),
            may_list_again=may_list_again(self.object),
            changes=self.object.applications.filter(state__in=OPEN, kind="change"),
            **kwargs,
        )
