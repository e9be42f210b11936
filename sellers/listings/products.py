"""The list of products.

The list of what sellers apply for of their products.
"""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByFlag, Filters, between
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Choice, Instant, Number, Part, Percent, StateTag, YesNo
from koogallery.portal.tables import Column, FileOnly
from sellers.models import Product, ProductApplication


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


class ProductApplicationFilters(Filters):
    model = ProductApplication
    columns = (
        "number seller kind product state name delivery_method supervised platform_fee_ratio "
        "revises submitted_at decided_at created_at"
    )
    modified_since = ChangedSince("modified_at")


PRODUCT_APPLICATIONS = Listing(
    title=_("Product applications"),
    rows=ProductApplication.objects.select_related("seller", "product"),
    filters=ProductApplicationFilters,
    narrowed_by=(
        find(_("Number or name"), "number", "name"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Sent in"), "submitted_at"),
    ),
    ordering="-id",
    export="product-applications",
    columns=(
        Number(_("Application"), "number", "product-application-detail", sort="-"),
        FileOnly("seller__number", "seller"),
        Part(_("For"), "kind", "sellers/cells/applied_for.html"),
        FileOnly("product__number", "product"),
        Column(_("Name"), "name", sort="+", several="seller__company_name"),
        StateTag(_("State"), "state"),
        Instant(_("Sent in"), "submitted_at", sort="-id", empty=_("not yet")),
        FileOnly("delivery_method"),
        FileOnly("decided_at"),
    ),
)
