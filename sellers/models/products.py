from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.choices import BillingMode, DeliveryMethod
from sellers.models.sellers import Seller


class _PresentRatio(models.Func):
    """Of the version that counts when it is asked for (R2.6)."""

    arity = 1
    output_field = fields.ratio()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:  # noqa: ARG002
        product, given = compiler.compile(self.source_expressions[0])
        return f"(fee_ratio_at({product}, %s)).platform_fee_ratio", (*given, timezone.now())


class ProductQuerySet(ScopedQuerySet["Product"]):
    def with_present_ratio(self) -> Self:
        """Each as it is shown: `platform_fee_ratio` was given last, maybe from a later day on."""
        return self.annotate(present_ratio=_PresentRatio("pk"))


class Product(models.Model):
    """Something a seller sells: listed until it is delisted, never deleted (R9.2).

    Its fee ratios are versions: see `FeeRatio` (R2.6). `billing_modes` are what it is offered in,
    none for a product that was registered without an application.
    """

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="products")
    name = fields.NameField(max_length=200)
    delivery_method = models.CharField(max_length=20, choices=DeliveryMethod.choices)
    supervised = models.BooleanField(default=False)
    platform_fee_ratio = fields.ratio()
    description = fields.FreeTextField(blank=True, default="", db_default="")
    billing_modes = ArrayField(
        models.CharField(max_length=15, choices=BillingMode.choices),
        blank=True,
        default=list,
        db_default=[],
    )
    delisted_at = models.DateTimeField(null=True, blank=True)
    delisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            fields.known(DeliveryMethod, "a_product_has_a_known_delivery", "delivery_method"),
            fields.holds("platform_fee_ratio_is_a_share", Q(platform_fee_ratio__range=(0, 1))),
            fields.once("a_product_has_one_seller", "id", "seller"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_listed(self) -> bool:
        return self.delisted_at is None

    def ratio_now(self) -> Decimal:
        return FeeRatio.objects.all().at(self.pk, timezone.now()).platform_fee_ratio


class FeeRatioQuerySet(ScopedQuerySet["FeeRatio"]):
    seller_path: ClassVar[str] = "product__seller"

    def at(self, product_id: int, placed_at: datetime) -> "FeeRatio":
        """The version of an order placed then (R2.6)."""
        function = "SELECT (fee_ratio_at(%s, %s)).*"
        return self.model.objects.raw(function, [product_id, placed_at])[0]


class FeeRatio(models.Model):
    """One version of a product's platform fee ratio, valid from an instant on. Insert-only.

    `past_from`: of the orders older than all versions, those placed from then on have it, too; set
    where the version was recorded while nothing but such orders had been reported (R2.6).
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="fee_ratios")
    version = models.PositiveIntegerField()
    platform_fee_ratio = fields.ratio()
    valid_from = models.DateTimeField()
    past_from = models.DateTimeField(null=True, blank=True)

    objects = FeeRatioQuerySet.as_manager()

    class Meta:
        ordering = ["product", "version"]
        constraints = [
            fields.once("fee_ratio_versions_count_up", "product", "version"),
            fields.holds("fee_ratio_is_a_share", Q(platform_fee_ratio__range=(0, 1))),
        ]

    def __str__(self) -> str:
        return f"{self.platform_fee_ratio} (version {self.version})"
