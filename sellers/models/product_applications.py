from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.choices import (
    ApplicationKind,
    BillingMode,
    DeliveryMethod,
    ProductApplicationState,
)
from sellers.models.products import Product
from sellers.models.reviews import Reviewed, review_constraints
from sellers.models.sellers import Seller
from sellers.rules.orders import BILLING_MODES


class ProductApplicationQuerySet(ScopedQuerySet["ProductApplication"]):
    pass


def _sold_so() -> Q:
    """R9.2 as the database knows it."""
    allowed = Q()
    for method, modes in BILLING_MODES.items():
        allowed |= Q(delivery_method=method, billing_modes__contained_by=sorted(modes))
    return allowed


class ProductApplication(Reviewed):
    """A seller asks to release a product, or to change a released one (R9.2).

    A change of the fee ratio is for orders placed from the approval on (R2.6).
    """

    STATES = ProductApplicationState
    WAITING: ClassVar[str] = ProductApplicationState.PENDING_APPROVAL
    ACCEPTED: ClassVar[str] = ProductApplicationState.APPROVED
    CONTENT: ClassVar[tuple[str, ...]] = (
        "name",
        "description",
        "delivery_method",
        "billing_modes",
        "supervised",
        "platform_fee_ratio",
    )

    seller = models.ForeignKey(
        Seller, models.PROTECT, related_name="product_applications", db_index=False
    )
    kind = models.CharField(max_length=10, choices=ApplicationKind.choices)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="applications", db_constraint=False
    )
    state = models.CharField(
        max_length=20,
        choices=ProductApplicationState.choices,
        default=ProductApplicationState.DRAFT,
    )
    name = fields.NameField(max_length=200, blank=True)
    description = fields.FreeTextField(blank=True)
    delivery_method = models.CharField(max_length=20, choices=DeliveryMethod.choices)
    billing_modes = ArrayField(
        models.CharField(max_length=15, choices=BillingMode.choices), default=list, blank=True
    )
    supervised = models.BooleanField(default=False)
    platform_fee_ratio = fields.ratio()

    objects = ProductApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="product_application_queue"),
            models.Index(fields=["seller", "-id"], name="product_application_of_seller"),
        ]
        constraints = [
            *review_constraints(
                "product_application",
                ProductApplicationState,
                ProductApplicationState.PENDING_APPROVAL,
                ProductApplicationState.APPROVED,
            ),
            fields.holds(
                "an_approved_application_has_its_product",
                Q(kind=ApplicationKind.CHANGE, product__isnull=False)
                | Q(
                    kind=ApplicationKind.RELEASE,
                    product__isnull=False,
                    state=ProductApplicationState.APPROVED,
                )
                | (
                    Q(kind=ApplicationKind.RELEASE, product__isnull=True)
                    & ~Q(state=ProductApplicationState.APPROVED)
                ),
            ),
            fields.once(
                "a_product_has_one_open_change",
                "product",
                where=Q(kind=ApplicationKind.CHANGE)
                & Q(
                    state__in=[
                        ProductApplicationState.DRAFT,
                        ProductApplicationState.PENDING_APPROVAL,
                    ]
                ),
            ),
            fields.holds("a_delivery_method_is_sold_in_its_billing_modes", _sold_so()),
            fields.holds("a_proposed_ratio_is_a_share", Q(platform_fee_ratio__range=(0, 1))),
        ]
