"""The list of products."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByFlag, Filters, between
from koogallery.listings import Listing, Narrowing, find
from koogallery.portal.cells import Choice, Number, Part, Percent, YesNo
from koogallery.portal.tables import FileOnly
from sellers.models import Product


class ProductFilters(Filters):
    model = Product
    columns = "number seller name delivery_method supervised delisted_at created_at"
    listed = ByFlag("delisted_at", lookup_expr="isnull")
    platform_fee_ratio_from, platform_fee_ratio_to = between(ByAmount, "present_ratio")
    modified_since = ChangedSince("modified_at")


PRODUCTS = Listing(
    title=_("Products"),
    rows=Product.objects.select_related("seller").with_present_ratio(),
    filters=ProductFilters,
    narrowed_by=(
        find(_("Product number or name"), "number", "name"),
        Narrowing("delivery_method", _("Delivery method"), _("All methods")),
    ),
    ordering="number",
    export="products",
    columns=(
        Number(_("Product"), "number", "product-detail", sort="+"),
        FileOnly("seller__number", "seller"),
        Part(_("Name"), "name", "sellers/cells/product_name.html", sort="+"),
        Choice(_("Delivery method"), "delivery_method", sort="+"),
        YesNo(_("Supervised"), "supervised"),
        Percent(_("Fee ratio"), "present_ratio", sort="-", export="platform_fee_ratio"),
        FileOnly("delisted_at"),
        FileOnly("created_at"),
    ),
)
