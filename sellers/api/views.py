"""The calls: parse, scope, call one service, render."""

from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.parsers import BulkJSONParser
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import InnerViewSet, ReadViewSet, ScopedViewSet, by_name
from koogallery.duties import Duty
from sellers.api.filters import FeeRatioFilters, SellerFilters
from sellers.api.serializers import (
    FeeRatioFields,
    ProductChange,
    ProductFields,
    ProductInput,
    SellerChange,
    SellerFields,
    SellerInput,
    UsageBatch,
    UsageFields,
    UsageReport,
)
from sellers.api.usage import report_usage
from sellers.listings.products import ProductFilters
from sellers.listings.supervisions import UsageFilters
from sellers.models import FeeRatio, Product, Seller, UsageRecord
from sellers.services.companies.sellers import NewSeller, change_seller, register_seller
from sellers.services.products import catalogue


class SellerViewSet(ReadViewSet):
    """Sellers and their business data; operators register and change them."""

    queryset = Seller.objects.all()
    serializer_class = SellerFields
    filterset_class = SellerFilters
    ordering_fields = by_name("number", "company_name", "created_at", "modified_at")
    default_ordering = "number"
    acts = {"partial_update": change_seller}
    duties = {"create": Duty.MANAGE_SELLERS}

    @extend_schema(
        request=SellerInput,
        responses={HTTPStatus.OK: SellerFields, HTTPStatus.CREATED: SellerFields},
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Register a seller. The same number and content again is 200, other content 409."""
        new = NewSeller(**self.read_body(SellerInput))
        seller, is_new = register_seller(new, actor=self.actor)
        return self.answer_row(seller.number, HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    @extend_schema(request=SellerChange, responses={HTTPStatus.OK: SellerFields, **OR_ASKED})
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Change business data; the currency only while nothing was sold in it (R2.8).

        What was certified is changed by two (R9.1): 202, and another operator approves it.
        """
        came = change_seller(number, self.read_body(SellerChange), actor=self.actor)
        return answer(self, came, number)


class ProductViewSet(ReadViewSet):
    """What sellers sell; operators register and change it."""

    queryset = Product.objects.select_related("seller").with_present_ratio()
    serializer_class = ProductFields
    filterset_class = ProductFilters
    ordering_fields = by_name("number", "name", "created_at", "modified_at")
    default_ordering = "number"
    acts = {
        "partial_update": catalogue.change_product,
        "delist": catalogue.delist_product,
        "relist": catalogue.relist_product,
    }
    duties = {"create": Duty.IMPORT_FACTS}

    @extend_schema(
        request=ProductInput,
        responses={HTTPStatus.OK: ProductFields, HTTPStatus.CREATED: ProductFields},
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Register a product. The same number and content again is 200, other content 409."""
        new = catalogue.NewProduct(**self.read_body(ProductInput))
        product, is_new = catalogue.register_product(new, actor=self.actor)
        return self.answer_row(product.number, HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    @extend_schema(request=ProductChange, responses=ProductFields)
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Change a product, delist it or list it again (R9.2).

        A new fee ratio is for orders placed from now on (R2.6).
        """
        product = catalogue.change_product(number, self.read_body(ProductChange), actor=self.actor)
        return self.answer_row(product.number)


class FeeRatioViewSet(ListModelMixin, InnerViewSet):
    """The versions of a product's platform fee ratio (R2.6)."""

    owners = Product.objects.all()
    owner_field = "product"
    queryset = FeeRatio.objects.all()
    serializer_class = FeeRatioFields
    filterset_class = FeeRatioFilters
    default_ordering = "version"
    ordering_fields = by_name("version", "valid_from")


class UsageViewSet(ListModelMixin, ScopedViewSet):
    """Usage of pay-per-use orders (R9.5); sellers upload what was metered of their own."""

    queryset = UsageRecord.objects.select_related("seller", "order__product", "package")
    serializer_class = UsageFields
    filterset_class = UsageFilters
    parser_classes = [BulkJSONParser]
    search_field = "metering_sn"
    ordering_fields = by_name("started_at", arrived="recorded_at")
    open_to_sellers = frozenset({"create"})
    duties = {"create": Duty.IMPORT_FACTS}
    refused_part = "rejected"

    @extend_schema(request=UsageBatch, responses={HTTPStatus.OK: UsageReport})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Upload records: good ones are kept, each bad one is named, a repeat is acknowledged."""
        records = self.read_body(UsageBatch)["records"]
        return Response(UsageReport(report_usage(records, actor=self.actor)).data)
