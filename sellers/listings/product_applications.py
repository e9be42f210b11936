"""The list of what sellers apply for of their products."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import Filters
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Instant, Number, Part, StateTag
from koogallery.portal.tables import Column, FileOnly
from sellers.models import ProductApplication


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
    ordering="-number",
    export="product-applications",
    columns=(
        Number(_("Application"), "number", "product-application-detail", sort="-"),
        FileOnly("seller__number", "seller"),
        Part(_("For"), "kind", "sellers/cells/applied_for.html"),
        FileOnly("product__number", "product"),
        Column(_("Name"), "name", sort="+", several="seller__company_name"),
        StateTag(_("State"), "state", sort="+"),
        Instant(_("Sent in"), "submitted_at", sort="-created_at", empty=_("not yet")),
        FileOnly("delivery_method"),
        FileOnly("decided_at"),
    ),
)
