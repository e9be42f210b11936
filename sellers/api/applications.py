"""Applications to sell, and for products, over REST (R9.1, R9.2)."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import Filters
from koogallery.api.problems import invalid
from koogallery.duties import Duty
from sellers.api.reviews import ReviewFields, ReviewViewSet
from sellers.api.serializers import Changing
from sellers.choices import (
    ApplicationKind,
    ApplicationState,
    BillingMode,
    DeliveryMethod,
    ProductApplicationState,
)
from sellers.listings.products import ProductApplicationFilters
from sellers.models import ProductApplication, SellerApplication
from sellers.services.companies import applications
from sellers.services.products import release_applications


class SellerApplicationChange(Changing):
    company_name = fields.TextField(max_length=200, allow_blank=True)
    country = fields.TextField(max_length=2, allow_blank=True, help_text="ISO 3166.")
    registration_number = fields.TextField(max_length=60, allow_blank=True)
    settlement_currency = fields.TextField(max_length=3, allow_blank=True, help_text="ISO 4217.")
    website = fields.TextField(max_length=200, allow_blank=True)
    business = fields.FreeTextField(allow_blank=True, help_text="What is to be sold.")
    contact_name = fields.TextField(max_length=200, allow_blank=True)
    contact_email = fields.TextField(max_length=254, allow_blank=True)
    contact_phone = fields.TextField(max_length=40, allow_blank=True)


class SellerApplicationInput(SellerApplicationChange):
    applicant = fields.TextField(
        max_length=150, help_text="The user who will own the seller; for operators to name."
    )


class SellerApplicationFields(ReviewFields):
    """A company asks to sell."""

    number = fields.NumberField()
    state = fields.WordField(ApplicationState.choices)
    applicant = fields.TextField(source="applicant.username")
    seller = fields.NumberField(
        source="seller.number", allow_null=True, help_text="Once it is approved."
    )
    company_name = fields.OptionalTextField()
    country = fields.OptionalTextField()
    registration_number = fields.OptionalTextField()
    settlement_currency = fields.OptionalTextField()
    website = fields.OptionalTextField()
    business = fields.OptionalTextField()
    contact_name = fields.OptionalTextField()
    contact_email = fields.OptionalTextField()
    contact_phone = fields.OptionalTextField()


class SellerApplicationFilters(Filters):
    model = SellerApplication
    columns = (
        "number state applicant seller company_name country registration_number "
        "settlement_currency contact_email revises submitted_at decided_at created_at"
    )
    modified_since = ChangedSince("modified_at")


class SellerApplicationViewSet(ReviewViewSet):
    """Companies that apply to sell: the person who applies sees their own, operators all (R9.1)."""

    queryset = SellerApplication.objects.select_related("applicant", "seller", "revises")
    serializer_class = SellerApplicationFields
    filterset_class = SellerApplicationFilters
    change = SellerApplicationChange
    acts = {
        "partial_update": applications.edit_application,
        "submit": applications.submit_application,
        "withdraw": applications.withdraw_application,
        "discard": applications.discard_application,
        "revise": applications.revise_application,
        "approve": applications.approve_application,
        "reject": applications.reject_application,
    }
    duties = {"create": Duty.MANAGE_SELLERS}
    open_to_sellers = frozenset({"create"})

    @extend_schema(
        request=SellerApplicationInput, responses={HTTPStatus.CREATED: SellerApplicationFields}
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """A draft."""
        body = self.read_body(SellerApplicationInput)
        person = body.pop("applicant", "")
        started = applications.start_application(body, applicant=person, actor=self.actor)
        return self.answer_row(started.number, HTTPStatus.CREATED)

    @extend_schema(request=SellerApplicationChange, responses=SellerApplicationFields)
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Change a draft."""
        return self.edit(number)


class ProductApplicationChange(Changing):
    name = fields.TextField(max_length=200, allow_blank=True)
    description = fields.FreeTextField(allow_blank=True)
    delivery_method = fields.WordField(DeliveryMethod.choices)
    billing_modes = serializers.ListField(child=fields.WordField(BillingMode.choices), max_length=4)
    supervised = fields.FlagField()
    platform_fee_ratio = fields.RatioField(
        help_text="Proposed; for orders from the approval on (R2.6)."
    )


class ProductApplicationInput(ProductApplicationChange):
    """With `seller` to release a product, with `product` to change a released one."""

    seller = fields.NumberField()
    product = fields.NumberField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("seller" in attrs) == ("product" in attrs):
            told = _("Name the seller of a new product, or the product to be changed.")
            raise ValidationError({"seller": invalid(told, "required", "R9.2").detail})
        return attrs


class ProductApplicationFields(ReviewFields):
    """A seller asks to release a product, or to change a released one."""

    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    kind = fields.WordField(ApplicationKind.choices)
    product = fields.NumberField(source="product.number", allow_null=True)
    state = fields.WordField(ProductApplicationState.choices)
    name = fields.OptionalTextField()
    description = fields.OptionalTextField()
    delivery_method = fields.WordField(DeliveryMethod.choices)
    billing_modes = serializers.ListField(child=fields.WordField(BillingMode.choices))
    supervised = serializers.BooleanField()
    platform_fee_ratio = fields.RatioField()


class ProductApplicationViewSet(ReviewViewSet):
    """Products to be released or changed; an approval does it (R9.2)."""

    queryset = ProductApplication.objects.select_related("seller", "product", "revises")
    serializer_class = ProductApplicationFields
    filterset_class = ProductApplicationFilters
    change = ProductApplicationChange
    acts = {
        "create": release_applications.start_release,
        "partial_update": release_applications.edit_product_application,
        "submit": release_applications.submit_product_application,
        "withdraw": release_applications.withdraw_product_application,
        "discard": release_applications.discard_product_application,
        "revise": release_applications.revise_product_application,
        "approve": release_applications.approve_product_application,
        "reject": release_applications.reject_product_application,
    }

    @extend_schema(
        request=ProductApplicationInput, responses={HTTPStatus.CREATED: ProductApplicationFields}
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """A draft."""
        body = self.read_body(ProductApplicationInput)
        if "product" in body:
            product = body.pop("product")
            started = release_applications.start_change(product, body, actor=self.actor)
        else:
            seller = body.pop("seller")
            started = release_applications.start_release(seller, body, actor=self.actor)
        return self.answer_row(started.number, HTTPStatus.CREATED)

    @extend_schema(request=ProductApplicationChange, responses=ProductApplicationFields)
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Change a draft."""
        return self.edit(number)
