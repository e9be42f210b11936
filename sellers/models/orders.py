from typing import Self

from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.choices import (
    OPEN_SUPERVISION,
    BillingMode,
    InstanceState,
    OrderType,
    Supervision,
)
from sellers.models.products import Product
from sellers.models.sellers import Seller


class OrderQuerySet(ScopedQuerySet["Order"]):
    def with_names(self) -> Self:
        return self.select_related("seller", "product")

    def not_cancelled(self) -> Self:
        return self.filter(cancelled_at=None)

    def paid_not_enabled(self) -> Self:
        """A customer has paid and waits; what was released meanwhile is not wanted any more."""
        waiting = self.not_cancelled().filter(paid_at__isnull=False, effective_at=None)
        sold = waiting.exclude(order_type=OrderType.TRIAL)
        return sold.filter(Q(instance=None) | ~Q(instance__state=InstanceState.RELEASED))


class Order(fields.Numbered):
    """One order line: the smallest thing that is enabled, refunded and settled.

    `cycle` is the month of the latest of effect, payment and supervision (R1.4), null while one
    of them is open; `due_cycle` the cycle whose bill it is expected on: its own, or the seller's
    open cycle if its own was already closed when it arrived (R1.5). A trial and a pay-per-use
    order are never due themselves (R1.3, R4.8). One cancelled before it was paid never has a
    cycle (R1.3); a pay-per-use order runs until it has ended (R6.3). `sold_to_account` is the
    account it was sold to, kept by the database once another is reported (R4.4).
    """

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="orders", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="orders", db_constraint=False)
    order_type = models.CharField(max_length=10, choices=OrderType.choices)
    billing_mode = models.CharField(max_length=15, choices=BillingMode.choices)
    customer_name = fields.NameField(max_length=200)
    customer_account = fields.NameField(max_length=200)
    sold_to_account = models.CharField(max_length=200, null=True, editable=False)  # noqa: DJ001
    customer_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    currency = fields.currency()
    paid_amount = fields.amount()
    sales_amount = fields.amount()
    customer_wht = fields.amount(default=0)
    unit_price = fields.exact_amount(null=True, blank=True)
    platform_fee_ratio = fields.ratio()
    fee_ratio_version = models.PositiveIntegerField()
    fee_ratio_valid_from = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    term_ends_at = models.DateTimeField(null=True, blank=True)
    supervision_status = models.CharField(max_length=25, choices=Supervision.choices)
    supervision_completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cycle = fields.cycle(null=True, editable=False)
    due_cycle = fields.cycle(null=True, editable=False)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["seller", "due_cycle"],
                condition=Q(due_cycle__isnull=False),
                name="order_due",
            ),
            models.Index(
                fields=["paid_at"],
                condition=Q(paid_at__isnull=False, effective_at__isnull=True),
                name="order_paid_not_enabled",
            ),
            models.Index(fields=["seller", "-id"], name="order_of_seller"),
            models.Index(fields=["seller", "-placed_at", "-id"], name="order_of_seller_placed"),
            models.Index(fields=["-placed_at", "-id"], name="order_placed"),
            models.Index(
                fields=["seller"], condition=Q(due_cycle__isnull=True), name="order_not_due"
            ),
            models.Index(
                fields=["placed_at", "id"],
                condition=Q(supervision_status__in=OPEN_SUPERVISION),
                name="order_supervised",
            ),
        ]
        constraints = [
            fields.once("an_order_has_one_seller", "id", "seller"),
            fields.known(OrderType, "an_order_has_a_known_type", "order_type"),
            fields.known(BillingMode, "an_order_has_a_known_billing_mode", "billing_mode"),
            fields.known(Supervision, "an_order_has_a_known_supervision", "supervision_status"),
            fields.holds(
                "wht_within_sales_within_paid",
                Q(customer_wht__gte=0)
                & Q(customer_wht__lte=F("sales_amount"))
                & Q(sales_amount__lte=F("paid_amount")),
            ),
            fields.holds("order_fee_ratio_is_a_share", Q(platform_fee_ratio__range=(0, 1))),
            fields.holds(
                "a_pay_per_use_order_carries_no_amount",
                ~Q(billing_mode=BillingMode.PAY_PER_USE) | Q(paid_amount=0),
            ),
            fields.holds("a_trial_is_free", ~Q(order_type=OrderType.TRIAL) | Q(paid_amount=0)),
            fields.holds(
                "completed_supervision_has_its_instant",
                Q(
                    supervision_status=Supervision.COMPLETED,
                    supervision_completed_at__isnull=False,
                )
                | (
                    ~Q(supervision_status=Supervision.COMPLETED)
                    & Q(supervision_completed_at__isnull=True)
                ),
            ),
            fields.holds(
                "nothing_happens_before_its_order",
                (Q(paid_at__isnull=True) | Q(paid_at__gte=F("placed_at")))
                & (Q(effective_at__isnull=True) | Q(effective_at__gte=F("placed_at")))
                & (
                    Q(supervision_completed_at__isnull=True)
                    | Q(supervision_completed_at__gte=F("placed_at"))
                ),
            ),
            fields.holds(
                "a_cancelled_order_is_neither_paid_nor_due",
                Q(cancelled_at__isnull=True)
                | (Q(paid_at__isnull=True) & Q(cycle__isnull=True) & Q(due_cycle__isnull=True)),
            ),
            fields.holds(
                "an_order_is_not_cancelled_before_it_was_placed",
                Q(cancelled_at__isnull=True) | Q(cancelled_at__gte=F("placed_at")),
            ),
            fields.holds(
                "only_pay_per_use_in_effect_ends",
                Q(ended_at__isnull=True)
                | (
                    Q(billing_mode=BillingMode.PAY_PER_USE)
                    & Q(effective_at__isnull=False)
                    & Q(ended_at__gte=F("effective_at"))
                ),
            ),
            fields.holds(
                "what_is_due_has_a_cycle", Q(due_cycle__isnull=True) | Q(cycle__isnull=False)
            ),
            fields.holds(
                "an_order_is_not_due_before_its_cycle",
                Q(due_cycle__isnull=True) | Q(due_cycle__gte=F("cycle")),
            ),
            fields.holds(
                "trials_and_pay_per_use_orders_are_never_due",
                Q(due_cycle__isnull=True)
                | (~Q(billing_mode=BillingMode.PAY_PER_USE) & ~Q(order_type=OrderType.TRIAL)),
            ),
        ]
