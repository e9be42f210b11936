from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.models.orders import Order
from sellers.models.sellers import Seller


class UsageQuerySet(ScopedQuerySet["UsageRecord"]):
    pass


class UsageRecord(models.Model):
    """Metered consumption of a pay-per-use order: what is settled once, at its start (R1.2).

    `cycle` and `due_cycle` as on `Order`; payment and supervision are the order's. What a
    `package` covers was settled with that order: it is recorded, and never charged again (R9.2).
    A serial is unique within its seller: two sellers' meters may count alike (R9.5).
    `unit_price` is the price it was rated at; null where the trading system reported the amount.
    """

    metering_sn = models.CharField(max_length=64)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="usage_records", db_index=False)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="usage_records",
        db_constraint=False,
        db_index=False,
    )
    package = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="package_usage",
        null=True,
        blank=True,
        db_index=False,
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    quantity = fields.exact_amount()
    unit_price = fields.exact_amount(null=True, blank=True)
    sales_amount = fields.exact_amount()
    customer_wht = fields.exact_amount(default=0)
    cycle = fields.cycle(null=True, editable=False)
    due_cycle = fields.cycle(null=True, editable=False)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    objects = UsageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["seller", "due_cycle"],
                condition=Q(due_cycle__isnull=False),
                name="usage_due",
            ),
            models.Index(fields=["seller", "-id"], name="usage_of_seller"),
            # An order's usage by cycle: pages of it in order, sums of it from the index alone.
            models.Index(
                fields=["order", "cycle", "id"],
                include=["due_cycle", "sales_amount", "customer_wht", "package"],
                name="usage_of_order",
            ),
            models.Index(
                fields=["package"], condition=Q(package__isnull=False), name="usage_of_package"
            ),
        ]
        constraints = [
            # By serial first: also what asks for a serial of any seller finds it here.
            fields.once("a_seller_uses_a_serial_once", "metering_sn", "seller"),
            fields.holds("usage_quantity_is_positive", Q(quantity__gt=0)),
            fields.holds(
                "usage_wht_within_sales",
                Q(customer_wht__gte=0) & Q(customer_wht__lte=F("sales_amount")),
            ),
            fields.holds(
                "rated_usage_costs_price_times_quantity",
                Q(unit_price__isnull=True)
                | Q(sales_amount=Round(F("quantity") * F("unit_price"), 12)),
            ),
            fields.holds("usage_starts_before_it_ends", Q(started_at__lt=F("ended_at"))),
            fields.holds(
                "usage_is_not_due_before_its_cycle",
                Q(due_cycle__isnull=True) | (Q(cycle__isnull=False) & Q(due_cycle__gte=F("cycle"))),
            ),
            fields.holds(
                "usage_of_a_package_is_not_charged_again",
                Q(package__isnull=True)
                | (Q(sales_amount=0) & Q(cycle__isnull=True) & Q(due_cycle__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.metering_sn
